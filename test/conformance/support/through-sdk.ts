/** One streamed answer as the wire has it, held to the grammar of its shape, and as the official SDK sees it. */
import { expect } from 'bun:test';
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { anthropicClients } from '../../support/clients.ts';
import { jsonOf, readStream } from '../../support/sse-events.ts';
import type { Conformance } from './conformance.ts';
import { accumulateLikePython } from './python-accumulator.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- events are looked into at any depth
export type Json = any;

export interface AnthropicStream {
  readonly response: Response;
  readonly events: readonly Json[];
  /** `type` of every event but pings, deltas of one kind in a row as one: `text_delta`, `input_json_delta`, … */
  readonly outline: readonly string[];
  /** What the SDK of today accumulates; the older SDK accumulated the same. */
  readonly message: Anthropic.Message;
}

/** Streams three times: raw, and with both SDKs. */
export async function streamAnthropic(
  th: Conformance,
  body: object,
  headers: Record<string, string> = {},
): Promise<AnthropicStream> {
  const response = await th.post('anthropic', { ...body, stream: true }, headers);
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  const { events: raw, text, broken } = await readStream(response);
  if (broken !== undefined) throw broken;
  const events = raw.map((event) => {
    const data = jsonOf(event);
    expect(data.type, 'the event is named like its type').toBe(event.event!);
    return data;
  });
  expect(text, 'nothing but events').not.toContain('[DONE]');
  expectAnthropicGrammar(events);
  const [today, older] = await Promise.all(
    anthropicClients(th).map(({ client }) => client.messages.stream(body as never, { headers }).finalMessage()),
  );
  // Ids that the gateway mints differ from answer to answer, and with them the signatures that hold them.
  const comparable = ({ content, stop_reason, stop_sequence, usage }: Anthropic.Message) =>
    JSON.parse(
      JSON.stringify(
        { content, stop_reason, stop_sequence, tokens: [usage.input_tokens, usage.output_tokens] },
        (name, value: unknown) => (['id', 'signature', 'data'].includes(name) ? '' : value),
      ),
    ) as unknown;
  expect(comparable(older!)).toEqual(comparable(today!));
  return { response, events, outline: outlineOf(events), message: today! };
}

/** A whole answer: dense indexes, one open block at a time, one start, one delta, one stop, everything in its block. */
export function expectAnthropicGrammar(events: readonly Json[]): void {
  const told = events.filter(({ type }) => type !== 'ping');
  expect(told[0]?.type).toBe('message_start');
  expect(told.at(-2)?.type).toBe('message_delta');
  expect(told.at(-1)?.type).toBe('message_stop');
  const { message } = told[0];
  expect(message).toMatchObject({ type: 'message', role: 'assistant', content: [], stop_reason: null });
  expect(message.id).toMatch(/^msg_/);
  expect(typeof message.usage.input_tokens).toBe('number');
  expect(typeof message.usage.output_tokens).toBe('number');
  const delta = told.at(-2);
  expect(typeof delta.delta.stop_reason, 'stop_reason').toBe('string');
  expect(typeof delta.usage.output_tokens).toBe('number');
  let next = 0;
  let open: { index: number; type: string; signatures: number } | undefined;
  for (const event of told.slice(1, -2)) {
    switch (event.type) {
      case 'content_block_start':
        expect(open, 'one block at a time').toBeUndefined();
        expect(event.index).toBe(next++);
        open = { index: event.index, type: event.content_block.type, signatures: 0 };
        break;
      case 'content_block_delta':
        expect(event.index).toBe(open?.index);
        expect(DELTAS[open!.type], `${event.delta.type} in ${open!.type}`).toContain(event.delta.type);
        if (open!.signatures > 0) expect(event.delta.type).not.toBe('thinking_delta');
        if (event.delta.type === 'signature_delta') expect(open!.signatures++).toBe(0);
        if (event.delta.type === 'text_delta') expect(event.delta.text).not.toBe('');
        break;
      case 'content_block_stop':
        expect(event.index).toBe(open?.index);
        open = undefined;
        break;
      default:
        throw new Error(`unexpected event ${event.type}`);
    }
  }
  expect(open, 'every block is closed').toBeUndefined();
}

const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

/** `start:text`, `text_delta`, `stop`, … : pings left out, deltas of one kind in a row told once. */
function outlineOf(events: readonly Json[]): string[] {
  const outline: string[] = [];
  for (const event of events) {
    if (event.type === 'ping') continue;
    const name =
      event.type === 'content_block_start'
        ? `start:${event.content_block.type}`
        : event.type === 'content_block_delta'
          ? (event.delta.type as string)
          : event.type === 'content_block_stop'
            ? 'stop'
            : (event.type as string);
    if (name !== outline.at(-1) || !name.endsWith('_delta')) outline.push(name);
  }
  return outline;
}

export interface OpenAiStream {
  readonly response: Response;
  readonly chunks: readonly Json[];
  readonly comments: readonly string[];
  readonly text: string;
  /** The message as the Python SDK accumulates it. */
  readonly python: Json;
  readonly completion: OpenAI.ChatCompletion & Json;
}

/** Streams twice: raw, and with the SDK. */
export async function streamOpenAi(
  th: Conformance,
  body: object,
  headers: Record<string, string> = {},
): Promise<OpenAiStream> {
  const response = await th.post('openai', { ...body, stream: true }, headers);
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  const { events, comments, text, broken } = await readStream(response);
  if (broken !== undefined) throw broken;
  expect(events.at(-1)?.data).toBe('[DONE]');
  const chunks: Json[] = events.slice(0, -1).map(jsonOf);
  expectOpenAiGrammar(chunks, body);
  const python = accumulateLikePython(chunks);
  const completion = (await th.openai.chat.completions
    .stream(body as never, { headers })
    .finalChatCompletion()) as unknown as OpenAiStream['completion'];
  return { response, chunks, comments, text, python, completion };
}

/** A whole answer: one id, role once, a call's id, type and name once, dense tool indexes, one finish, usage if asked. */
export function expectOpenAiGrammar(chunks: readonly Json[], body: object): void {
  const asked = (body as Json).stream_options?.include_usage === true;
  const ids = new Set(chunks.map(({ id }) => id));
  expect(ids.size, 'one id').toBe(1);
  expect(new Set(chunks.map(({ created }) => created)).size, 'one time').toBe(1);
  for (const chunk of chunks) {
    expect(chunk).toMatchObject({ object: 'chat.completion.chunk', model: (body as Json).model });
    expect('usage' in chunk, 'usage only where asked for').toBe(asked);
  }
  const answered = asked ? chunks.slice(0, -1) : chunks;
  if (asked) {
    expect(chunks.at(-1).choices).toEqual([]);
    expect(chunks.at(-1).usage.total_tokens).toBeGreaterThan(0);
    for (const { usage } of answered) expect(usage).toBeNull();
  }
  for (const { choices } of answered) {
    expect(choices).toHaveLength(1);
    expect(choices[0].index).toBe(0);
  }
  const deltas = answered.map(({ choices }) => choices[0].delta);
  expect(deltas[0]).toEqual({ role: 'assistant', content: '' });
  expect(deltas.filter((delta) => 'role' in delta)).toHaveLength(1);
  const finishes = answered.map(({ choices }) => choices[0].finish_reason);
  expect(
    finishes.slice(0, -1).every((finish) => finish === null),
    'one finish, at the end',
  ).toBe(true);
  expect(typeof finishes.at(-1)).toBe('string');
  expect(deltas.at(-1), 'the finish says nothing else').toEqual({});
  const calls = deltas.flatMap((delta) => (delta.tool_calls as Json[] | undefined) ?? []);
  let next = 0;
  for (const call of calls) {
    if ('id' in call) {
      expect(call).toMatchObject({ index: next++, type: 'function', function: { arguments: '' } });
    } else {
      expect(call.index).toBe(next - 1);
      expect(Object.keys(call).toSorted()).toEqual(['function', 'index']);
      expect(Object.keys(call.function)).toEqual(['arguments']);
    }
  }
}

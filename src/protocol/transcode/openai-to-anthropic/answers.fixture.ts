/** Plans, runs and clients for the tests of Anthropic answers that become OpenAI answers. */
import OpenAI from 'openai';
import type { ApiError } from '../../api-error.ts';
import { eventsOf } from '../same-shape/stream-runs.fixture.ts';
import type { StreamTranscoder } from '../stream.ts';
import { ToolNames } from '../tool-names.ts';
import { Warnings } from '../warnings.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { OpenAiFromAnthropicStream } from './stream.ts';
import { accumulateDelta } from '../../../../test/support/accumulate/python-delta.ts';

type Json = Record<string, unknown>;

export function planWith(changes: Partial<AnswerPlan> = {}): AnswerPlan {
  return {
    publicModel: 'public-model',
    upstreamModel: 'upstream-model',
    requestId: 'req_th_01ABC',
    createdS: 1_700_000_000,
    includeUsage: true,
    showReasoning: true,
    legacyFunctions: false,
    customTools: new Set<string>(),
    names: new ToolNames(128, {
      sha256: (text) => Bun.SHA256.hash(text, 'hex'),
      sign: () => '',
      verify: () => undefined,
      recall: () => undefined,
    }),
    searches: true,
    estimateInput: () => 77,
    redact: (text) => text.replaceAll('secret.host', '[host]'),
    warnings: new Warnings(),
    ...changes,
  };
}

export interface AnswerRun {
  readonly text: string;
  readonly told: Pick<StreamTranscoder, 'state' | 'usage' | 'usageEstimated' | 'kept'>;
  readonly oddities: Readonly<Record<string, number>> | undefined;
  readonly error: Pick<ApiError, 'code' | 'message'> | undefined;
  readonly warnings: readonly string[];
}

/**
 * Everything the transcoder gave for these reads, the end included. What it gave is looked at once more at the end: the
 * gateway hands it to a socket that may still be sending it, so nothing may be written into it.
 */
export function runAnswer(
  reads: Iterable<Uint8Array>,
  changes: Partial<AnswerPlan> = {},
  options: { readonly templates?: boolean } = {},
): AnswerRun {
  const plan = planWith({ ...changes, warnings: new Warnings() });
  const transcoder = new OpenAiFromAnthropicStream(plan, options);
  const given: Uint8Array[] = [];
  const then: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => {
    given.push(bytes);
    then.push(Uint8Array.from(bytes));
    const text = Buffer.from(bytes).toString('latin1');
    if (text !== '' && !text.endsWith('\n\n')) throw new Error(`half a frame was given out: ${text}`);
  };
  for (const bytes of reads) take(transcoder.push(bytes));
  take(transcoder.end());
  const out = Buffer.concat(given);
  if (!out.equals(Buffer.concat(then))) throw new Error('bytes that were given out have changed afterwards');
  const { state, usage, usageEstimated, kept, error } = transcoder;
  return {
    text: out.toString('utf8'),
    told: { state, usage, usageEstimated, kept },
    oddities: transcoder.oddities.toJson(),
    error: error === undefined ? undefined : { code: error.code, message: error.message },
    warnings: plan.warnings.list,
  };
}

/** An event by name and members, or a frame as it is written. */
export type Told = readonly [type: string, members?: object] | string;

/** A stream of events as Anthropic writes them. */
export function sse(...events: readonly Told[]): Uint8Array {
  const frames = events.map((event) => {
    if (typeof event === 'string') return `${event}\n\n`;
    const [type, members = {}] = event;
    return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
  });
  return new TextEncoder().encode(frames.join(''));
}

export const START: Told = [
  'message_start',
  {
    message: {
      id: 'msg_01',
      type: 'message',
      role: 'assistant',
      model: 'upstream-model',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 1 },
    },
  },
];

export function startBlock(index: number, content_block: object): Told {
  return ['content_block_start', { index, content_block }];
}

export function delta(index: number, value: object): Told {
  return ['content_block_delta', { index, delta: value }];
}

export function stopBlock(index: number): Told {
  return ['content_block_stop', { index }];
}

export function stop(stop_reason: string | null, more: object = {}): Told {
  return ['message_delta', { delta: { stop_reason, stop_sequence: null, ...more }, usage: { output_tokens: 5 } }];
}

export const STOP: Told = ['message_stop'];

/** Events as they usually are, and what becomes of them. */
export const ROLE = { role: 'assistant', content: '' };
export const TEXT = startBlock(0, { type: 'text', text: '' });
export const text = (index: number, value: string) => delta(index, { type: 'text_delta', text: value });
export const thinking = (index: number, value: string) => delta(index, { type: 'thinking_delta', thinking: value });
export const json = (index: number, value: string) => delta(index, { type: 'input_json_delta', partial_json: value });
export const tool = (index: number, more: object = {}) =>
  startBlock(index, { type: 'tool_use', id: `toolu_${index}`, name: `f${index}`, input: {}, ...more });
export const argumentsOf = (index: number, value: string) => ({
  tool_calls: [{ index, function: { arguments: value } }],
});
export const callOf = (index: number, id: string, name: string) => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
});

/** The chunks of a stream: its JSON events. */
export function chunksOf(text: string): Json[] {
  return eventsOf(text).flatMap(({ data }) => (data === '[DONE]' ? [] : [JSON.parse(data) as Json]));
}

/** `delta` of each chunk that has a choice. */
export function deltasOf(text: string): Json[] {
  return chunksOf(text).flatMap((chunk) => {
    const [choice] = (chunk.choices ?? []) as { delta: Json }[];
    return choice === undefined ? [] : [choice.delta];
  });
}

/** What OpenAI's SDK for TypeScript accumulates of a stream; rejects as the SDK does. */
export async function accumulateWithSdk(text: string, request: object = {}): Promise<Json> {
  const client = new OpenAI({
    apiKey: 'k',
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(text, { status: 200, headers: { 'content-type': 'text/event-stream' } })),
  });
  const stream = client.chat.completions.stream({ model: 'm', messages: [], ...request } as never);
  return (await stream.finalChatCompletion()) as unknown as Json;
}

/** What OpenAI's library for Python accumulates. Throws where it raises. */
export function accumulateAsPython(text: string): {
  readonly message: Json;
  readonly finish: unknown;
  readonly usage: unknown;
} {
  let message: Json = {};
  let finish: unknown;
  let usage: unknown;
  for (const chunk of chunksOf(text)) {
    if (chunk.error !== undefined) throw new Error('APIError');
    usage = chunk.usage ?? usage;
    for (const choice of chunk.choices as { delta: Json; finish_reason: unknown }[]) {
      message = accumulateDelta(message, structuredClone(choice.delta));
      finish = choice.finish_reason ?? finish;
    }
  }
  return { message, finish, usage };
}

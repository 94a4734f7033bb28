import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type CorpusEntry, loadCorpus, recordedResponse } from '../../../../test/support/corpus.ts';
import { ApiError } from '../../api-error.ts';
import { OpenAiAggregator } from '../../openai/aggregate.ts';
import { streamOfCompletion } from '../../openai/as-stream.ts';
import { readsOf } from '../same-shape/stream-runs.fixture.ts';
import { type Block, cross, finalMessages, type Message, planOf } from './answers.fixture.ts';
import { readCompletion, readStream, type Said } from './openai-reading.fixture.ts';
import { readOpenAiCompletion } from './response.ts';

setDefaultTimeout(60_000);

/** Recorded streams that end with an error, or without anything that says they are whole. */
const FAILING = [
  'evroc/s-without-finish-reason-is-accepted-by-default-beece1',
  'gpustack-vllm/s-wen3-streams-thinking-content-when-available-e089ae',
  'groq/s-ma-4-scout-17b-16e-instruct-object-streaming-16c5ef',
  'groq/s-test-tool-use-failed-error-streaming-4b2c80',
  'groq/s-test-tool-use-failed-error-streaming-8b6cb6',
  'openai/s-ai-gpt-4-1-nano-supports-streaming-responses-d9ce4d',
  'openai/s-test-hierarchical-verbose-manager-agent-53554b',
  'openrouter/s-oogle-gemini-2-5-flash-lite-object-streaming-e13deb',
  'openrouter/s-test-openrouter-stream-error-8e8e68',
];

const STOPS: Readonly<Record<string, string>> = {
  length: 'max_tokens',
  content_filter: 'refusal',
};

const corpus = loadCorpus();
const entries = (corpus ?? []).filter(({ shape }) => shape === 'openai-chat');
const name = (entry: CorpusEntry) => entry.path.replace('openai-chat/', '');
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const of = (content: readonly Block[], type: string) => content.filter((block) => block.type === type);

/** What the client got is what the upstream said. */
function expectSame(at: string, message: Message, said: Said): void {
  const { content } = message;
  const text = of(content, 'text')
    .map((block) => block.text)
    .join('');
  // White space that nothing follows is no block of its own.
  expect([at, text.trim() === '' ? '' : text]).toEqual([at, said.text.trim() === '' ? '' : said.text]);
  const thinking = of(content, 'thinking').map((block) => block.thinking);
  expect([at, thinking.join('')]).toEqual([at, said.thinking]);
  const calls = of(content, 'tool_use').map(({ name: called, input }) => [called, input]);
  const isCut = said.finish === 'length';
  const expected = said.calls.map(({ name: called, args }) => {
    try {
      // Groq writes `null` for a tool without parameters.
      return [called, args.trim() === '' ? {} : (JSON.parse(args) ?? {})];
    } catch {
      return [called, isCut ? undefined : { _raw_arguments: args }];
    }
  });
  expect([at, calls.map(([called, input], i) => [called, expected[i]?.[1] === undefined ? undefined : input])]).toEqual(
    [at, expected],
  );
  const stop = STOPS[said.finish ?? ''] ?? (calls.length > 0 ? 'tool_use' : undefined);
  if (stop !== undefined) expect([at, message.stop_reason]).toEqual([at, stop]);
  else expect(['end_turn', 'refusal']).toContain(message.stop_reason);
  const told = (said.usage ?? {}) as {
    prompt_tokens?: number;
    completion_tokens?: number;
    total_tokens?: number;
    prompt_tokens_details?: { audio_tokens?: number } | null;
  };
  if (!told.prompt_tokens) return;
  // Mistral counts sound beside the prompt, and everything in the total.
  const heard = told.prompt_tokens_details?.audio_tokens ?? 0;
  const sound = told.total_tokens === told.prompt_tokens + heard + told.completion_tokens! ? heard : 0;
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = message.usage as Record<
    string,
    number
  >;
  const input = input_tokens! + cache_read_input_tokens! + cache_creation_input_tokens!;
  // Grok on Azure tells more cached tokens than prompt tokens, Gemini behind OpenRouter counts them as written and read.
  if (input - input_tokens! <= told.prompt_tokens) expect([at, input]).toEqual([at, told.prompt_tokens + sound]);
  // Reasoning that is left out of the completion is in the total.
  const output = [told.completion_tokens, (told.total_tokens ?? 0) - told.prompt_tokens - sound];
  expect([at, output.includes(output_tokens)]).toEqual([at, true]);
}

describe.skipIf(corpus === undefined)('every recorded OpenAI stream', () => {
  const streams = entries.filter(({ response }) => response.endsWith('.sse'));

  test('crosses without losing text, reasoning, calls, the reason or the usage', () => {
    expect(streams.length).toBeGreaterThan(250);
    for (const entry of streams) {
      const at = name(entry);
      const bytes = recordedResponse(entry);
      const { message, state, error } = cross(bytes);
      expect([at, state]).toEqual([at, FAILING.includes(at) ? 'failed' : 'complete']);
      const said = readStream(textOf(bytes));
      if (message === undefined) expect(error).toBeInstanceOf(ApiError);
      else if (said !== undefined) expectSame(at, message, said);
      else throw new Error(`${at} tells an error and came out whole`);
    }
  });

  test('is the same with and without what is known of its frames, however it is cut', () => {
    for (const [i, entry] of streams.entries()) {
      const at = name(entry);
      const bytes = recordedResponse(entry);
      for (const plan of [{}, { showThinking: false }, { liveTools: 'all' as const }]) {
        const { text, state, usage, stream } = cross(bytes, plan, { knowsFrames: false });
        const expected = [at, state, usage, stream.kept, stream.oddities.toJson()];
        for (const reads of [
          [bytes],
          [...readsOf(bytes, bytes.length < 20_000 ? 3 : 900, i)],
          [...readsOf(bytes, 7000, i)],
        ]) {
          const other = cross(reads, plan);
          expect([at, other.text === text]).toEqual([at, true]);
          expect([at, other.state, other.usage, other.stream.kept, other.stream.oddities.toJson()]).toEqual(expected);
        }
      }
    }
  });

  test('is shown without reasoning where it was not asked for, and the reasoning is kept for the next turn', () => {
    for (const entry of streams) {
      const shown = cross(recordedResponse(entry)).message;
      if (shown === undefined) continue;
      const { message, stream } = cross(recordedResponse(entry), { showThinking: false });
      const rest = shown.content.filter(({ type }) => !type.includes('thinking'));
      const types = message?.content.map(({ type }) => type);
      expect(types).not.toContain('thinking');
      // Texts that reasoning parted are one block without it.
      const said = (content: readonly Block[]) =>
        of(content, 'text')
          .map(({ text }) => text)
          .join('');
      expect([name(entry), said(message?.content ?? [])]).toEqual([name(entry), said(rest)]);
      const thinking = of(shown.content, 'thinking').map((block) => block.thinking);
      const calls = of(shown.content, 'tool_use');
      const kept = stream.kept === undefined ? undefined : (JSON.parse(stream.kept.turn) as { text: string });
      if (calls.length > 0 && thinking.length > 0)
        expect([name(entry), kept?.text]).toEqual([name(entry), thinking.join('')]);
      if (kept !== undefined) expect(stream.kept?.toolCallId.split('\n')[0]).toBe(calls[0]?.id as string);
    }
  });

  test('is read by both official SDKs as the same message', async () => {
    for (const entry of streams) {
      const { text, message } = cross(recordedResponse(entry));
      if (message === undefined) continue;
      for (const read of await finalMessages(text)) {
        const blocks = message.content.map(({ inputText: _written, ...block }) => block);
        const { content, stop_reason, usage } = read as unknown as Message;
        const cut = message.stop_reason === 'max_tokens';
        const inputs = (list: readonly Block[]) =>
          list.map((block) => (cut && block.type === 'tool_use' ? { ...block, input: 0 } : block));
        expect([name(entry), inputs(content)]).toEqual([name(entry), inputs(blocks)]);
        expect([stop_reason, usage.output_tokens]).toEqual([message.stop_reason, message.usage.output_tokens]);
      }
    }
  });

  test('is the same message when it is aggregated first', () => {
    for (const entry of streams) {
      const at = name(entry);
      const streamed = cross(recordedResponse(entry)).message;
      const aggregator = new OpenAiAggregator();
      let body: Uint8Array<ArrayBuffer>;
      try {
        for (const read of readsOf(recordedResponse(entry), 4000, 7)) aggregator.push(read);
        body = aggregator.end();
      } catch (error) {
        expect([at, streamed === undefined, error instanceof ApiError]).toEqual([at, true, true]);
        continue;
      }
      const whole = JSON.parse(textOf(readOpenAiCompletion(body, planOf()).bytes)) as Message;
      const plain = (list: readonly Block[] = []) =>
        list.map(({ type, text, thinking, name: called, input, id }) => ({
          type,
          text,
          thinking,
          name: called,
          id,
          input: streamed?.stop_reason === 'max_tokens' ? 0 : input,
        }));
      // A completion has its reasoning before its text, and its text before its calls.
      const order = ['thinking', 'text', 'tool_use', 'redacted_thinking'];
      const inOrder = (streamed?.content ?? []).every(
        ({ type }, i, all) => i === 0 || order.indexOf(type) > order.indexOf(all[i - 1]!.type) || type === 'tool_use',
      );
      if (inOrder) expect([at, plain(whole.content)]).toEqual([at, plain(streamed?.content)]);
      expect([at, whole.stop_reason]).toEqual([at, streamed?.stop_reason as string]);
      if (streamed !== undefined && whole.usage.output_tokens !== streamed.usage.output_tokens) {
        throw new Error(`${at}: ${JSON.stringify(whole.usage)} ${JSON.stringify(streamed.usage)}`);
      }
    }
  });
});

describe.skipIf(corpus === undefined)('every recorded OpenAI completion', () => {
  const completions = entries
    .filter(({ response, status }) => response.endsWith('.json') && status === 200)
    .map((entry) => [entry, recordedResponse(entry) as Uint8Array<ArrayBuffer>] as const)
    .filter(([, bytes]) => 'choices' in (JSON.parse(textOf(bytes)) as object));
  const FAILED = ['openrouter/j-nousresearch-hermes-4-405b-token-limit-20d4d0'];

  test('crosses without losing text, reasoning, calls, the reason or the usage', () => {
    expect(completions.length).toBeGreaterThan(200);
    for (const [entry, bytes] of completions) {
      const at = name(entry);
      if (FAILED.includes(at)) {
        expect(() => readOpenAiCompletion(bytes, planOf())).toThrow(ApiError);
        continue;
      }
      const answer = readOpenAiCompletion(bytes, planOf());
      const message = JSON.parse(textOf(answer.bytes)) as Message;
      expectSame(at, message, readCompletion(JSON.parse(textOf(bytes)) as Record<string, unknown>));
      expect(Object.keys(message).sort()).toEqual([
        'container',
        'content',
        'diagnostics',
        'id',
        'model',
        'role',
        'stop_details',
        'stop_reason',
        'stop_sequence',
        'type',
        'usage',
      ]);
    }
  });

  test('is the same message when it is streamed instead', () => {
    for (const [entry, bytes] of completions) {
      const at = name(entry);
      if (FAILED.includes(at)) continue;
      for (const plan of [{}, { showThinking: false }]) {
        const answer = readOpenAiCompletion(bytes, planOf(plan));
        const message = JSON.parse(textOf(answer.bytes)) as Message;
        const { message: streamed, stream } = cross(streamOfCompletion(bytes), plan);
        const plain = (list: readonly Block[] = []) =>
          list.map(({ type, text, thinking, name: called, id, input, citations }) => ({
            type,
            text,
            thinking,
            name: called,
            id,
            input: message.stop_reason === 'max_tokens' ? 0 : input,
            citations: citations?.length,
          }));
        expect([at, plain(streamed?.content)]).toEqual([at, plain(message.content)]);
        expect([at, streamed?.stop_reason as string, streamed?.id]).toEqual([at, message.stop_reason, message.id]);
        expect([at, stream.usage, stream.kept]).toEqual([at, answer.usage, answer.kept]);
      }
    }
  });
});

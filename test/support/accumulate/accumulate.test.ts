/** The clients agree on the golden answers, and each punishes what it is known to punish. */
import { describe, expect, test } from 'bun:test';
import {
  chunk,
  GOLDEN_CHUNKS,
  GOLDEN_EVENTS,
  writeChunks,
  writeEvents,
  type AnthropicEvent,
} from '../grammar/golden.ts';
import { accumulateAiSdkJson, accumulateAiSdkStream } from './ai-sdk.ts';
import type { AccumulatedAnswer, JsonObject } from './answer.ts';
import { accumulateAnthropicJson, accumulateAnthropicStream } from './anthropic-sdk.ts';
import { accumulateOpenAiPython } from './openai-python.ts';
import { accumulateOpenAiJson, accumulateOpenAiStream } from './openai-sdk.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const chunks = encode(writeChunks(GOLDEN_CHUNKS));
const events = encode(writeEvents(GOLDEN_EVENTS));

const answer: AccumulatedAnswer = {
  text: 'hello',
  reasoning: 'hm',
  toolCalls: [
    { id: 'toolu_1', name: 'f', args: '{"a":1}' },
    { id: 'toolu_2', name: 'g', args: '{}' },
  ],
  stop: 'tool_calls',
  usage: { input: 40, cacheRead: 2, cacheWrite: 0, output: 11, reasoning: 3 },
};

describe('the golden chunks, as seen by', () => {
  test('the OpenAI SDK', async () => expect(await accumulateOpenAiStream(chunks)).toEqual(answer));
  test('the OpenAI SDK for Python', () => expect(accumulateOpenAiPython(chunks)).toEqual(answer));
  test('the AI SDK, openai-compatible', async () =>
    expect(await accumulateAiSdkStream('openai-compatible', chunks)).toEqual(answer));
  // It knows no reasoning text of chat completions.
  test('the AI SDK, openai', async () =>
    expect(await accumulateAiSdkStream('openai', chunks)).toEqual({ ...answer, reasoning: '' }));
});

describe('the golden events, as seen by', () => {
  const expected = { ...answer, stop: 'tool_use' };
  test('the Anthropic SDK 1.x', async () => expect(await accumulateAnthropicStream(events, '1.x')).toEqual(expected));
  test('the Anthropic SDK 0.x', async () => expect(await accumulateAnthropicStream(events, '0.x')).toEqual(expected));
  test('the AI SDK', async () => expect(await accumulateAiSdkStream('anthropic', events)).toEqual(expected));
});

describe('a whole answer, as seen by', () => {
  const calls = answer.toolCalls.map(({ id, name, args }) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  }));
  const completion = encode(
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hello', refusal: null, reasoning_content: 'hm', tool_calls: calls },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage: (GOLDEN_CHUNKS.at(-2) as JsonObject).usage,
    }),
  );
  const message = encode(
    JSON.stringify({
      ...(GOLDEN_EVENTS[0] as JsonObject).message,
      content: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'text', text: 'hello', citations: null },
        ...answer.toolCalls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: JSON.parse(args) })),
      ],
      stop_reason: 'tool_use',
      usage: (GOLDEN_EVENTS[16] as JsonObject).usage,
    }),
  );
  const expected = { ...answer, stop: 'tool_use' };
  test('the OpenAI SDK', async () => expect(await accumulateOpenAiJson(completion)).toEqual(answer));
  test('the AI SDK, openai-compatible', async () =>
    expect(await accumulateAiSdkJson('openai-compatible', completion)).toEqual(answer));
  test('the AI SDK, openai', async () =>
    expect(await accumulateAiSdkJson('openai', completion)).toEqual({ ...answer, reasoning: '' }));
  test('the Anthropic SDK 1.x', async () => expect(await accumulateAnthropicJson(message, '1.x')).toEqual(expected));
  test('the Anthropic SDK 0.x', async () => expect(await accumulateAnthropicJson(message, '0.x')).toEqual(expected));
  test('the AI SDK, anthropic', async () => expect(await accumulateAiSdkJson('anthropic', message)).toEqual(expected));
});

describe('what they punish', () => {
  const golden = GOLDEN_CHUNKS as JsonObject[];
  const changedChunks = (change: (all: JsonObject[]) => unknown) => {
    const all = structuredClone(golden);
    change(all);
    return encode(writeChunks(all));
  };
  const changedEvents = (change: (all: JsonObject[]) => unknown) => {
    const all = structuredClone(GOLDEN_EVENTS) as unknown as JsonObject[];
    change(all);
    return encode(writeEvents(all as unknown as AnthropicEvent[]));
  };

  test('Python concatenates an id and a name that are repeated', () => {
    const bytes = changedChunks((all) => {
      Object.assign(all[5]!.choices[0].delta.tool_calls[0], { id: 'x', function: { name: 'y', arguments: '1' } });
    });
    expect(accumulateOpenAiPython(bytes).toolCalls[0]).toEqual({ id: 'toolu_1x', name: 'fy', args: '1' });
  });

  test('Python throws on annotations in two chunks, on a retry line, and loses usage that is followed', () => {
    const twice = changedChunks((all) => all.splice(9, 0, chunk({ annotations: [{}] }), chunk({ annotations: [{}] })));
    expect(accumulateOpenAiPython(twice).error?.message).toContain('`index` key');
    expect(accumulateOpenAiPython(encode(`retry: 1\n\n${writeChunks(GOLDEN_CHUNKS)}`)).error).toBeDefined();
    const followed = changedChunks((all) => all.splice(11, 0, { ...all[10], usage: null }));
    expect(accumulateOpenAiPython(followed).usage).toBeUndefined();
  });

  test('the OpenAI SDK throws without a finish_reason, and on an error chunk', async () => {
    expect((await accumulateOpenAiStream(changedChunks((all) => all.splice(9, 1)))).error).toBeDefined();
    const failed = changedChunks((all) =>
      all.splice(4, 9, { error: { message: 'no', type: 'x', param: null, code: null } }),
    );
    const answered = await accumulateOpenAiStream(failed);
    expect([answered.text, answered.error?.message]).toEqual(['hello', 'no']);
    expect((await accumulateAiSdkStream('openai-compatible', failed)).error).toBeDefined();
    expect((await accumulateAiSdkStream('openai', failed)).error).toBeDefined();
    expect(accumulateOpenAiPython(failed).error?.message).toBe('no');
  });

  test.each(['1.x', '0.x'] as const)(
    'the Anthropic SDK %s throws without message_stop, and on an error event',
    async (sdk) => {
      expect(
        (
          await accumulateAnthropicStream(
            changedEvents((all) => all.pop()),
            sdk,
          )
        ).error,
      ).toBeDefined();
      const failed = changedEvents((all) =>
        all.splice(9, 9, { type: 'error', error: { type: 'api_error', message: 'no' }, request_id: 'r' }),
      );
      const answered = await accumulateAnthropicStream(failed, sdk);
      expect([answered.text, answered.error?.message.includes('no')]).toEqual(['hello', true]);
      expect((await accumulateAiSdkStream('anthropic', failed)).error).toBeDefined();
    },
  );

  test('the AI SDK makes an error of an event it does not know', async () => {
    const bytes = changedEvents((all) => all.splice(5, 0, { type: 'th_note' }));
    expect((await accumulateAiSdkStream('anthropic', bytes)).error).toBeDefined();
  });
});

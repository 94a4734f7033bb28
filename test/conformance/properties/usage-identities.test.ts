/** total = prompt + completion, and prompt = input + both cached counts: whatever the upstream says it used. */
import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readOpenAiCompletion } from '../../../src/protocol/transcode/anthropic-to-openai/response.ts';
import { AnthropicFromOpenAiStream } from '../../../src/protocol/transcode/anthropic-to-openai/stream.ts';
import { readAnthropicMessage } from '../../../src/protocol/transcode/openai-to-anthropic/response.ts';
import { OpenAiFromAnthropicStream } from '../../../src/protocol/transcode/openai-to-anthropic/stream.ts';
import type { JsonObject } from '../../support/accumulate/answer.ts';
import { oddAnthropicUsage, oddOpenAiUsage } from '../../support/arbitrary/usage-objects.ts';
import { checkAnthropicEvents } from '../../support/grammar/anthropic-events.ts';
import { checkAnthropicMessage } from '../../support/grammar/anthropic-message.ts';
import { checkOpenAiChunks } from '../../support/grammar/openai-chunks.ts';
import { checkOpenAiCompletion } from '../../support/grammar/openai-completion.ts';
import { anthropicPlan } from './anthropic-client.ts';
import { openAiPlan } from './openai-client.ts';
import { runStream } from './run-stream.ts';
import { RUNS } from './runs.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const usageOf = (bytes: Uint8Array) => (JSON.parse(Buffer.from(bytes).toString()) as JsonObject).usage as JsonObject;

/** The usage of the last frame that bears one. */
function lastUsage(bytes: Uint8Array): JsonObject {
  const frames = Buffer.from(bytes)
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('data: {'));
  return frames.map((line) => (JSON.parse(line.slice(6)) as JsonObject).usage as JsonObject | null).findLast(Boolean)!;
}

describe('P6: usage', () => {
  test('of an Anthropic upstream satisfies both identities, in a stream as in a whole answer', () => {
    fc.assert(
      fc.property(oddAnthropicUsage, oddAnthropicUsage, (first, last) => {
        const frame = (data: JsonObject) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
        const text =
          frame({ type: 'message_start', message: { id: 'msg_1', content: [], usage: first } }) +
          frame({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: last }) +
          frame({ type: 'message_stop' });
        const { bytes, usage } = runStream(new OpenAiFromAnthropicStream(openAiPlan()), [encode(text)]);
        checkOpenAiChunks(bytes, { includeUsage: true });
        const told = lastUsage(bytes);
        // What is told is what is billed.
        expect(told.prompt_tokens).toBe(usage!.input + usage!.cacheRead + usage!.cacheWrite);
        expect(told.completion_tokens).toBe(usage!.output);
        const message = JSON.stringify({
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          content: [{ type: 'text', text: 'x' }],
          stop_reason: 'end_turn',
          usage: last,
        });
        const answer = readAnthropicMessage(encode(message), openAiPlan());
        checkOpenAiCompletion(answer.bytes);
        expect(usageOf(answer.bytes).completion_tokens).toBe(answer.usage!.outputTokens);
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });

  test('of an OpenAI upstream never has null or negative counts, in a stream as in a whole answer', () => {
    fc.assert(
      fc.property(fc.array(oddOpenAiUsage, { minLength: 1, maxLength: 3 }), (usages) => {
        const frame = (data: JsonObject) => `data: ${JSON.stringify(data)}\n\n`;
        const text =
          frame({ id: 'c', choices: [{ index: 0, delta: { content: 'x' } }], usage: usages[0] }) +
          frame({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: usages[1] }) +
          frame({ id: 'c', choices: [], usage: usages[2] }) +
          'data: [DONE]\n\n';
        const { bytes, usage } = runStream(new AnthropicFromOpenAiStream(anthropicPlan()), [encode(text)]);
        checkAnthropicEvents(bytes);
        expect(lastUsage(bytes)).toMatchObject({
          input_tokens: usage!.input,
          cache_read_input_tokens: usage!.cacheRead,
          cache_creation_input_tokens: usage!.cacheWrite,
          output_tokens: usage!.output,
        });
        const choice = { index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' };
        const body = JSON.stringify({ id: 'c', choices: [choice], usage: usages[0] });
        const answer = readOpenAiCompletion(encode(body), anthropicPlan());
        checkAnthropicMessage(answer.bytes);
        expect(usageOf(answer.bytes)).toMatchObject({
          input_tokens: answer.usage!.inputTokens,
          output_tokens: answer.usage!.outputTokens,
        });
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });
});

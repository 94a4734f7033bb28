/** What the generators have found, each by its smallest input. */
import { describe, expect, test } from 'bun:test';
import { readOpenAiCompletion } from '../../../src/protocol/transcode/anthropic-to-openai/response.ts';
import { AnthropicFromOpenAiStream } from '../../../src/protocol/transcode/anthropic-to-openai/stream.ts';
import { readAnthropicMessage } from '../../../src/protocol/transcode/openai-to-anthropic/response.ts';
import { OpenAiFromAnthropicStream } from '../../../src/protocol/transcode/openai-to-anthropic/stream.ts';
import { packToolId, unpackToolId } from '../../../src/protocol/transcode/tool-ids.ts';
import type { JsonObject } from '../../support/accumulate/answer.ts';
import { accumulateAnthropicStream } from '../../support/accumulate/anthropic-sdk.ts';
import { accumulateOpenAiPython } from '../../support/accumulate/openai-python.ts';
import { checkAnthropicEvents } from '../../support/grammar/anthropic-events.ts';
import { checkOpenAiChunks } from '../../support/grammar/openai-chunks.ts';
import { anthropicPlan } from './anthropic-client.ts';
import { openAiPlan } from './openai-client.ts';
import { runStream } from './run-stream.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const parse = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as JsonObject;

function toAnthropic(
  deltas: readonly object[],
  finish: string,
  plan: Parameters<typeof anthropicPlan>[0] = {},
): Uint8Array {
  const chunks = [
    ...deltas.map((delta) => ({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }] })),
    { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: finish }] },
  ];
  const text = `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
  const { bytes } = runStream(new AnthropicFromOpenAiStream(anthropicPlan(plan)), [encode(text)]);
  checkAnthropicEvents(bytes);
  return bytes;
}

function toOpenAi(blocks: readonly JsonObject[], stop = 'end_turn'): Uint8Array {
  const events: JsonObject[] = [
    { type: 'message_start', message: { id: 'msg_1', content: [], usage: { input_tokens: 1, output_tokens: 1 } } },
    ...blocks.flatMap((content_block, index) => [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason: stop }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ];
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const { bytes } = runStream(new OpenAiFromAnthropicStream(openAiPlan()), [encode(text)]);
  checkOpenAiChunks(bytes, { includeUsage: true });
  return bytes;
}

const call = (args: string) => ({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: args } }] });

describe('what the generators found', () => {
  test('a text that begins with U+FEFF keeps it, in JSON as in a stream', async () => {
    const choice = { index: 0, message: { role: 'assistant', content: '\ufeffx' }, finish_reason: 'stop' };
    const { bytes } = readOpenAiCompletion(encode(JSON.stringify({ id: 'c', choices: [choice] })), anthropicPlan());
    expect(parse(bytes).content).toEqual([{ type: 'text', text: '\ufeffx' }]);
    expect((await accumulateAnthropicStream(toAnthropic([{ content: '\ufeffx' }], 'stop'))).text).toBe('\ufeffx');
  });

  test('an id that begins with U+FEFF is had back', () => {
    expect(unpackToolId(packToolId('\ufeffcall'))).toBe('\ufeffcall');
  });

  test.each([
    ['cut', '{"a":1,"b'],
    ['no JSON', '{"a": tru}'],
    ['no JSON, then more', '{"a": tru}x'],
  ])('arguments that were passed on as they came and are %s do not look like a call', async (_, args) => {
    const bytes = toAnthropic([call(args)], 'tool_calls', { liveTools: 'all' });
    expect((await accumulateAnthropicStream(bytes)).error).toBeDefined();
    // Where nothing was passed on yet, the call is told with what there is.
    const buffered = await accumulateAnthropicStream(toAnthropic([call(args)], 'tool_calls'));
    expect([buffered.error, buffered.stop]).toEqual([undefined, 'tool_use']);
  });

  test('arguments that max_tokens cut are passed on, and said to be cut', async () => {
    for (const liveTools of ['all', new Set<string>()] as const) {
      const answer = await accumulateAnthropicStream(toAnthropic([call('{"a":1,"b')], 'length', { liveTools }));
      expect([answer.error, answer.stop, answer.toolCalls[0]?.args]).toEqual([undefined, 'max_tokens', '{"a":1,"b']);
    }
  });

  test('arguments with a bracket too many are not taken for cut ones', async () => {
    const { toolCalls } = await accumulateAnthropicStream(toAnthropic([call('{"a":[1}')], 'length'));
    expect(JSON.parse(toolCalls[0]!.args)).toEqual({ _raw_arguments: '{"a":[1}' });
  });

  test('two calls of one id are two calls', () => {
    const twice = ['f', 'g'].map((name) => ({ type: 'tool_use', id: 'toolu_1', name, input: {} }));
    const { toolCalls } = accumulateOpenAiPython(toOpenAi(twice, 'tool_use'));
    expect(toolCalls.map(({ name }) => name)).toEqual(['f', 'g']);
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
    const body = { id: 'msg_1', type: 'message', content: twice, stop_reason: 'tool_use' };
    const message = parse(readAnthropicMessage(encode(JSON.stringify(body)), openAiPlan()).bytes).choices[0].message;
    expect(new Set((message.tool_calls as JsonObject[]).map(({ id }) => id)).size).toBe(2);
  });

  test('redacted thinking without its data is not told', () => {
    const told = Buffer.from(toOpenAi([{ type: 'redacted_thinking' }, { type: 'text', text: 'x' }])).toString();
    expect(told).not.toContain('reasoning_details');
    const kept = Buffer.from(toOpenAi([{ type: 'redacted_thinking', data: 'abc' }])).toString();
    expect(kept).toContain('"data":"abc"');
  });
});

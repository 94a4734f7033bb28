/** Whole answers, event by event: a change of what goes over the wire has to be made here too. */
import { describe, expect, test } from 'bun:test';
import { jsonOf, readStream } from '../support/sse-events.ts';
import { messageEvents, text, thinking, toolUse } from './support/anthropic-answers.ts';
import { conformance } from './support/conformance.ts';
import { chunks, toolDelta } from './support/openai-answers.ts';
import type { Json } from './support/through-sdk.ts';

const th = conformance();
const messages = [{ role: 'user', content: 'Think, say hello, call f and g.' }];

/** One turn in each shape: a thought, a hello, two calls, one of them without arguments. */
describe('a turn with everything in it', () => {
  const upstreamO = th.model('openai');
  const upstreamA = th.model('anthropic');
  const answerO = chunks(
    [
      { reasoning_content: 'hm' },
      { content: 'hello' },
      toolDelta({ index: 0, id: 'toolu_1', name: 'f', args: '' }),
      toolDelta({ index: 0, args: '{"a":1}' }),
      toolDelta({ index: 1, id: 'toolu_2', name: 'g', args: '' }),
    ],
    {
      finish: 'tool_calls',
      usage: {
        prompt_tokens: 42,
        completion_tokens: 11,
        total_tokens: 53,
        prompt_tokens_details: { cached_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    },
  );

  test('K5, C035, C009 golden: the events an Anthropic client gets', async () => {
    upstreamO.answer(answerO);
    const thinkingOn = { type: 'enabled', budget_tokens: 1024 };
    const body = { model: upstreamO.id, max_tokens: 4000, stream: true, thinking: thinkingOn, messages };
    const { events } = await readStream(await th.post('anthropic', body));
    const got = events.map(jsonOf) as Json[];
    const { id, usage } = got[0].message;
    const { signature } = got.find(({ delta }) => delta?.type === 'signature_delta').delta;
    expect(id).toMatch(/^msg_/);
    expect(signature).toStartWith('th1.');
    const block = (index: number, content_block: object) => ({ type: 'content_block_start', index, content_block });
    const delta = (index: number, value: object) => ({ type: 'content_block_delta', index, delta: value });
    const stop = (index: number) => ({ type: 'content_block_stop', index });
    expect(got).toEqual([
      {
        type: 'message_start',
        message: {
          id,
          type: 'message',
          role: 'assistant',
          model: upstreamO.id,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          stop_details: null,
          container: null,
          usage: {
            input_tokens: usage.input_tokens,
            output_tokens: 0,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 0,
          },
        },
      },
      { type: 'ping' },
      block(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'hm' }),
      delta(0, { type: 'signature_delta', signature }),
      stop(0),
      block(1, { type: 'text', text: '' }),
      delta(1, { type: 'text_delta', text: 'hello' }),
      stop(1),
      block(2, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
      delta(2, { type: 'input_json_delta', partial_json: '' }),
      delta(2, { type: 'input_json_delta', partial_json: '{"a":1}' }),
      stop(2),
      block(3, { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} }),
      delta(3, { type: 'input_json_delta', partial_json: '{}' }),
      stop(3),
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null, stop_details: null, container: null },
        usage: {
          input_tokens: 40,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 2,
          output_tokens: 11,
          output_tokens_details: { thinking_tokens: 3 },
          server_tool_use: null,
        },
      },
      { type: 'message_stop' },
    ]);
  });

  test('K5, C005, C024 golden: the chunks an OpenAI client gets', async () => {
    const usage = {
      input_tokens: 40,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 2,
      output_tokens: 11,
      output_tokens_details: { thinking_tokens: 3 },
    };
    const blocks = [
      thinking('hm', 'SIG'),
      text('hello'),
      toolUse('toolu_1', 'f', { a: 1 }, ['', '{"a":1}']),
      toolUse('toolu_2', 'g', {}, ['']),
    ];
    upstreamA.answer(messageEvents(blocks, { stop: 'tool_use', usage }));
    const body = { model: upstreamA.id, stream: true, stream_options: { include_usage: true }, messages };
    const { events } = await readStream(await th.post('openai', body));
    expect(events.at(-1)?.data).toBe('[DONE]');
    const got = events.slice(0, -1).map(jsonOf) as Json[];
    const { id, created } = got[0];
    const common = { id, object: 'chat.completion.chunk', created, model: upstreamA.id };
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      ...common,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      usage: null,
    });
    const call = (index: number, callId: string, name: string) =>
      chunk({ tool_calls: [{ index, id: callId, type: 'function', function: { name, arguments: '' } }] });
    const args = (index: number, value: string) => chunk({ tool_calls: [{ index, function: { arguments: value } }] });
    const { model } = got.find(({ choices }) => choices[0]?.delta.reasoning_details).choices[0].delta
      .reasoning_details[0];
    expect(got).toEqual([
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'h' }),
      chunk({ reasoning_content: 'm' }),
      chunk({ content: 'hel' }),
      chunk({ content: 'lo' }),
      call(0, 'toolu_1', 'f'),
      args(0, '{"a":1}'),
      call(1, 'toolu_2', 'g'),
      args(1, '{}'),
      chunk({
        reasoning_details: [
          { index: 0, type: 'reasoning.text', text: 'hm', signature: 'SIG', format: 'anthropic-claude-v1', model },
        ],
      }),
      chunk({}, 'tool_calls'),
      {
        ...common,
        choices: [],
        usage: {
          prompt_tokens: 42,
          completion_tokens: 11,
          total_tokens: 53,
          prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 0, audio_tokens: 0 },
          completion_tokens_details: {
            reasoning_tokens: 3,
            audio_tokens: 0,
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
          },
        },
      },
    ]);
  });
});

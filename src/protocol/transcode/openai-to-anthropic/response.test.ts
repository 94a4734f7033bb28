import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../api-error.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { planWith } from './answers.fixture.ts';
import { readAnthropicMessage } from './response.ts';

type Json = Record<string, unknown>;
const encoder = new TextEncoder();

function read(body: object | string, changes: Partial<AnswerPlan> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const plan = planWith(changes);
  const answer = readAnthropicMessage(encoder.encode(text), plan);
  const json = Buffer.from(answer.bytes).toString('utf8');
  const completion = JSON.parse(json) as Json;
  const [choice] = completion.choices as { message: Json; finish_reason: unknown }[];
  return {
    ...answer,
    json,
    completion,
    message: choice!.message,
    finish: choice!.finish_reason,
    warnings: plan.warnings.list,
  };
}

const message = (content: unknown, more: object = {}) => ({
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'upstream-model',
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 20, cache_creation_input_tokens: 5, cache_read_input_tokens: 75, output_tokens: 7 },
  ...more,
});

describe('an Anthropic message to an OpenAI client', () => {
  test('is a completion with every member a client may read', () => {
    const { completion, usage, usageEstimated, kept, oddities } = read(message([{ type: 'text', text: 'hi' }]));
    expect(completion).toEqual({
      id: 'chatcmpl-01',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'public-model',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hi', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 7,
        total_tokens: 107,
        prompt_tokens_details: { cached_tokens: 75, cache_write_tokens: 5, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 0,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
    });
    expect([usage?.inputTokens, usageEstimated, kept, oddities.toJson()]).toEqual([20, false, undefined, undefined]);
  });

  test('content is a text, and null only where calls stand instead', () => {
    const call = { type: 'tool_use', id: 't', name: 'f', input: {} };
    expect(read(message([])).message.content).toBe('');
    expect(read(message([{ type: 'text', text: '' }])).message.content).toBe('');
    expect(read(message([call], { stop_reason: 'tool_use' })).message.content).toBeNull();
    expect(read(message([{ type: 'text', text: 'a' }, call])).message.content).toBe('a');
    expect(read(message('plain')).message.content).toBe('plain');
    expect('tool_calls' in read(message([])).message).toBe(false);
  });

  test('G9, C124: texts and arguments go over as they were written', () => {
    const { json } = read(
      '{"content":[{"type":"text","text":"\\u00e9\\ud83c\\udf0d\\/\ufeff"},{"type":"tool_use","id":"t","name":"f","input":{"10":1.0, "2":12345678901234567890}}],"stop_reason":"tool_use"}',
    );
    expect(json).toContain('"content":"\\u00e9\\ud83c\\udf0d\\/\ufeff"');
    expect(json).toContain(JSON.stringify('{"10":1.0, "2":12345678901234567890}'));
  });

  test('arguments that had been wrapped are the text again', () => {
    const { message: told } = read(
      message([{ type: 'tool_use', id: 't', name: 'f', input: { _raw_arguments: '{"a": tru' } }]),
    );
    expect(told.tool_calls).toMatchObject([{ function: { arguments: '{"a": tru' } }]);
  });

  test('an input that its upstream wrote into a string is an object all the same', () => {
    const argumentsOf = (input: unknown) => {
      const { message: answer } = read(message([{ type: 'tool_use', id: 't', name: 'f', input }]));
      return (answer.tool_calls as { function: { arguments: string } }[])[0]?.function.arguments;
    };
    expect(argumentsOf('{"a": 1.0}')).toBe('{"a": 1.0}');
    expect(argumentsOf('')).toBe('{}');
    expect(argumentsOf('no object')).toBe('"no object"');
  });

  test('C067, C070: thinking has its text, its signatures and its order', () => {
    const content = [
      { type: 'thinking', thinking: 'one', signature: 'S1' },
      { type: 'redacted_thinking', data: 'D' },
      { type: 'thinking', thinking: '', signature: 'S2' },
      { type: 'thinking', thinking: 'two', signature: 'S3' },
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
    ];
    const body = message(content, { stop_reason: 'tool_use' });
    const { message: told, kept } = read(body);
    expect(told.reasoning_content).toBe('one\n\ntwo');
    expect(told.reasoning_details).toMatchObject([
      { index: 0, type: 'reasoning.text', text: 'one', signature: 'S1' },
      { index: 1, type: 'reasoning.encrypted', data: 'D' },
      { index: 2, text: '', signature: 'S2' },
      { index: 3, signature: 'S3', format: 'anthropic-claude-v1', model: 'public-model' },
    ]);
    expect(kept).toEqual({ toolCallId: 'toolu_1', turn: JSON.stringify(content) });
    const hidden = read(body, { showReasoning: false });
    expect(Object.keys(hidden.message)).toEqual(['role', 'content', 'refusal', 'tool_calls']);
    expect(hidden.kept).toEqual(kept as never);
  });

  test('C101: a refusal has its words; the service tier its name', () => {
    const refused = read(
      message([], { stop_reason: 'refusal', stop_details: { type: 'refusal', explanation: 'No.' } }),
    );
    expect([refused.finish, refused.message.refusal, refused.message.content]).toEqual(['content_filter', 'No.', '']);
    const tier = (service_tier: string) =>
      read(message([], { usage: { input_tokens: 1, output_tokens: 1, service_tier } })).completion.service_tier;
    expect(['standard', 'priority', 'batch', 'other'].map(tier)).toEqual(['default', 'priority', 'flex', undefined]);
  });

  test('C105: annotations have their places; C130: a pause is said to be one', () => {
    const cite = {
      type: 'web_search_result_location',
      url: 'https://a.test',
      title: 'T',
      cited_text: 'c',
      encrypted_index: 'e',
    };
    const {
      message: told,
      warnings,
      finish,
    } = read(
      message(
        [
          { type: 'text', text: '🌍' },
          { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
          { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
          { type: 'text', text: 'cited', citations: [cite, { type: 'char_location' }] },
        ],
        { stop_reason: 'pause_turn' },
      ),
    );
    expect(told.content).toBe('🌍\n\ncited');
    expect(told.annotations).toEqual([
      { type: 'url_citation', url_citation: { start_index: 4, end_index: 9, url: 'https://a.test', title: 'T' } },
    ]);
    expect([finish, warnings]).toEqual(['stop', ['dropped.citations', 'approx.pause_turn']]);
  });

  test('C125 functions-legacy, custom tools', () => {
    const body = message([{ type: 'tool_use', id: 't', name: 'f', input: { input: 'a "b"' } }], {
      stop_reason: 'tool_use',
    });
    const legacy = read(body, { legacyFunctions: true });
    expect([legacy.finish, legacy.message.function_call, legacy.message.tool_calls]).toEqual([
      'function_call',
      { name: 'f', arguments: '{"input":"a \\"b\\""}' },
      undefined,
    ]);
    expect(read(body, { customTools: new Set(['f']) }).message.tool_calls).toEqual([
      { id: 't', type: 'custom', custom: { name: 'f', input: 'a "b"' } },
    ]);
  });

  test('what nobody knows is left out and counted', () => {
    const {
      message: told,
      finish,
      oddities,
    } = read(
      message(
        [{ type: 'from_the_future' }, 7, null, { type: 'text', text: 'a' }, { type: 'tool_use', id: 't', input: {} }],
        { stop_reason: 'unheard_of' },
      ),
    );
    expect([told.content, finish]).toEqual(['a', 'stop']);
    expect(oddities.toJson()).toEqual({ unknown_block: 3, nameless_call: 1, unknown_stop_reason: 1 });
  });

  test('F3: what the upstream does not count is estimated and said to be', () => {
    const settled = (usage: unknown) => {
      const answer = read(message([{ type: 'text', text: 'sixteen bytes...' }], { usage }));
      return [answer.usage?.inputTokens, answer.usage?.outputTokens, answer.usageEstimated];
    };
    expect(settled(undefined)).toEqual([77, 6, true]);
    expect(settled({ input_tokens: 0, output_tokens: 0 })).toEqual([77, 6, true]);
    expect(settled({ input_tokens: 3 })).toEqual([3, 6, true]);
    expect(settled({ input_tokens: 3, output_tokens: 4 })).toEqual([3, 4, false]);
  });

  test('C120 error-200, C121 html: what is no answer is an error, with the upstream’s words but for its secrets', () => {
    const error = (body: string): ApiError => {
      try {
        read(body);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ApiError);
        return thrown as ApiError;
      }
      throw new Error(`no error for ${body}`);
    };
    const told = error('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded at secret.host"}}');
    expect([told.code as string, told.message]).toEqual(['upstream_overloaded', 'Overloaded at [host]']);
    expect(error('{"content":[],"error":{"message":"x"}}').message).toBe('x');
    for (const body of [
      '',
      '<html>',
      '{"content":[',
      '[]',
      '{}',
      '{"content":null}',
      '{"content":{}}',
      '{"content":7}',
    ]) {
      expect([body, error(body).code as string]).toEqual([body, 'upstream_error']);
    }
  });
});

import { describe, expect, test } from 'bun:test';
import { checkAnthropicMessage } from './anthropic-message.ts';
import { checkOpenAiCompletion } from './openai-completion.ts';

type Json = Record<string, any>;
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'hello',
        refusal: null,
        reasoning_content: 'hm',
        reasoning_details: [{ index: 0, type: 'reasoning.text', text: 'hm', signature: 's', format: 'f' }],
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: {
    prompt_tokens: 1,
    completion_tokens: 1,
    total_tokens: 2,
    prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  },
};

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 'th1.x' },
    { type: 'redacted_thinking', data: 'x' },
    { type: 'text', text: 'hello' },
    { type: 'tool_use', id: 'a', name: 'f', input: {}, caller: { type: 'direct' } },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  stop_details: null,
  container: null,
  diagnostics: null,
  usage: {
    input_tokens: 1,
    output_tokens: 1,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: null,
    server_tool_use: null,
    service_tier: 'standard',
  },
};

function changed(value: object, change: (copy: Json) => unknown): Uint8Array {
  const copy = structuredClone(value) as Json;
  change(copy);
  return encode(copy);
}

describe('checkOpenAiCompletion', () => {
  test('takes a whole completion, and one of functions', () => {
    checkOpenAiCompletion(encode(completion));
    checkOpenAiCompletion(
      changed(completion, ({ choices: [choice] }) => {
        delete choice.message.tool_calls;
        choice.message.function_call = { name: 'f', arguments: '{}' };
        choice.finish_reason = 'function_call';
      }),
    );
  });

  test.each([
    [
      'an empty list of calls',
      (m: Json) => {
        m.tool_calls = [];
      },
      /tool_calls is empty/,
    ],
    ['content that is absent', (m: Json) => delete m.content, /lacks "content"/],
    [
      'content "" beside a call',
      (m: Json) => {
        m.content = '';
      },
      /must be null beside calls/,
    ],
    [
      'content null without a call',
      (m: Json) => {
        m.content = null;
        delete m.tool_calls;
      },
      /null, yet nothing was called/,
    ],
    ['an absent refusal', (m: Json) => delete m.refusal, /lacks "refusal"/],
    [
      'empty arguments',
      (m: Json) => {
        m.tool_calls[0].function.arguments = '';
      },
      /function.arguments/,
    ],
    [
      'arguments that are an object',
      (m: Json) => {
        m.tool_calls[0].function.arguments = {};
      },
      /function.arguments/,
    ],
    [
      'an id twice',
      (m: Json) => {
        m.tool_calls.push(m.tool_calls[0]);
      },
      /used before/,
    ],
    ['details without an index', (m: Json) => delete m.reasoning_details[0].index, /reasoning_details\[0\].index/],
    ['tool_calls without a call', (m: Json) => delete m.tool_calls, /without any/],
    [
      'an unknown member',
      (m: Json) => {
        m.padding = 'x';
      },
      /unknown member "padding"/,
    ],
  ])('rejects %s', (_, change, complaint) => {
    const bytes = changed(completion, ({ choices: [choice] }) => change(choice.message as Json));
    expect(() => checkOpenAiCompletion(bytes)).toThrow(complaint);
  });

  test.each([
    [
      'two choices',
      (c: Json) => {
        c.choices.push(c.choices[0]);
      },
      /2 choices/,
    ],
    ['no usage', (c: Json) => delete c.usage, /lacks "usage"/],
    [
      'a usage whose total is wrong',
      (c: Json) => {
        c.usage.total_tokens = 3;
      },
      /3 tokens in total/,
    ],
    [
      'stop beside a call',
      (c: Json) => {
        c.choices[0].finish_reason = 'stop';
      },
      /yet a tool was called/,
    ],
    [
      'finish_reason null',
      (c: Json) => {
        c.choices[0].finish_reason = null;
      },
      /finish_reason/,
    ],
    ['logprobs that are absent', (c: Json) => delete c.choices[0].logprobs, /lacks "logprobs"/],
    [
      'created 0',
      (c: Json) => {
        c.created = 0;
      },
      /created is 0/,
    ],
  ])('rejects %s', (_, change, complaint) => {
    expect(() => checkOpenAiCompletion(changed(completion, change))).toThrow(complaint);
  });
});

describe('checkAnthropicMessage', () => {
  test('takes a whole message', () => checkAnthropicMessage(encode(message)));

  test.each([
    [
      'an input that is a string',
      (m: Json) => {
        m.content[3].input = '{}';
      },
      /input must be an object/,
    ],
    [
      'a text of white space',
      (m: Json) => {
        m.content[2].text = '\n';
      },
      /white space alone/,
    ],
    [
      'citations that are null',
      (m: Json) => {
        m.content[2].citations = null;
      },
      /citations must be an array/,
    ],
    [
      'thinking without a signature',
      (m: Json) => {
        m.content[0].signature = '';
      },
      /signature/,
    ],
    [
      'an unknown block',
      (m: Json) => {
        m.content[1].type = 'refusal';
      },
      /type must be/,
    ],
    [
      'an id Anthropic forbids',
      (m: Json) => {
        m.content[3].id = 'f:0';
      },
      /character that Anthropic refuses/,
    ],
    ['an absent stop_sequence', (m: Json) => delete m.stop_sequence, /lacks "stop_sequence"/],
    [
      'end_turn beside a call',
      (m: Json) => {
        m.stop_reason = 'end_turn';
      },
      /yet a tool was called/,
    ],
    [
      'a null count',
      (m: Json) => {
        m.usage.output_tokens = null;
      },
      /output_tokens must be a count/,
    ],
    ['an absent server_tool_use', (m: Json) => delete m.usage.server_tool_use, /server_tool_use/],
    ['an absent container', (m: Json) => delete m.container, /lacks "container"/],
  ])('rejects %s', (_, change, complaint) => {
    expect(() => checkAnthropicMessage(changed(message, change))).toThrow(complaint);
  });
});

import { describe, expect, test } from 'bun:test';
import { askDemo } from './ask-demo.fixture.ts';
import { type Json, hello, helloA, tools, user } from './demo-requests.fixture.ts';

describe('refusals', () => {
  const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
  const openai: [string, unknown, string | null, string][] = [
    ['no messages', { model: 'demo' }, 'messages', 'missing_required_parameter'],
    ['no model', { messages: hello.messages }, 'model', 'missing_required_parameter'],
    ['messages of a wrong type', { ...hello, messages: 'hi' }, 'messages', 'invalid_value'],
    ['no message in messages', { ...hello, messages: [] }, 'messages', 'invalid_value'],
    ['an unknown role', { ...hello, messages: [{ role: 'bot', content: '' }] }, 'messages[0].role', 'invalid_value'],
    ['content of a wrong type', { ...hello, ...user(5) }, 'messages[0].content', 'invalid_value'],
    ['no content', { ...hello, messages: [{ role: 'user' }] }, 'messages[0].content', 'missing_required_parameter'],
    ['an unknown part', { ...hello, ...user([{ type: 'smell' }]) }, 'messages[0].content[0].type', 'invalid_value'],
    ['n above 1', { ...hello, n: 2 }, 'n', 'invalid_value'],
    ['stream of a wrong type', { ...hello, stream: 'yes' }, 'stream', 'invalid_value'],
    ['max_tokens 0', { ...hello, max_tokens: 0 }, 'max_tokens', 'invalid_value'],
    ['five stops', { ...hello, stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'invalid_value'],
    ['an unknown effort', { ...hello, reasoning_effort: 'very' }, 'reasoning_effort', 'invalid_value'],
    ['required without tools', { ...hello, tool_choice: 'required' }, 'tool_choice', 'invalid_value'],
    [
      'stream_options unasked',
      { ...hello, stream_options: { include_usage: true } },
      'stream_options',
      'invalid_value',
    ],
    ['the older functions', { ...hello, functions: [] }, 'functions', 'invalid_value'],
    [
      'a forced tool that is not there',
      { ...hello, tools, tool_choice: { type: 'function', function: { name: 'nope' } } },
      'tool_choice.function.name',
      'invalid_value',
    ],
    [
      'a tool result without its call',
      { ...hello, messages: [...hello.messages, { role: 'tool', tool_call_id: 'c1', content: '' }] },
      'messages[1].tool_call_id',
      'invalid_value',
    ],
    [
      'a call without its result',
      { ...hello, messages: [{ role: 'assistant', tool_calls: [call] }, ...hello.messages] },
      'messages[1]',
      'invalid_value',
    ],
    ['an array', [], null, 'invalid_value'],
    ['no JSON', '{', null, 'invalid_value'],
  ];
  for (const [name, body, param, code] of openai) {
    test(`openai: ${name}`, async () => {
      const response = await askDemo('openai', body);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        error: { message: expect.stringMatching(/.{10}/), type: 'invalid_request_error', param, code },
      });
    });
  }

  const anthropic: [string, unknown, string][] = [
    ['no messages', { model: 'demo', max_tokens: 5 }, 'messages: '],
    ['no max_tokens', hello, 'max_tokens: '],
    ['a negative max_tokens', { ...hello, max_tokens: -1 }, 'max_tokens: '],
    ['an empty history', { ...helloA, messages: [] }, 'messages: '],
    ['an unknown role', { ...helloA, messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role: '],
    ['empty content', { ...helloA, ...user('') }, 'messages.0.content: '],
    ['an empty text block', { ...helloA, ...user([{ type: 'text', text: ' ' }]) }, 'messages.0.content.0.text: '],
    ['an unknown block', { ...helloA, ...user([{ type: 'smell' }]) }, 'messages.0.content.0.type: '],
    ['system of a wrong type', { ...helloA, system: {} }, 'system: '],
    ['a tool without schema', { ...helloA, tools: [{ name: 'f' }] }, 'tools.0.input_schema: '],
    ['enabled thinking without budget', { ...helloA, thinking: { type: 'enabled' } }, 'thinking.budget_tokens: '],
    ['any without tools', { ...helloA, tool_choice: { type: 'any' } }, 'tool_choice: '],
    ['a blank stop sequence', { ...helloA, stop_sequences: ['\n'] }, 'stop_sequences.0: '],
    [
      'a result without its call',
      { ...helloA, ...user([{ type: 'tool_result', tool_use_id: 'c1', content: 'x' }]) },
      'messages.0: ',
    ],
    [
      'a call without its result',
      { ...helloA, messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] }] },
      'messages.0: ',
    ],
    ['no JSON', '{', 'We could not parse'],
  ];
  for (const [name, body, start] of anthropic) {
    test(`anthropic: ${name}`, async () => {
      const response = await askDemo('anthropic', body);
      expect(response.status).toBe(400);
      const refusal: Json = await response.json();
      expect(refusal).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
      expect(refusal.error.message).toStartWith(start);
      expect(refusal.request_id).toBe(response.headers.get('request-id'));
    });
  }

  test('a message thread is refused with the code that makes the SDK go on without', async () => {
    const response = await askDemo('anthropic', { ...helloA, thread: { type: 'create' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', details: { error_code: 'thread_unsupported_request' } },
    });
  });

  test('another path, or the path of the other shape, is a 404 in the shape', async () => {
    const o = await askDemo('openai', hello, '/v1/messages');
    expect([o.status, ((await o.json()) as Json).error.code]).toEqual([404, 'unknown_url']);
    const a = await askDemo('anthropic', helloA, '/v1/complete');
    expect([a.status, ((await a.json()) as Json).error.type]).toEqual([404, 'not_found_error']);
  });
});

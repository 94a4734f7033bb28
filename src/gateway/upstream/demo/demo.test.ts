import { describe, expect, test } from 'bun:test';
import { askDemo } from './ask-demo.fixture.ts';
import { createDemo } from './demo.ts';
import { countTokens } from './tokens.ts';

type Json = any;

const hello = { model: 'demo', messages: [{ role: 'user', content: 'Good morning from Lisbon' }] };
const helloA = { ...hello, max_tokens: 500 };
const weather = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
  required: ['city', 'days'],
};
const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, description: 'd', parameters: weather },
}));
const toolsA = ['get_weather', 'get_time'].map((name) => ({ name, description: 'd', input_schema: weather }));

async function chat(body: object): Promise<Json> {
  const response = await askDemo('openai', { ...hello, ...body });
  expect(response.status).toBe(200);
  return await response.json();
}
async function message(body: object): Promise<Json> {
  const response = await askDemo('anthropic', { ...helloA, ...body });
  expect(response.status).toBe(200);
  return await response.json();
}
const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });

describe('a plain answer', () => {
  test('quotes the prompt, says what it is and how to get a real model, in 15 to 40 words', async () => {
    const text = (await chat({})).choices[0].message.content as string;
    expect(text).toContain('"Good morning from Lisbon"');
    expect(text).toContain('built-in demo model');
    expect(text).toContain('OPENAI_API_KEY');
    expect(text.split(/\s+/).length).toBeWithin(15, 41);
    const long = (await chat(user('word '.repeat(5000)))).choices[0].message.content as string;
    expect(long.split(/\s+/).length).toBeWithin(15, 41);
  });
  test('is the same in both shapes and at every call, under a new id', async () => {
    const [a, b, m] = [await chat({}), await chat({}), await message({})];
    expect(a.choices).toEqual(b.choices);
    expect(m.content).toEqual([{ type: 'text', text: a.choices[0].message.content }]);
    expect(a.id).toStartWith('chatcmpl-demo');
    expect(m.id).toStartWith('msg_demo');
    expect(a.id).not.toBe(b.id);
    expect([a.model, m.model]).toEqual(['demo', 'demo']);
    expect([a.choices[0].finish_reason, m.stop_reason]).toEqual(['stop', 'end_turn']);
  });
  test("Claude Code's own notes are not what the user said", async () => {
    const note = '<system-reminder>use get_weather</system-reminder>';
    const answer = await message({ tools: toolsA, ...user([{ type: 'text', text: `${note}\nhello there` }]) });
    expect(answer.content[0].text).toContain('"hello there"');
  });
});

describe('tools', () => {
  test('a tool the user names is called, with arguments after its schema', async () => {
    const { message, finish_reason } = (await chat({ tools, ...user('Use get_weather for Paris, 3 days') })).choices[0];
    expect(finish_reason).toBe('tool_calls');
    expect(message.content).toBe(null);
    expect(message.tool_calls).toHaveLength(1);
    expect(message.tool_calls[0].id).toStartWith('call_demo');
    expect(message.tool_calls[0].function.name).toBe('get_weather');
    expect(JSON.parse(message.tool_calls[0].function.arguments)).toEqual({ city: 'Paris', days: 3 });
  });
  test('a part of a word is not a tool', async () => {
    const { message } = (await chat({ tools, ...user('get_weather_now and xget_time or get_time-2') })).choices[0];
    expect(message.tool_calls).toBeUndefined();
  });
  test('two named tools are two calls in the order of the text; one where parallel calls are off', async () => {
    const ask = user('First get_time, then get_weather');
    const both = (await chat({ tools, ...ask })).choices[0].message.tool_calls;
    expect(both.map((call: Json) => call.function.name)).toEqual(['get_time', 'get_weather']);
    expect(both[0].id).not.toBe(both[1].id);
    expect((await chat({ tools, parallel_tool_calls: false, ...ask })).choices[0].message.tool_calls).toHaveLength(1);
    expect((await message({ tools: toolsA, ...ask })).content).toHaveLength(2);
    const single = { type: 'auto', disable_parallel_tool_use: true };
    expect((await message({ tools: toolsA, tool_choice: single, ...ask })).content).toHaveLength(1);
  });
  test('tool_choice: none, required, one function, allowed tools', async () => {
    const named = user('get_weather');
    const called = async (tool_choice: unknown, body: object = {}) =>
      (await chat({ tools, tool_choice, ...body })).choices[0].message.tool_calls?.map((c: Json) => c.function.name);
    expect(await called('none', named)).toBeUndefined();
    expect(await called('required')).toEqual(['get_weather']);
    expect(await called('required', user('get_time'))).toEqual(['get_time']);
    expect(await called({ type: 'function', function: { name: 'get_time' } }, named)).toEqual(['get_time']);
    const allowed = { mode: 'auto', tools: [{ type: 'function', function: { name: 'get_time' } }] };
    expect(await called({ type: 'allowed_tools', allowed_tools: allowed }, named)).toBeUndefined();
  });
  test('tool_choice in the Anthropic shape', async () => {
    const called = async (tool_choice: unknown, body: object = {}) =>
      (await message({ tools: toolsA, tool_choice, ...body })).content.map((block: Json) => block.name);
    expect(await called({ type: 'none' }, user('get_weather'))).toEqual([undefined]);
    expect(await called({ type: 'any' })).toEqual(['get_weather']);
    expect(await called({ type: 'tool', name: 'get_time' })).toEqual(['get_time']);
  });
  test('after a tool result the answer mentions it', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'get_weather' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'rain, 12 degrees' },
    ];
    const { message: said, finish_reason } = (await chat({ tools, messages })).choices[0];
    expect(said.content).toContain('rain, 12 degrees');
    expect(said.content.split(/\s+/).length).toBeWithin(15, 41);
    expect(finish_reason).toBe('stop');
    const messagesA = [
      { role: 'user', content: 'get_weather' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'get_weather', input: {} }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'snow' }] }],
      },
    ];
    expect((await message({ tools: toolsA, messages: messagesA })).content[0].text).toContain('snow');
  });
  test("a provider's own tools are accepted and never called", async () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    const answer = await message({ tools: [search, ...toolsA], ...user('web_search for get_time') });
    expect(answer.content.map((block: Json) => block.name)).toEqual(['get_time']);
  });
});

describe('thinking', () => {
  test('openai: reasoning_effort gives reasoning_content; none and absence do not', async () => {
    const thought = await chat({ reasoning_effort: 'low' });
    expect(thought.choices[0].message.reasoning_content).toBeString();
    const tokens = countTokens(thought.choices[0].message.reasoning_content);
    expect(thought.usage.completion_tokens_details.reasoning_tokens).toBe(tokens);
    expect((await chat({ reasoning_effort: 'none' })).choices[0].message).not.toHaveProperty('reasoning_content');
    expect((await chat({})).choices[0].message).not.toHaveProperty('reasoning_content');
  });
  test('anthropic: a signed block before the text; empty but signed when omitted', async () => {
    for (const thinking of [{ type: 'enabled', budget_tokens: 1024 }, { type: 'adaptive' }]) {
      const [thought, text] = (await message({ thinking })).content;
      expect(thought).toMatchObject({ type: 'thinking', thinking: expect.stringMatching(/./) });
      expect(thought.signature.length).toBeGreaterThan(8);
      expect(text.type).toBe('text');
    }
    const hidden = await message({ thinking: { type: 'adaptive', display: 'omitted' } });
    expect(hidden.content[0]).toMatchObject({ thinking: '', signature: expect.stringMatching(/./) });
    expect(hidden.usage.output_tokens_details.thinking_tokens).toBeGreaterThan(0);
    expect((await message({ thinking: { type: 'disabled' } })).content).toHaveLength(1);
  });
});

describe('limits', () => {
  test('max_tokens cuts to exactly so many tokens', async () => {
    const cut = await chat({ max_completion_tokens: 5 });
    expect(cut.choices[0].finish_reason).toBe('length');
    expect(countTokens(cut.choices[0].message.content)).toBe(5);
    expect(cut.usage.completion_tokens).toBe(5);
    expect((await chat({ max_tokens: 3 })).usage.completion_tokens).toBe(3);
    const cutA = await message({ max_tokens: 4, thinking: { type: 'adaptive' } });
    expect(cutA).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 4 } });
    expect(cutA.content.map((block: Json) => block.type)).toEqual(['thinking']);
  });
  test('an answer that just fits is not cut', async () => {
    const whole = await chat({});
    const fits = await chat({ max_tokens: whole.usage.completion_tokens });
    expect(fits.choices).toEqual(whole.choices);
  });
  test('a cut tool call: the raw prefix in one shape, an empty object in the other', async () => {
    const ask = user('get_weather');
    const cut = (await chat({ tools, max_tokens: 8, ...ask })).choices[0];
    expect(cut.finish_reason).toBe('length');
    expect(() => JSON.parse(cut.message.tool_calls[0].function.arguments)).toThrow();
    const cutA = await message({ tools: toolsA, max_tokens: 8, ...ask });
    expect(cutA).toMatchObject({ stop_reason: 'max_tokens', content: [{ type: 'tool_use', input: {} }] });
  });
  test('stop sequences end the text before themselves; the earliest wins', async () => {
    const stopped = await message({ stop_sequences: ['echo', 'built-in', 'no such'] });
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'built-in' });
    expect(stopped.content[0].text).toEndWith('I am the ');
    expect(stopped.usage.output_tokens).toBe(countTokens(stopped.content[0].text));
    const choice = (await chat({ stop: 'built-in' })).choices[0];
    expect(choice).toMatchObject({ finish_reason: 'stop', message: { content: stopped.content[0].text } });
    expect((await chat({ stop: ['Hello'] })).choices[0].message.content).toBe('');
  });
});

describe('structured output', () => {
  test('a JSON schema is kept to', async () => {
    const format = { type: 'json_schema', json_schema: { name: 'x', schema: weather } };
    expect(JSON.parse((await chat({ response_format: format })).choices[0].message.content)).toEqual({
      city: 'Lisbon',
      days: 1,
    });
    const output_config = { format: { type: 'json_schema', schema: weather } };
    expect(JSON.parse((await message({ output_config })).content[0].text)).toEqual({ city: 'Lisbon', days: 1 });
  });
  test('json_object gives an object', async () => {
    const { content } = (await chat({ response_format: { type: 'json_object' } })).choices[0].message;
    expect(JSON.parse(content)).toEqual({ answer: expect.any(String) });
  });
});

describe('token counts', () => {
  test('all the text that came in and all that went out', async () => {
    const body = {
      tools: [toolsA[0]],
      system: 'Be brief.',
      thinking: { type: 'adaptive' },
      ...user('Use get_weather for Rome'),
    };
    const answer = await message(body);
    const input = ['Be brief.', 'Use get_weather for Rome', 'get_weather', 'd', JSON.stringify(weather)];
    expect(answer.usage.input_tokens).toBe(input.reduce((sum, text) => sum + countTokens(text), 0));
    const [thought, call] = answer.content;
    const output = [thought.thinking, call.name, JSON.stringify(call.input)];
    expect(answer.usage.output_tokens).toBe(output.reduce((sum, text) => sum + countTokens(text), 0));
    const counted = await askDemo('anthropic', { model: 'demo', ...body }, '/v1/messages/count_tokens?beta=true');
    expect(await counted.json()).toEqual({ input_tokens: answer.usage.input_tokens });
  });
  test('both shapes count the same prompt alike, and the total is the sum', async () => {
    const { usage } = await chat({ tools, messages: [{ role: 'system', content: 'Be brief.' }, ...hello.messages] });
    const other = await message({ tools: toolsA, system: [{ type: 'text', text: 'Be brief.' }] });
    expect(usage.prompt_tokens).toBe(other.usage.input_tokens);
    expect(usage.completion_tokens).toBe(other.usage.output_tokens);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
  });
});

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

describe('abort', () => {
  const bytes = (body: object) => new TextEncoder().encode(JSON.stringify(body));

  test('before the request, send rejects with AbortError', async () => {
    const sent = createDemo({ paceMs: 0 }).send({
      shape: 'openai',
      path: '/chat/completions',
      headers: {},
      key: 0,
      body: bytes(hello),
      signal: AbortSignal.abort(),
    });
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  });
  test('within the stream, the body fails with AbortError', async () => {
    for (const [shape, path] of [
      ['openai', '/chat/completions'],
      ['anthropic', '/v1/messages'],
    ] as const) {
      const controller = new AbortController();
      const body = bytes({ ...helloA, stream: true });
      const response = await createDemo({ paceMs: 60_000 }).send({
        shape,
        path,
        headers: {},
        key: 0,
        body,
        signal: controller.signal,
      });
      setTimeout(() => controller.abort(), 5);
      await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' });
    }
  });
});

import { describe, expect, test } from 'bun:test';
import { type Json, chat, message, tools, toolsA, user } from './demo-requests.fixture.ts';

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

import { describe, expect, test } from 'bun:test';
import { addEvent, NO_TEXT, readAnswer } from './read-answer.ts';

describe('a stream', () => {
  test('of OpenAI’s shape', () => {
    const events = [
      { choices: [{ delta: { role: 'assistant', content: '' } }] },
      { choices: [{ delta: { reasoning_content: 'hm' } }] },
      { choices: [{ delta: { content: 'Hel' } }] },
      { choices: [{ delta: { content: 'lo' } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { name: 'find', arguments: '' } }] } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] } }] },
      { choices: [], usage: {} },
    ].map((event) => JSON.stringify(event));
    const answer = [...events, '[DONE]', 'not json'].reduce((last, data) => addEvent(last, 'openai', data), NO_TEXT);
    expect(answer).toEqual({ text: 'Hello', thinking: 'hm', toolCalls: ['find {"a":1}'] });
  });

  test('of Anthropic’s shape', () => {
    const events = [
      { type: 'message_start', message: { content: [] } },
      { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_start', content_block: { type: 'tool_use', name: 'find', input: {} } },
      { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    ].map((event) => JSON.stringify(event));
    expect(events.reduce((last, data) => addEvent(last, 'anthropic', data), NO_TEXT)).toEqual({
      text: 'Hi',
      thinking: 'hm',
      toolCalls: ['find {}'],
    });
  });

  test('an error in its middle keeps what was said', () => {
    const said = addEvent(NO_TEXT, 'openai', '{"choices":[{"delta":{"content":"Hel"}}]}');
    expect(addEvent(said, 'openai', '{"error":{"message":"cut"}}')).toMatchObject({ text: 'Hel', error: 'cut' });
  });
});

test('a whole answer of each shape', () => {
  expect(
    readAnswer(
      'openai',
      '{"choices":[{"message":{"content":"Hi","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}]}',
    ),
  ).toEqual({
    text: 'Hi',
    thinking: '',
    toolCalls: ['f({})'],
  });
  expect(
    readAnswer('anthropic', '{"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Hi"}]}'),
  ).toMatchObject({
    text: 'Hi',
    thinking: 'hm',
  });
  expect(readAnswer('anthropic', '{"type":"error","error":{"message":"no"}}').error).toBe('no');
  expect(readAnswer('openai', '<html>').error).toContain('no JSON');
});

import { describe, expect, test } from 'bun:test';
import { assistant, call, functionTool, prepare, tool, user } from './prepare.fixture.ts';

const { prepared } = prepare({
  max_completion_tokens: 5000,
  reasoning_effort: 'high',
  response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
  user: 'u',
  stop: ['a'],
  prompt_cache_key: 'k',
  parallel_tool_calls: false,
  tools: [functionTool('f'), functionTool('g')],
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'g' } }] },
  },
  messages: [
    {
      role: 'system',
      content: [
        { type: 'text', text: ' ' },
        { type: 'text', text: 'S' },
      ],
    },
    user('a'),
    { role: 'system', content: 'T' },
    user([
      { type: 'text', text: ' ' },
      { type: 'text', text: 'b' },
    ]),
    assistant('c', { tool_calls: [call('x'), call('y')] }),
    tool('x', 'ok'),
    tool('y', [
      { type: 'text', text: '' },
      { type: 'text', text: 'ok' },
    ]),
    user('d'),
  ],
});

describe('locate', () => {
  test.each([
    ['system.0', 'messages[0].content[1]'],
    ['system[1].text', 'messages[2].content'],
    ['messages.0', 'messages[1]'],
    ['messages.0.content.0.text', 'messages[1].content'],
    ['messages[0].content[1].text', 'messages[3].content[1]'],
    ['messages.1.content.0', 'messages[4].content'],
    ['messages.1.content.2.input', 'messages[4].tool_calls[1]'],
    ['messages.2.content.0.tool_use_id', 'messages[5]'],
    ['messages.2.content.1.content.0.text', 'messages[6].content[1]'],
    ['messages.2.content.1.content.7', 'messages[6]'],
    ['messages.2.content.2', 'messages[7].content'],
    ['messages.2.content.9', 'messages[5]'],
    ['messages.2.role', 'messages[5]'],
    ['tools.0', 'tools[1]'],
    ['tools.0.input_schema.properties', 'tools[1].function.parameters'],
    ['tools.0.name', 'tools[1].function.name'],
    ['tools.0.custom.strict', 'tools[1]'],
    ['max_tokens', 'max_completion_tokens'],
    ['thinking.enabled.budget_tokens', 'reasoning_effort'],
    ['output_config.format.schema', 'response_format'],
    ['output_config.effort', 'reasoning_effort'],
    ['metadata.user_id', 'user'],
    ['stop_sequences.0', 'stop'],
    ['cache_control', 'prompt_cache_key'],
    ['tool_choice.disable_parallel_tool_use', 'parallel_tool_calls'],
    ['tool_choice', 'tool_choice'],
    ['model', 'model'],
  ])('%s is the client’s %s', (param, path) => {
    expect(prepared.locate(param)).toBe(path);
  });

  test('what the client did not send has no place; what is not there has the place of what is around it', () => {
    for (const param of ['temperature', 'container', '', '...', '9']) expect(prepared.locate(param)).toBeUndefined();
    expect(prepared.locate('messages.9.content')).toBe('messages');
    expect(prepared.locate('system.7')).toBe('messages');
    expect(prepared.locate('tools.4.name')).toBe('tools');
  });
});

import { describe, expect, test } from 'bun:test';
import { assistant, call, functionTool, prepare, prepareMessages, refusalOf, tool, user } from './prepare.fixture.ts';

const calls = (...list: unknown[]) => assistant(null, { tool_calls: list });

describe('tool calls and results', () => {
  test('A6, K8: results in a row are one user message, before what the user says, each with its own id', () => {
    const { sent } = prepareMessages([
      user('go'),
      assistant('Looking.', { tool_calls: [call('a', 'f'), call('b', 'g', '{"x":[1.0]}')] }),
      tool('b', 'B'),
      tool('a', 'A'),
      user('and then?'),
    ]);
    expect(sent.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Looking.' },
          { type: 'tool_use', id: 'a', name: 'f', input: { a: 1 } },
          { type: 'tool_use', id: 'b', name: 'g', input: { x: [1] } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'b', content: 'B' },
          { type: 'tool_result', tool_use_id: 'a', content: 'A' },
          { type: 'text', text: 'and then?' },
        ],
      },
    ]);
  });

  test('C124 bigint-args: arguments cross as the model wrote them', () => {
    const args = '{"n":12345678901234567890,"10":1,"2":1.0}';
    const { text } = prepareMessages([user('go'), calls(call('a', 'f', args)), tool('a', 'ok')]);
    expect(text).toContain(`"input":${args}}`);
  });

  test('C025, K4, A24: missing, empty and broken arguments are objects all the same', () => {
    const inputOf = (args: unknown) =>
      prepareMessages([user('go'), calls(call('a', 'f', args)), tool('a', 'ok')]).sent.messages[1].content[0].input;
    for (const nothing of ['', ' ', '{}', null]) expect(inputOf(nothing)).toEqual({});
    const bare = prepareMessages([
      user('go'),
      calls({ id: 'a', type: 'function', function: { name: 'f' } }),
      tool('a', 'ok'),
    ]);
    expect(bare.sent.messages[1].content[0].input).toEqual({});
    expect(inputOf('{"a": tru,}')).toEqual({ _raw_arguments: '{"a": tru,}' });
    expect(inputOf({ a: [1] })).toEqual({ a: [1] });
  });

  test('half a surrogate pair within arguments stays the escape it was', () => {
    const body = `{"model":"m","messages":[{"role":"user","content":"go"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\\"a\\":\\"\\ud800\\"}"}}]},{"role":"tool","tool_call_id":"a","content":"x"}]}`;
    expect(prepare(body).text).toContain('"input":{"a":"\\ud800"}');
  });

  test('C089 orphan-result: a result without its call is refused by its path, and not repaired', () => {
    const at = (messages: unknown[]) => refusalOf({ messages });
    expect(at([user('go'), tool('a', 'x')])).toBe('invalid_value messages[1].tool_call_id');
    expect(at([user('go'), calls(call('a')), tool('b', 'x')])).toBe('invalid_value messages[2].tool_call_id');
    expect(at([user('go'), calls(call('a')), { role: 'tool', content: 'x' }])).toBe(
      'missing_required_parameter messages[2].tool_call_id',
    );
    expect(at([user('go'), calls(call('a')), tool('a', 'x'), tool('a', 'x')])).toBe(
      'invalid_value messages[3].tool_call_id',
    );
    expect(at([user('go'), calls(call('a')), tool('a', 'x'), user('y'), tool('a', 'x')])).toBe(
      'invalid_value messages[4].tool_call_id',
    );
  });

  test('C090 unanswered-call: a call without a result is refused, naming it', () => {
    const first = [user('go'), calls(call('a'), call('b')), tool('b', 'x')];
    for (const messages of [first, [...first, user('next')], [...first, assistant('next')]]) {
      expect(refusalOf({ messages })).toBe('invalid_value messages[1].tool_calls');
      expect(() => prepare({ messages })).toThrow(/these are not: a$/);
    }
  });

  test('calls need ids that differ', () => {
    expect(refusalOf({ messages: [user('go'), calls(call('a'), call('a'))] })).toBe(
      'invalid_value messages[1].tool_calls[1].id',
    );
    expect(refusalOf({ messages: [user('go'), calls(call(''))] })).toBe('invalid_value messages[1].tool_calls[0].id');
    expect(refusalOf({ messages: [user('go'), calls({ function: { name: 'f' } })] })).toBe(
      'missing_required_parameter messages[1].tool_calls[0].id',
    );
  });

  test('ids that the upstream forbids are packed; ids that return in a later turn are told apart', () => {
    const turn = [calls(call('functions.f:0')), tool('functions.f:0', 'x')];
    const { sent } = prepareMessages([user('go'), ...turn, ...turn, ...turn]);
    const blocks = sent.messages.slice(1).map(({ content }: { content: Record<string, string>[] }) => content[0]);
    const used = [blocks[0].id, blocks[2].id, blocks[4].id];
    expect(new Set(used).size).toBe(3);
    for (const id of used) expect(id).toMatch(/^thx_[A-Za-z0-9_-]+$/);
    expect([blocks[1].tool_use_id, blocks[3].tool_use_id, blocks[5].tool_use_id]).toEqual(used);
  });

  test('C086, K3: names too long for the upstream bear the same alias in tools, history and choice', () => {
    const name = `mcp__${'x'.repeat(140)}`;
    const { sent, prepared } = prepare({
      tools: [functionTool(name)],
      tool_choice: { type: 'function', function: { name } },
      messages: [user('go'), calls(call('a', name)), tool('a', 'x')],
    });
    const alias = sent.tools[0].name as string;
    expect(alias).toMatch(/^mcp__x+_[0-9a-f]{8}$/);
    expect(alias.length).toBe(128);
    expect(sent.tool_choice.name).toBe(alias);
    expect(sent.messages[1].content[0].name).toBe(alias);
    expect(prepared.plan.names.toClient(alias)).toBe(name);
  });

  test('custom calls have their text as the one member of the input', () => {
    const custom = { id: 'a', type: 'custom', custom: { name: 'patch', input: '*** Begin\n' } };
    const { sent } = prepareMessages([user('go'), calls(custom), tool('a', 'ok')]);
    expect(sent.messages[1].content[0]).toEqual({
      type: 'tool_use',
      id: 'a',
      name: 'patch',
      input: { input: '*** Begin\n' },
    });
    expect(refusalOf({ messages: [user('go'), calls({ id: 'a', type: 'mcp' })] })).toBe(
      'unsupported_value messages[1].tool_calls[0].type',
    );
  });

  test('C125 functions-legacy: function_call and its answer are a pair without an id', () => {
    const { sent } = prepareMessages([
      user('go'),
      assistant(null, { function_call: { name: 'f', arguments: '{"a":1}' } }),
      { role: 'function', name: 'f', content: 'ok' },
    ]);
    expect(sent.messages[1].content).toEqual([{ type: 'tool_use', id: 'fc_1', name: 'f', input: { a: 1 } }]);
    expect(sent.messages[2].content).toEqual([{ type: 'tool_result', tool_use_id: 'fc_1', content: 'ok' }]);
    expect(refusalOf({ messages: [user('go'), { role: 'function', name: 'f', content: 'ok' }] })).toBe(
      'invalid_value messages[1].role',
    );
    expect(refusalOf({ messages: [user('go'), assistant(null, { function_call: { name: 'f' } }), user('x')] })).toBe(
      'invalid_value messages[1].function_call',
    );
  });
});

describe('tool results', () => {
  const result = (content: unknown, more: Record<string, unknown> = {}) =>
    prepareMessages([user('go'), calls(call('a')), tool('a', content, more)]).sent.messages[2].content[0];

  test('L6, K10: texts as they are, blank ones not at all', () => {
    expect(result('x')).toEqual({ type: 'tool_result', tool_use_id: 'a', content: 'x' });
    for (const blank of ['', ' \n', [], null, [{ type: 'text', text: '' }]]) {
      expect(result(blank)).toEqual({ type: 'tool_result', tool_use_id: 'a' });
    }
    expect(
      result([
        { type: 'text', text: 'x' },
        { type: 'text', text: 'y' },
      ]).content,
    ).toEqual([
      { type: 'text', text: 'x' },
      { type: 'text', text: 'y' },
    ]);
  });

  test('K9: images stay images, and an error says so', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0K' } };
    expect(result([{ type: 'text', text: 'x' }, image], { is_error: true })).toEqual({
      type: 'tool_result',
      tool_use_id: 'a',
      content: [
        { type: 'text', text: 'x' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' } },
      ],
      is_error: true,
    });
    expect(result('x', { is_error: false }).is_error).toBeUndefined();
  });

  test('E5: a cache mark within a result moves up to it', () => {
    const marked = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } };
    expect(result([marked])).toEqual({
      type: 'tool_result',
      tool_use_id: 'a',
      content: [{ type: 'text', text: 'x' }],
      cache_control: { type: 'ephemeral' },
    });
  });
});

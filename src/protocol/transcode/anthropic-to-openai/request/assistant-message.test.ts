import { describe, expect, test } from 'bun:test';
import { ephemeral, hi, image, imagePart, raw, result, sent, text, use } from './blocks.fixture.ts';
import { prepare, refused } from './prepare.fixture.ts';

describe('assistant turns', () => {
  const answered = (id: string) => ({ role: 'user', content: [result(id, 'r')] });

  test('texts side by side are one; nothing said is null beside calls', () => {
    const messages = [hi, { role: 'assistant', content: [text('a'), text('b')] }, hi];
    expect(sent(messages)[1]).toEqual({ role: 'assistant', content: 'ab' });
    expect(sent([hi, { role: 'assistant', content: [use('t')] }, answered('t')])[1]).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }],
    });
  });

  test('a turn that says and calls nothing is left out and told: strict servers refuse it', () => {
    const thinking = { type: 'thinking', thinking: 'hm', signature: 'someone else’s' };
    for (const content of ['', [], [text('')], [thinking]]) {
      const messages = [hi, { role: 'assistant', content }, { role: 'user', content: 'and?' }];
      const { json, codes } = prepare({ messages });
      expect(json.messages).toEqual([hi, { role: 'user', content: 'and?' }]);
      expect(codes).toEqual(['dropped.messages=messages[1]']);
    }
    const parts = [{ role: 'assistant', content: [thinking] }, { role: 'assistant', content: 'so' }, hi];
    expect(sent([hi, ...parts])).toEqual([hi, { role: 'assistant', content: 'so' }, hi]);
  });

  test('C124 bigint-args: an input keeps its digits, its order and its spaces', () => {
    const input = '{"10": 12345678901234567890, "2":1.0,"k":"\\u00e9\\n\\ud800"}';
    const messages = `[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":${input}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}]`;
    const calls = JSON.parse(raw(messages)).messages[0].tool_calls;
    expect(calls[0].function.arguments).toBe(input);
  });

  test('K4: inputs that are no object', () => {
    const argumentsOf = (input: unknown) =>
      sent([{ role: 'assistant', content: [use('t', input)] }, answered('t')])[0].tool_calls[0].function.arguments;
    expect(argumentsOf(null)).toBe('{}');
    expect(argumentsOf('')).toBe('{}');
    expect(argumentsOf('{"a":1}')).toBe('{"a":1}');
    expect(argumentsOf({ _raw_arguments: '{"a": tru,}' })).toBe('{"a": tru,}');
    expect(refused({ messages: [{ role: 'assistant', content: [use('t', 5)] }, answered('t')] })).toBe(
      'invalid_value messages[0].content[0].input',
    );
  });

  test('C087 kimi-id: the upstream gets its own id back', () => {
    const id = `thx_${Buffer.from('functions.read:0').toString('base64url')}`;
    const [call, answer] = sent([{ role: 'assistant', content: [use(id)] }, answered(id)]);
    expect([call.tool_calls[0].id, answer.tool_call_id]).toEqual(['functions.read:0', 'functions.read:0']);
  });

  test('C088 mistral-id: nine characters, the same for call and result', () => {
    const [call, answer] = sent([{ role: 'assistant', content: [use('toolu_01AbC')] }, answered('toolu_01AbC')], {
      toolId: 'mistral9',
    });
    expect(call.tool_calls[0].id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(answer.tool_call_id).toBe(call.tool_calls[0].id);
    const [long] = sent([{ role: 'assistant', content: [use('t'.repeat(50))] }, answered('t'.repeat(50))], {
      toolIdMax: 40,
    });
    expect(long.tool_calls[0].id.length).toBeLessThanOrEqual(40);
  });

  test('K7: what a vendor’s server did is told in words, in its place', () => {
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'bun "1.4"' } };
    const found = {
      type: 'web_search_tool_result',
      tool_use_id: 's',
      content: [{ type: 'web_search_result', url: 'https://bun.sh', title: 'Bun', encrypted_content: 'SECRET' }],
    };
    const { json, codes } = prepare({
      messages: [hi, { role: 'assistant', content: [text('I look.'), search, found, text('It'), text(' is.')] }, hi],
    });
    expect(json.messages[1].content).toBe('I look.\n\n[web_search: bun "1.4"]\n\nhttps://bun.sh\nBun\n\nIt is.');
    expect(codes).toEqual([
      'approx.server_tool_use=messages[1].content[1]',
      'approx.web_search_tool_result=messages[1].content[2]',
    ]);
  });

  test('other server tools', () => {
    const told = (block: object) => sent([hi, { role: 'assistant', content: [block] }, hi])[1].content;
    expect(told({ type: 'mcp_tool_use', id: 'm', name: 'echo', server_name: 'srv', input: { a: 1 } })).toBe(
      '[srv/echo: {"a":1}]',
    );
    expect(told({ type: 'mcp_tool_result', tool_use_id: 'm', content: [text('x'), text('y')] })).toBe('x\ny');
    expect(told({ type: 'server_tool_use', id: 's', name: 'tool_search_tool_bm25', input: {} })).toBe(
      '[tool_search_tool_bm25]',
    );
    const run = {
      type: 'bash_code_execution_result',
      stdout: 'out',
      stderr: '',
      return_code: 0,
      content: [{ file_id: 'f' }],
    };
    expect(told({ type: 'bash_code_execution_tool_result', tool_use_id: 's', content: run })).toBe('out');
    const references = {
      type: 'tool_search_tool_search_result',
      tool_references: [{ type: 'tool_reference', tool_name: 'f' }],
    };
    expect(told({ type: 'tool_search_tool_result', tool_use_id: 's', content: references })).toBe('[tool: f]');
    const page = {
      type: 'web_fetch_result',
      url: 'https://p',
      content: { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'page' } },
    };
    expect(told({ type: 'web_fetch_tool_result', tool_use_id: 's', content: page })).toBe('https://p\npage');
    const paper = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'QUFB' } };
    expect(told({ type: 'web_fetch_tool_result', tool_use_id: 's', content: { ...page, content: paper } })).toBe(
      'https://p',
    );
    expect(refused({ messages: [hi, { role: 'assistant', content: [image] }, hi] })).toBe(
      'unsupported_value messages[1].content[0].type',
    );
  });

  test('messages of one turn stay apart, but nothing comes between a call and its result', () => {
    const messages = [
      hi,
      { role: 'assistant', content: 'a' },
      { role: 'assistant', content: [use('t')] },
      { role: 'assistant', content: [text('b'), use('u')] },
      { role: 'user', content: [result('t'), result('u')] },
    ];
    const out = sent(messages);
    expect(out.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'assistant', 'tool', 'tool']);
    expect([out[2].content, out[2].tool_calls.length]).toEqual(['b', 2]);
    const twice = [hi, { role: 'assistant', content: [use('t'), use('t')] }, answered('t')];
    expect(refused({ messages: twice })).toBe('invalid_value messages[1].content[1].id');
  });

  test('where roles must alternate, neighbours are one', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'user', content: [text('b')] },
      { role: 'assistant', content: 'c' },
      { role: 'assistant', content: [text('d'), use('t')] },
      { role: 'user', content: [result('t', [image]), text('e')] },
    ];
    expect(sent(messages, { alternateRoles: true })).toEqual([
      { role: 'user', content: 'a\n\nb' },
      {
        role: 'assistant',
        content: 'c\n\nd',
        tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', content: '[image 1 of 1 follows]', tool_call_id: 't' },
      { role: 'user', content: [imagePart, text('e')] },
    ]);
    expect(sent(messages.slice(0, 2))).toHaveLength(2);
  });

  test('a mark within an assistant’s text ends a part there', () => {
    const messages = [hi, { role: 'assistant', content: [text('a'), text('b', ephemeral), text('c')] }, hi];
    expect(sent(messages, { cache: 'cache_control' })[1].content).toEqual([text('ab', ephemeral), text('c')]);
  });
});

import { describe, expect, test } from 'bun:test';
import { hi, raw, result, sent, text, use } from './blocks.fixture.ts';
import { refusal, refused } from './prepare.fixture.ts';

describe('user turns', () => {
  test('strings, one text, several texts', () => {
    expect(sent([{ role: 'user', content: [text('a')] }])[0].content).toBe('a');
    expect(sent([{ role: 'user', content: [text('a'), text(''), text(' ')] }])[0].content).toEqual([
      text('a'),
      text(' '),
    ]);
  });

  test('texts cross as the very literals the client wrote', () => {
    const literal = '"\\u00e9\\ud83d\\/ \\ud83d\\ude00 é 😀 \\u0041\\t"';
    expect(raw(`[{"role":"user","content":${literal}}]`)).toContain(`{"role":"user","content":${literal}}`);
    expect(raw(`[{"role":"user","content":[{"text":${literal},"type":"text"}]}]`)).toContain(`"content":${literal}`);
  });

  test('C007 cc-tool-result: the result first, then the text', () => {
    const messages = [
      hi,
      { role: 'assistant', content: [use('t1')] },
      { role: 'user', content: [text('and now'), result('t1', 'ok')] },
    ];
    expect(sent(messages).slice(2)).toEqual([
      { role: 'tool', content: 'ok', tool_call_id: 't1' },
      { role: 'user', content: 'and now' },
    ]);
  });

  test('C008 cc-parallel-results: two results, two messages, in order', () => {
    const messages = [
      hi,
      { role: 'assistant', content: [use('a'), use('b')] },
      { role: 'user', content: [result('b', '2'), result('a', '1')] },
    ];
    expect(sent(messages).slice(2)).toEqual([
      { role: 'tool', content: '2', tool_call_id: 'b' },
      { role: 'tool', content: '1', tool_call_id: 'a' },
    ]);
  });

  test('K8: results spread over several user messages are one turn', () => {
    const messages = [
      hi,
      { role: 'assistant', content: [use('a'), use('b')] },
      { role: 'user', content: [result('a', '1'), text('x')] },
      { role: 'user', content: [result('b', '2')] },
    ];
    const roles = sent(messages).map(({ role }: { role: string }) => role);
    expect(roles).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
  });

  test('C089 orphan-result: a result without a call', () => {
    const orphan = [hi, { role: 'assistant', content: 'ok' }, { role: 'user', content: [result('t1', 'x')] }];
    expect(refused({ messages: orphan })).toBe('invalid_value messages[2].content[0].tool_use_id');
    expect(refused({ messages: [{ role: 'user', content: [result('t1')] }] })).toStartWith('invalid_value');
    const twice = [
      { role: 'assistant', content: [use('a')] },
      { role: 'user', content: [result('a'), result('a')] },
    ];
    expect(refused({ messages: twice })).toBe('invalid_value messages[1].content[1].tool_use_id');
  });

  test('C090 unanswered-call: a call without a result, with its id', () => {
    const call = { role: 'assistant', content: [use('a'), use('b')] };
    const error = refusal({ messages: [call, { role: 'user', content: [result('a')] }] });
    expect([error.code, error.details.param]).toEqual(['invalid_value', 'messages[1]']);
    expect(error.message).toEndWith(': b');
    expect(refused({ messages: [hi, call] })).toBe('invalid_value messages[1].content[0]');
    expect(refused({ messages: [call, { role: 'system', content: 's' }] })).toBe(
      'invalid_value messages[0].content[0]',
    );
  });

  test('L6: a user message that says nothing is refused', () => {
    expect(refused({ messages: [{ role: 'user', content: '' }] })).toBe('invalid_value messages[0].content');
    expect(refused({ messages: [{ role: 'user', content: [text('')] }] })).toBe('invalid_value messages[0].content');
    expect(refused({ messages: [{ role: 'user' }] })).toBe('missing_required_parameter messages[0].content');
    expect(refused({ messages: [] })).toBe('invalid_value messages');
  });

  test('unknown roles and blocks are refused with their path', () => {
    expect(refused({ messages: [{ role: 'tool', content: 'x' }] })).toBe('invalid_value messages[0].role');
    const block = (type: string) => refused({ messages: [{ role: 'user', content: [{ type }] }] });
    for (const type of ['container_upload', 'compaction', 'fallback', 'tool_addition', 'toString', 'tool_use', 'new']) {
      expect(block(type)).toBe('unsupported_value messages[0].content[0].type');
    }
    expect(refused({ messages: [{ role: 'user', content: ['x'] }] })).toBe('invalid_value messages[0].content[0]');
    expect(refused({ messages: [{ role: 'user', content: [text('x'), { type: 'text' }] }] })).toBe(
      'missing_required_parameter messages[0].content[1].text',
    );
    expect(refused({ messages: [{ role: 'system', content: [{ type: 'tool_removal' }] }] })).toBe(
      'unsupported_value messages[0].content[0].type',
    );
  });
});

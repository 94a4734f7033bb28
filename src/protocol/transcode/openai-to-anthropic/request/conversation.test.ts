import { describe, expect, test } from 'bun:test';
import { assistant, call, prepare, prepareMessages, refusalOf, tool, user } from './prepare.fixture.ts';

const system = (content: unknown, more: Record<string, unknown> = {}) => ({ role: 'system', content, ...more });

describe('system messages', () => {
  test('C013 system-string: L2, L4: what stands before the first turn is the system prompt, one block a text', () => {
    const { sent, warnings } = prepareMessages([
      system('Be kind.'),
      {
        role: 'developer',
        content: [
          { type: 'text', text: 'A' },
          { type: 'text', text: ' ' },
          { type: 'text', text: 'B' },
        ],
      },
      user('Hi'),
    ]);
    expect(sent.system).toEqual(['Be kind.', 'A', 'B'].map((text) => ({ type: 'text', text })));
    expect(sent.messages).toEqual([{ role: 'user', content: 'Hi' }]);
    expect(warnings).toEqual([]);
  });

  test('L5: texts are joined only where the upstream takes one string', () => {
    const { text } = prepare(
      '{"model":"m","messages":[{"role":"system","content":"a\\u00e9"},{"role":"system","content":"\\"b"},{"role":"user","content":"Hi"}]}',
      { system: 'one_string' },
    );
    expect(text).toContain('"system":"a\\u00e9\\n\\n\\"b"');
  });

  test('a blank system message is nothing, and only text may stand in one', () => {
    expect(prepareMessages([system(' \n'), user('Hi')]).sent.system).toBeUndefined();
    const image = { type: 'image_url', image_url: { url: 'https://a/b.png' } };
    expect(refusalOf({ messages: [system([image]), user('Hi')] })).toBe(
      'unsupported_value messages[0].content[0].type',
    );
    expect(refusalOf({ messages: [{ role: 'system' }, user('Hi')] })).toBe(
      'missing_required_parameter messages[0].content',
    );
  });

  test('C095 mid-system: L1: a later one moves to the system prompt, disclosed', () => {
    const { sent, warnings } = prepareMessages([system('A'), user('1'), system('B'), user('2')]);
    expect(sent.system).toEqual([
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
    ]);
    expect(sent.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: '1' },
          { type: 'text', text: '2' },
        ],
      },
    ]);
    expect(warnings).toEqual(['approx.system_position=messages[2]']);
  });

  test('C095 mid-system: it stays in place where the model takes it: last, or before an assistant message', () => {
    const { sent, warnings } = prepareMessages(
      [user('1'), system('B'), { role: 'developer', content: 'C' }, assistant('2'), user('3'), system('D')],
      { midSystem: true },
    );
    expect(sent.messages).toEqual([
      { role: 'user', content: '1' },
      {
        role: 'system',
        content: [
          { type: 'text', text: 'B' },
          { type: 'text', text: 'C' },
        ],
      },
      { role: 'assistant', content: '2' },
      { role: 'user', content: '3' },
      { role: 'system', content: 'D' },
    ]);
    expect(warnings).toEqual([]);
    const before = prepareMessages([user('1'), assistant('2'), system('B'), user('3')], { midSystem: true });
    expect(before.sent.system).toEqual([{ type: 'text', text: 'B' }]);
    expect(before.warnings).toEqual(['approx.system_position=messages[2]']);
  });

  test('one between a call and its result moves too, and parts nothing', () => {
    const messages = [user('1'), assistant(null, { tool_calls: [call('a')] }), system('B'), tool('a', 'ok')];
    for (const midSystem of [true, false]) {
      const { sent } = prepareMessages(messages, { midSystem });
      expect(sent.system).toEqual([{ type: 'text', text: 'B' }]);
      expect(sent.messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user']);
    }
  });

  test('with nothing but system messages the last one is said by the user', () => {
    const { sent, warnings } = prepareMessages([system('A'), system('B')]);
    expect(sent.system).toEqual([{ type: 'text', text: 'A' }]);
    expect(sent.messages).toEqual([{ role: 'user', content: 'B' }]);
    expect(warnings).toEqual(['approx.system_position=messages[1]']);
  });
});

describe('turns', () => {
  test('messages of one role in a row are one, in their order', () => {
    const { sent } = prepareMessages([
      user('1'),
      user([{ type: 'text', text: '2' }]),
      assistant('3'),
      assistant('4'),
      user('5'),
    ]);
    expect(sent.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: '1' },
          { type: 'text', text: '2' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: '3' },
          { type: 'text', text: '4' },
        ],
      },
      { role: 'user', content: '5' },
    ]);
  });

  test('C091 empty-text-block: L6: blank texts are left out; a user message of nothing else is refused', () => {
    const blank = ['', ' ', '\n\t ', '\u00a0\u3000', '\u2003'];
    const parts = [...blank, 'x', ...blank].map((text) => ({ type: 'text', text }));
    expect(prepareMessages([user(parts)]).sent.messages[0].content).toEqual([{ type: 'text', text: 'x' }]);
    for (const text of blank) {
      expect(refusalOf({ messages: [user(text)] })).toBe('invalid_value messages[0].content');
      expect(refusalOf({ messages: [user('1'), user([{ type: 'text', text }])] })).toBe(
        'invalid_value messages[1].content',
      );
    }
    expect(refusalOf({ messages: [user([])] })).toBe('invalid_value messages[0].content');
    expect(refusalOf({ messages: [user(null)] })).toBe('missing_required_parameter messages[0].content');
    expect(refusalOf({ messages: [user(1)] })).toBe('invalid_value messages[0].content');
  });

  test('texts that only look blank cross', () => {
    for (const text of ['\u200b', '\u0000', '.', '\\n', 'é', '漢', '\ufffd', '\u2060']) {
      expect(prepareMessages([user(text)]).sent.messages[0].content).toBe(text);
    }
    const escaped = prepare('{"model":"m","messages":[{"role":"user","content":"\\n\\u0020\\u0041"}]}');
    expect(escaped.text).toContain('"content":"\\n\\u0020\\u0041"');
  });

  test('an assistant message of nothing is left out, disclosed', () => {
    const { sent, warnings } = prepareMessages([
      user('1'),
      assistant(''),
      user('2'),
      assistant(null),
      user('3'),
      assistant([]),
    ]);
    expect(sent.messages).toHaveLength(1);
    expect(warnings).toEqual([1, 3, 5].map((i) => `dropped.messages=messages[${i}]`));
  });

  test('C092 assistant-first: a greeting is answered by an inserted user turn, disclosed', () => {
    const { sent, warnings, prepared } = prepareMessages([assistant('Welcome!'), user('Hi')]);
    expect(sent.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: '.' }] },
      { role: 'assistant', content: 'Welcome!' },
      { role: 'user', content: 'Hi' },
    ]);
    expect(warnings).toEqual(['approx.inserted_user_turn']);
    expect(prepared.locate('messages.1.content')).toBe('messages[0]');
  });

  test('C093 prefill-trim: white space at the end of a prefill goes, all else of it stays as written', () => {
    const ending = (literal: string) =>
      prepare(`{"model":"m","messages":[{"role":"user","content":"Q"},{"role":"assistant","content":${literal}}]}`)
        .text;
    expect(ending('"Answer: "')).toContain('"content":"Answer:"}');
    expect(ending('"a\\u0020b \\n\\u00a0\\t"')).toContain('"content":"a\\u0020b"}');
    expect(ending('"a\\\\n"')).toContain('"content":"a\\\\n"');
    expect(ending('"{ "')).toContain('"content":"{"}');
    // Not the last message: nothing is trimmed.
    expect(prepareMessages([user('Q'), assistant('A '), user('B ')]).sent.messages[1].content).toBe('A ');
  });

  test('a message that holds nothing that could be sent is refused', () => {
    expect(refusalOf({ messages: [] })).toBe('invalid_value messages');
    expect(refusalOf({ messages: [assistant('')] })).toBe('invalid_value messages');
    expect(refusalOf({ messages: [system(' ')] })).toBe('invalid_value messages');
    expect(refusalOf({ messages: [null] })).toBe('invalid_value messages[0]');
  });

  test('L3: an unknown role is refused by its path', () => {
    expect(refusalOf({ messages: [user('a'), { role: 'narrator', content: 'b' }] })).toBe(
      'unsupported_value messages[1].role',
    );
    expect(refusalOf({ messages: [{ content: 'b' }] })).toBe('missing_required_parameter messages[0].role');
    expect(refusalOf({ messages: [{ role: 1, content: 'b' }] })).toBe('invalid_value messages[0].role');
  });
});

describe('members of messages', () => {
  test('names and what answers carry go silently, unknown ones with a warning', () => {
    const { sent, warnings } = prepareMessages([
      { role: 'user', content: 'a', name: 'Ann', tool_calls: null },
      {
        role: 'assistant',
        content: 'b',
        refusal: null,
        annotations: [],
        parsed: {},
        audio: null,
        reasoning_content: 'r',
        prefix: false,
      },
      { role: 'user', content: 'c', weight: 1, images: [] },
    ]);
    expect(JSON.stringify(sent)).not.toContain('Ann');
    expect(warnings).toEqual(['dropped.messages.weight']);
  });

  test('an attachment that would be lost is refused', () => {
    expect(refusalOf({ messages: [{ role: 'user', content: 'a', images: ['iVBO'] }] })).toBe(
      'unsupported_value messages[0].images',
    );
  });
});

describe('assistant messages', () => {
  test('refusals are texts; audio crosses as its text or not at all', () => {
    const { sent, warnings } = prepareMessages([
      user('a'),
      assistant(null, { refusal: 'No.' }),
      user('b'),
      assistant([
        { type: 'text', text: 'Well' },
        { type: 'refusal', refusal: 'no' },
      ]),
      user('c'),
      assistant('Spoken', { audio: { id: 'audio_1' } }),
      user('d'),
    ]);
    expect(sent.messages[1].content).toBe('No.');
    expect(sent.messages[3].content).toEqual([
      { type: 'text', text: 'Well' },
      { type: 'text', text: 'no' },
    ]);
    expect(warnings).toEqual(['dropped.audio=messages[5].audio']);
    expect(refusalOf({ messages: [user('a'), assistant(null, { audio: { id: 'audio_1' } })] })).toBe(
      'unsupported_value messages[1].audio',
    );
    expect(refusalOf({ messages: [user('a'), assistant([{ type: 'image_url', image_url: {} }])] })).toBe(
      'unsupported_value messages[1].content[0].type',
    );
  });
});

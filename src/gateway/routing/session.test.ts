import { describe, expect, test } from 'bun:test';
import { factsOf } from './route.fixture.ts';
import { readSession } from './session.ts';
import { Sessions } from './session-memory.ts';

const read = (body: object, headers: Record<string, string> = {}, keyId = 'k', modelId = 'm') =>
  readSession(new Headers(headers), factsOf(body), keyId, modelId);
const user = (content: unknown) => ({ role: 'user', content });
const said = (content: unknown) => ({ role: 'assistant', content });
const nameOf = (...args: Parameters<typeof read>) => read(...args).names[0];

describe('readSession', () => {
  test('a header names it, before the body does', () => {
    const header = { 'x-claude-code-session-id': 's1' };
    expect(nameOf({}, header)).toBe(nameOf({ messages: [user('other')], prompt_cache_key: 'c' }, header));
    expect(nameOf({}, header)).not.toBe(nameOf({}, { 'x-claude-code-session-id': 's2' }));
    expect(read({}, header).follows).toBe(true);
    expect(read({}, { session_id: 'x' }).follows).toBe(true);
  });

  test('prompt_cache_key or metadata.user_id name it', () => {
    for (const body of [{ prompt_cache_key: 'c' }, { metadata: { user_id: 'u' } }]) {
      expect(nameOf(body)).toBe(nameOf({ ...body, messages: [user('another turn')] }));
      expect(read(body).follows).toBe(true);
    }
    expect(nameOf({ prompt_cache_key: 'x' })).not.toBe(nameOf({ metadata: { user_id: 'x' } }));
  });

  test('O8: one key’s sessions are no other’s, and one model’s no other’s', () => {
    const header = { 'x-session-id': 's' };
    expect(new Set([nameOf({}, header), nameOf({}, header, 'k2'), nameOf({}, header, 'k', 'm2')]).size).toBe(3);
    expect(nameOf({})).not.toBe(nameOf({}, {}, 'k2'));
  });

  test('else its beginning does: system, tools and first turn', () => {
    const first = { messages: [{ role: 'system', content: 's' }, user('Hi')], tools: [{ name: 'f' }] };
    const { names, follows } = read(first);
    expect(follows).toBe(false);
    const later = read({ ...first, messages: [...first.messages, said('a'), user('b')] });
    expect(later.follows).toBe(true);
    expect(later.names[1]).toBe(names[0]);
    const last = read({ ...first, messages: [...first.messages, said('a'), user('b'), said('c'), user('d')] });
    expect(last.names).toEqual(later.names);
    const other = read({ ...first, messages: [...first.messages, said('another answer'), user('b')] });
    expect([other.names[0] === later.names[0], other.names[1] === later.names[1]]).toEqual([false, true]);
    expect(nameOf({ ...first, tools: [{ name: 'g' }] })).not.toBe(names[0]);
    expect(nameOf({ messages: first.messages, system: 's' })).not.toBe(nameOf({ messages: first.messages }));
  });

  test('a tool loop is open where the last message is a tool’s result', () => {
    const call = said(null);
    expect(read({ messages: [user('a'), call, { role: 'tool', tool_call_id: 'c', content: 'x' }] }).inToolLoop).toBe(
      true,
    );
    expect(read({ messages: [user('a'), call, user([{ type: 'tool_result', tool_use_id: 'c' }])] }).inToolLoop).toBe(
      true,
    );
    expect(read({ messages: [user('a'), call, user('b')] }).inToolLoop).toBe(false);
    // A client's reminder behind it closes no loop.
    const result = { role: 'tool', tool_call_id: 'c', content: 'x' };
    for (const role of ['system', 'developer']) {
      const reminder = { role, content: 'Keep the todo list.' };
      expect(read({ messages: [user('a'), call, result, reminder] }).inToolLoop).toBe(true);
      expect(read({ messages: [user('a'), call, result, user('b'), reminder] }).inToolLoop).toBe(false);
    }
    expect(read({ messages: [user('tool_result')] }).inToolLoop).toBe(false);
    expect(read({ messages: [] }).inToolLoop).toBe(false);
  });

  test('what is no conversation is read all the same', () => {
    for (const messages of [[], [1], ['x'], [{}], [{ role: 5, content: {} }], [{ role: 'user', content: [null] }]]) {
      expect(read({ messages, metadata: 7, prompt_cache_key: 5 }).names).toHaveLength(1);
    }
  });
});

describe('Sessions', () => {
  const named = read({ prompt_cache_key: 'c' });
  const pin = { target: 't', key: 1 };

  test('are found where they were last, for an hour', () => {
    const sessions = new Sessions();
    expect(sessions.find(named, 0)).toBeUndefined();
    sessions.keep(named, { target: 'before', key: 0 }, 0);
    sessions.keep(named, pin, 1000);
    expect(sessions.find(named, 3_600_999)).toMatchObject(pin);
    expect(sessions.find(named, 3_601_000)).toBeUndefined();
  });

  test('a first turn sets where its conversation goes on, and goes itself where it likes', () => {
    const sessions = new Sessions();
    sessions.keep(read({}), pin, 0);
    expect(sessions.find(read({}), 1)).toBeUndefined();
    const second = read({ messages: [user('Hi'), said('Hello'), user('again')] });
    expect(sessions.find(second, 1)).toMatchObject(pin);
    sessions.keep(second, { target: 'u', key: 0 }, 2);
    sessions.keep(read({}), pin, 3);
    expect(sessions.find(second, 4)).toMatchObject({ target: 'u', key: 0 });
  });

  test('however many there are, the memory is bounded and the latest are kept', () => {
    const sessions = new Sessions();
    for (let i = 0; i < 21_000; i++) sessions.keep({ names: [`n${i}`], follows: true, inToolLoop: false }, pin, i);
    expect(sessions.size).toBe(20_000);
    expect(sessions.find({ names: ['n999'], follows: true, inToolLoop: false }, 21_000)).toBeUndefined();
    expect(sessions.find({ names: ['n20999'], follows: true, inToolLoop: false }, 21_000)).toMatchObject(pin);
  });
});

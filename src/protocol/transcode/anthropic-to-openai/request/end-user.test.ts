import { describe, expect, test } from 'bun:test';
import { prepare, refused } from './prepare.fixture.ts';

describe('who asks', () => {
  const session = '0b0d1c1e-0000-4000-8000-000000000001';
  const long = `user_${'a'.repeat(64)}_account__session_${session}`;

  test('user_id', () => {
    expect(prepare({ metadata: { user_id: 'u1' } }).json.user).toBe('u1');
    expect(prepare({ metadata: { user_id: long } }).json.user).toBe(long);
    const { json } = prepare({ metadata: { user_id: long } }, { userField: 'safety_identifier' });
    expect(json.safety_identifier).toMatch(/^[0-9a-f]{64}$/);
    expect('user' in json).toBe(false);
    expect(refused({ metadata: { user_id: 5 } })).toBe('invalid_value metadata.user_id');
    expect('user' in prepare({ metadata: { user_id: '' } }).json).toBe(false);
  });

  test('requests of one session share a cache, and of no other client’s', () => {
    const keyOf = (user_id: string, more = {}) =>
      prepare({ metadata: { user_id } }, { cache: 'auto' }, more).json.prompt_cache_key as string;
    expect(keyOf(long)).toMatch(/^[0-9a-f]{32}$/);
    expect(keyOf(long)).toBe(keyOf('x', { sessionId: session }));
    expect(keyOf(long)).toBe(keyOf(JSON.stringify({ device_id: 'd', session_id: session })));
    expect(keyOf(long)).not.toBe(keyOf(long, { keyId: 'other' }));
    expect(keyOf('someone')).not.toBe(keyOf('someone else'));
    expect('prompt_cache_key' in prepare({}, { cache: 'auto' }).json).toBe(false);
    expect('prompt_cache_key' in prepare({ metadata: { user_id: long } }).json).toBe(false);
  });
});

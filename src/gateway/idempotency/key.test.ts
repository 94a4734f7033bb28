import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { ApiError } from '../../protocol/api-error.ts';
import { entryName, readIdempotencyKey } from './key.ts';

/** `Headers` of its own would refuse what a runtime may let through. */
const headersOf = (value: string | null) => ({ get: () => value }) as unknown as Headers;

describe('readIdempotencyKey', () => {
  test('whatever is printable, up to 255 characters, is taken as it is; none is none', () => {
    expect(readIdempotencyKey(new Headers())).toBeUndefined();
    for (const key of ['a', 'x'.repeat(255), '"8e03978e-40d5-43dd-bc93-6894a57f9324"', 'a b', '~!']) {
      expect(readIdempotencyKey(new Headers({ 'idempotency-key': key }))).toBe(key);
    }
  });

  test('fault 63: empty, too long or with anything else in it is a 400 that names the header', () => {
    const invalid = ['', 'x'.repeat(256), 'a\nb', 'a\rb', 'a\0', '\u001b[2J', 'a\u007f', '\u0085', 'é', '漢'];
    for (const key of invalid) {
      let thrown: ApiError | undefined;
      try {
        readIdempotencyKey(headersOf(key));
      } catch (error) {
        thrown = error as ApiError;
      }
      expect([key, thrown?.code, thrown?.details.param]).toEqual([key, 'invalid_value', 'Idempotency-Key']);
      expect(thrown?.message).toContain('Idempotency-Key');
      if (key.length > 1) expect(thrown?.message).not.toContain(key);
    }
  });
});

describe('entryName', () => {
  test('O8: two names are the same only where owner and key are', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('a', 'ab', 'b', '1:a', '2:ab', ''));
    fc.assert(
      fc.property(text, text, text, text, (owner, key, otherOwner, otherKey) => {
        const isSame = owner === otherOwner && key === otherKey;
        const [one, two] = [entryName(owner, key), entryName(otherOwner, otherKey)];
        expect(one.id === two.id).toBe(isSame);
        expect(one.owner).toBe(owner);
      }),
    );
  });

  test('it does not tell the key', () => {
    expect(entryName('key_1', 'a-secret-of-mine').id).toMatch(/^[\w-]{43}$/);
  });
});

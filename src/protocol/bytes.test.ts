import { describe, expect, test } from 'bun:test';
import { concat, EMPTY, equals, isJson } from './bytes.ts';

describe('bytes', () => {
  test('concat joins, and copies nothing where one side is empty', () => {
    const [a, b] = [Uint8Array.of(1, 2), Uint8Array.of(3)];
    expect([...concat(a, b)]).toEqual([1, 2, 3]);
    expect(concat(a, EMPTY)).toBe(a);
    expect(concat(EMPTY, b)).toBe(b);
  });

  test('equals compares a range with a whole', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    expect(equals(bytes, 1, 3, Uint8Array.of(2, 3))).toBe(true);
    expect(equals(bytes, 1, 4, Uint8Array.of(2, 3))).toBe(false);
    expect(equals(bytes, 1, 3, Uint8Array.of(2, 4))).toBe(false);
    expect(equals(bytes, 3, 5, Uint8Array.of(4, 0))).toBe(false);
    expect(equals(bytes, 2, 2, EMPTY)).toBe(true);
  });

  test('isJson is what JSON.parse takes', () => {
    for (const text of ['{}', '7', '"a"', ' null ']) expect(isJson(text)).toBe(true);
    for (const text of ['', '{', "'a'", 'undefined', '{}x']) expect(isJson(text)).toBe(false);
  });
});

import { describe, expect, test } from 'bun:test';
import { KeyTurns } from './key-turns.ts';

describe('KeyTurns', () => {
  test('keys are taken in turn', () => {
    const keys = new KeyTurns(3);
    expect([1, 2, 3, 4].map(() => keys.take(0))).toEqual([0, 1, 2, 0]);
    const lone = new KeyTurns(1);
    lone.rest(0, 100);
    expect([lone.take(0), lone.take(0, 5), lone.hasFresh(99), lone.hasFresh(100)]).toEqual([0, 0, false, true]);
  });

  test('one that rests is passed over, until it is back', () => {
    const keys = new KeyTurns(3);
    keys.rest(1, 50);
    expect([1, 2, 3, 4, 5, 6].map(() => keys.take(49))).not.toContain(1);
    expect([1, 2, 3].map(() => keys.take(50))).toContain(1);
  });

  test('a session keeps its key while it does not rest', () => {
    const keys = new KeyTurns(2);
    expect([keys.take(0, 1), keys.take(0, 1), keys.take(0, 3)]).toEqual([1, 1, 1]);
    keys.rest(1, 50);
    expect(keys.take(0, 1)).toBe(0);
  });

  test('where all rest, the one that is first back is tried', () => {
    const keys = new KeyTurns(3);
    for (const [key, untilMs] of [90, 40, 70].entries()) keys.rest(key, untilMs);
    expect([keys.hasFresh(10), keys.take(10), keys.take(10)]).toEqual([false, 1, 1]);
  });
});

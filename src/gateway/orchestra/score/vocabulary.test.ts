import { describe, expect, test } from 'bun:test';
import { fillVocabulary, slotOf } from './vocabulary.ts';

const SLOTS = 1000;
/** Spread as hashes are. */
const term = (at: number): number => Math.imul(at + 1, 0x9e3779b1) >>> 0;

describe('vocabulary', () => {
  test('finds what was put in, each term in a slot of its own', () => {
    const terms = Array.from({ length: 400 }, (_, at) => term(at));
    const vocabulary = fillVocabulary(SLOTS, terms);
    const slots = terms.map((one) => slotOf(vocabulary, one));
    expect(slots.filter((slot) => slot < 0).length).toBeLessThan(8);
    expect(new Set(slots).size).toBeGreaterThan(385);
  });

  test('takes few others for one of them', () => {
    const vocabulary = fillVocabulary(
      SLOTS,
      Array.from({ length: 5000 }, (_, at) => term(at)),
    );
    expect(vocabulary.filter((check) => check !== 0).length).toBeGreaterThan(SLOTS * 0.98);
    const strangers = Array.from({ length: 20_000 }, (_, at) => term(1_000_000 + at));
    const taken = strangers.filter((one) => slotOf(vocabulary, one) >= 0).length / strangers.length;
    expect(taken).toBeLessThan(0.025);
  });

  test('the first ones are kept, and the last slot leads on to the first', () => {
    const crowd = Array.from({ length: 6 }, (_, at) => (0xffffff00 | (at + 1)) >>> 0);
    const vocabulary = fillVocabulary(SLOTS, crowd);
    expect(crowd.map((one) => slotOf(vocabulary, one))).toEqual([SLOTS - 1, 0, 1, 2, -1, -1]);
  });

  test('a term whose byte is 0 is not taken for an empty slot', () => {
    expect(slotOf(new Uint8Array(SLOTS), 0x12345600)).toBe(-1);
    expect(slotOf(fillVocabulary(SLOTS, [0x12345600]), 0x12345600)).toBeGreaterThanOrEqual(0);
  });
});

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { FirstByteTimes } from './first-byte-times.ts';

function timesOf(...all: number[]): FirstByteTimes {
  const times = new FirstByteTimes();
  for (const ms of all) times.observe(ms);
  return times;
}

describe('FirstByteTimes', () => {
  test('says nothing before twenty observations', () => {
    expect(timesOf(...Array<number>(19).fill(5)).p95).toBeUndefined();
    expect(timesOf(...Array<number>(20).fill(5)).p95).toBe(5);
  });

  test('of the last hundred, at least 95 % took no longer, and at least 5 % no less', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 20, maxLength: 400 }), (all) => {
        const last = all.slice(-100);
        const p95 = timesOf(...all).p95 as number;
        expect(last).toContain(p95);
        expect(last.filter((ms) => ms <= p95).length).toBeGreaterThanOrEqual(last.length * 0.95);
        expect(last.filter((ms) => ms >= p95).length).toBeGreaterThanOrEqual(last.length * 0.05);
      }),
    );
  });

  test('follows a target that becomes slower or faster', () => {
    const times = timesOf(...Array<number>(1000).fill(100));
    for (let i = 0; i < 100; i++) times.observe(300);
    expect(times.p95).toBe(300);
    for (let i = 0; i < 100; i++) times.observe(20);
    expect(times.p95).toBe(20);
  });

  test('does not sink because somebody stops waiting at the percentile', () => {
    const all = Array.from({ length: 100 }, (_, i) => i + 1);
    const waited = timesOf(...all);
    const before = waited.p95 as number;
    for (let round = 0; round < 50; round++) {
      for (const ms of all) {
        const p95 = waited.p95 as number;
        if (ms > p95) waited.observeAtLeast(p95);
        else waited.observe(ms);
      }
    }
    expect(waited.p95).toBeGreaterThanOrEqual(before - 5);
    waited.observeAtLeast(1);
    expect(waited.p95).toBeGreaterThanOrEqual(before - 5);
  });
});

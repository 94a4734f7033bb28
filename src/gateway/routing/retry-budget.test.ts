import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { RetryBudget } from './retry-budget.ts';

const drain = (budget: RetryBudget, share: number, now: number, isRepeat: boolean) => {
  let taken = 0;
  while (budget.take(share, now, isRepeat)) taken++;
  return taken;
};

describe('RetryBudget', () => {
  test('allows ten repeats at once and a hundred failovers, whatever was earned', () => {
    expect(drain(new RetryBudget(), 0.2, 1000, true)).toBe(10);
    expect(drain(new RetryBudget(), 0.2, 1000, false)).toBe(100);
    const both = new RetryBudget();
    drain(both, 0.2, 1000, true);
    expect(drain(both, 0.2, 1000, false)).toBe(90);
  });

  test('a share of the requests is earned, and kept up to a limit', () => {
    const budget = new RetryBudget();
    drain(budget, 0.2, 1000, false);
    for (let i = 0; i < 50; i++) budget.earn(0.2);
    expect(drain(budget, 0.2, 1000, true)).toBeWithin(9, 11);
    for (let i = 0; i < 100_000; i++) budget.earn(0.2);
    expect(drain(budget, 0.2, 1000, true)).toBeLessThanOrEqual(200);
  });

  test('the reserve comes back, ten a second, and no further than it was', () => {
    const budget = new RetryBudget();
    drain(budget, 0.2, 1000, false);
    expect(drain(budget, 0.2, 2000, false)).toBe(10);
    expect(drain(budget, 0.2, 1_000_000, false)).toBe(100);
  });

  test('a share of 0 allows nothing', () => {
    const budget = new RetryBudget();
    budget.earn(0);
    expect(budget.take(0, 1000, false)).toBe(false);
  });

  test('whatever happens, no more is taken than the reserve, its refills and the share', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.array(fc.tuple(fc.nat(400), fc.boolean(), fc.boolean()), { maxLength: 300 }),
        (share, steps) => {
          const budget = new RetryBudget();
          let now = 1000;
          let taken = 0;
          for (const [afterMs, earns, isRepeat] of steps) {
            now += afterMs;
            if (earns) budget.earn(share);
            if (budget.take(share, now, isRepeat)) taken++;
          }
          const earned = steps.filter(([, earns]) => earns).length * share;
          expect(taken).toBeLessThanOrEqual(100 + (now - 1000) / 100 + 10 + earned);
        },
      ),
    );
  });
});

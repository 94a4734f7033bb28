import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { EFFORTS } from './capabilities.ts';
import { budgetOfEffort, effortOfBudget, isEffort, nearestEffort } from './reasoning-effort.ts';

describe('nearestEffort', () => {
  test.each([
    ['high', ['low', 'high'], 'high'],
    ['xhigh', ['low', 'high', 'max'], 'high'],
    ['medium', ['low', 'high', 'max'], 'low'],
    ['minimal', ['low', 'high'], 'low'],
    ['low', ['none', 'high'], 'high'],
    ['none', ['none', 'high'], 'none'],
    ['none', ['low', 'high'], undefined],
    ['high', [], undefined],
    ['high', ['none'], undefined],
  ] as const)('%s of %j is %s', (wanted, levels, nearest) => {
    expect(nearestEffort(wanted, levels)).toBe(nearest);
  });

  test('is always one of the levels, and never turns reasoning on or off', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EFFORTS), fc.subarray([...EFFORTS]), (wanted, levels) => {
        const nearest = nearestEffort(wanted, levels);
        if (nearest === undefined)
          expect(levels.filter((level) => (level === 'none') === (wanted === 'none'))).toEqual([]);
        else expect([levels.includes(nearest), nearest === 'none']).toEqual([true, wanted === 'none']);
      }),
    );
  });
});

test('budgets stand for efforts, and efforts for budgets', () => {
  expect([0, 2048, 2049, 8192, 8193, 1e6].map(effortOfBudget)).toEqual([
    'low',
    'low',
    'medium',
    'medium',
    'high',
    'high',
  ]);
  expect(budgetOfEffort('medium', 8000)).toBe(4000);
  expect(budgetOfEffort('max', 1_000_000)).toBe(32_000);
  expect(budgetOfEffort('minimal', 2000)).toBe(1024);
  expect(budgetOfEffort('high', 1024)).toBeUndefined();
  expect([isEffort('xhigh'), isEffort('most'), isEffort(undefined)]).toEqual([true, false, false]);
});

test('D7: a budget is always one that an upstream takes', () => {
  const efforts = EFFORTS.filter((effort) => effort !== 'none');
  fc.assert(
    fc.property(fc.constantFrom(...efforts), fc.integer({ min: 1, max: 300_000 }), (effort, maxTokens) => {
      const budget = budgetOfEffort(effort, maxTokens);
      if (maxTokens <= 1024) expect(budget).toBeUndefined();
      else expect(budget! >= 1024 && budget! < maxTokens && budget! <= 32_000).toBe(true);
    }),
  );
});

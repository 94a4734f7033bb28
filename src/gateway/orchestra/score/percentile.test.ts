import { expect, test } from 'bun:test';
import { percentileOf } from './percentile.ts';

const KNOTS = [-2, 0, 1, 5];

test('each knot is the middle of its share', () => {
  expect(KNOTS.map((knot) => percentileOf(knot, KNOTS))).toEqual([0.125, 0.375, 0.625, 0.875]);
  expect(percentileOf(3, KNOTS)).toBe(0.75);
});

test('rises strictly, beyond the knots too, and stays between 0 and 1', () => {
  let before = 0;
  for (let value = -20; value < 20; value += 0.05) {
    const share = percentileOf(value, KNOTS);
    expect(share).toBeGreaterThan(before);
    expect(share).toBeLessThan(1);
    before = share;
  }
  expect(percentileOf(-1e6, KNOTS)).toBeGreaterThanOrEqual(0);
  expect(percentileOf(1e6, KNOTS)).toBeLessThanOrEqual(1);
});

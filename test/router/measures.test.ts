import { describe, expect, test } from 'bun:test';
import { apgr } from './measures.ts';
import { groupNearDuplicates } from './near-duplicates.ts';
import { ridge } from './ridge.ts';

describe('APGR', () => {
  const gains = [1, 0, 0, 1, 0, -1, 0, 1];

  test('an order that says nothing is a half, the best one the most, the reverse its mirror', () => {
    const best = apgr(gains, gains);
    expect(
      apgr(
        gains.map(() => 7),
        gains,
      ),
    ).toBe(0.5);
    expect(best).toBeGreaterThan(1);
    expect(
      apgr(
        gains.map((gain) => -gain),
        gains,
      ),
    ).toBeCloseTo(1 - best, 12);
  });

  test('only the order counts', () => {
    const scores = [3, 1, 4, 1.5, 9, 2, 6, 5];
    expect(apgr(scores.map(Math.exp), gains)).toBe(apgr(scores, gains));
  });
});

test('ridge finds the line it was drawn from, and a flatter one when it is held down', () => {
  const points = Array.from({ length: 50 }, (_, at) => [Math.sin(at), Math.cos(3 * at)] as const);
  const rows = {
    columns: 2,
    starts: Int32Array.from({ length: 51 }, (_, at) => 2 * at),
    column: Int32Array.from({ length: 100 }, (_, at) => at % 2),
    value: Float64Array.from(points.flat()),
  };
  const target = Float64Array.from(points, ([a, b]) => 3 + 2 * a - b);
  const [free] = ridge(rows, [target], 1e-9);
  expect([free!.bias, ...free!.weights].map((value) => Number(value.toFixed(4)))).toEqual([3, 2, -1]);
  const [held] = ridge(rows, [target], 25);
  expect(Math.abs(held!.weights[0]!)).toBeLessThan(1.5);
});

test('near duplicates share a group, others do not', () => {
  const text = 'A farmer has 17 sheep and buys 12 more at the market, then sells half of them to his neighbour in May.';
  const groups = groupNearDuplicates([
    text,
    'Which planet of the solar system has the most moons, and who found them?',
    `${text} How many are left?`,
  ]);
  expect(groups[2]).toBe(groups[0]!);
  expect(groups[1]).not.toBe(groups[0]!);
});

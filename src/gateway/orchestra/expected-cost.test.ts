import { expect, test } from 'bun:test';
import { expectedCost } from './expected-cost.ts';

const PRICE = { input: 3_000_000_000n, output: 15_000_000_000n, cacheRead: 300_000_000n, cacheWrite: 3_750_000_000n };

test('nano-dollars of what is read and written, the prompt at the cache price where it is warm', () => {
  expect(expectedCost(PRICE, { input: 1000, output: 100 }, false)).toBe(4_500_000);
  expect(expectedCost(PRICE, { input: 1000, output: 100 }, true)).toBe(1_800_000);
  expect(expectedCost(undefined, { input: 1000, output: 100 }, true)).toBeUndefined();
});

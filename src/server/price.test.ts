import { expect, test } from 'bun:test';
import { completePrice } from '../config/price-kinds.ts';
import { toPrice } from './price.ts';

test('what has no price of its own is not said twice', () => {
  expect(toPrice(completePrice({ input: '1', output: '2' }))).toEqual({
    input: 1_000_000_000n,
    output: 2_000_000_000n,
    cacheRead: 1_000_000_000n,
    cacheWrite: 1_000_000_000n,
  });
});

test('every kind that is priced apart is charged apart', () => {
  const amounts = { input: '1', output: '2', cacheWrite: '1.25', cacheWrite1h: '2', reasoning: '3', webSearch: '0.01' };
  expect(toPrice(completePrice({ ...amounts, request: '0.005' }))).toMatchObject({
    cacheWrite1h: 2_000_000_000n,
    reasoning: 3_000_000_000n,
    serverToolUse: 10_000_000n,
    request: 5_000_000n,
  });
});

import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { NO_USAGE } from '../protocol/usage.ts';
import { costNano, formatUsd } from './pricing.ts';

const price = { input: 1_200_000_000n, output: 6_000_000_000n, cacheRead: 240_000_000n, cacheWrite: 1_500_000_000n };

test('the documented bill: 36 tokens in and 600 out at 1.20 and 6 dollars a million', () => {
  expect(formatUsd(costNano({ ...NO_USAGE, inputTokens: 36, outputTokens: 600 }, price))).toBe('0.003643200');
});

test('cached tokens have prices of their own, reasoning is a part of the output', () => {
  const usage = { inputTokens: 1, outputTokens: 10, cacheReadTokens: 100, cacheWriteTokens: 1000, reasoningTokens: 9 };
  expect(costNano(usage, price)).toBe(1200n + 60_000n + 24_000n + 1_500_000n);
});

test('rounds once, half up', () => {
  const tiny = { input: 500_000n, output: 499_999n, cacheRead: 0n, cacheWrite: 0n };
  expect(costNano({ ...NO_USAGE, inputTokens: 1 }, tiny)).toBe(1n);
  expect(costNano({ ...NO_USAGE, outputTokens: 1 }, tiny)).toBe(0n);
  expect(costNano({ ...NO_USAGE, inputTokens: 1, outputTokens: 1 }, tiny)).toBe(1n);
});

test('is exact where a float is not', () => {
  const usage = { ...NO_USAGE, inputTokens: Number.MAX_SAFE_INTEGER };
  expect(costNano(usage, { ...price, input: 1_000_000_007n })).toBe(
    (9_007_199_254_740_991n * 1_000_000_007n + 500_000n) / 1_000_000n,
  );
});

test('a count that is no whole number is an error, not a price', () => {
  expect(() => costNano({ ...NO_USAGE, inputTokens: 1.5 }, price)).toThrow(RangeError);
  expect(() => costNano({ ...NO_USAGE, outputTokens: NaN }, price)).toThrow(RangeError);
});

test('formatUsd loses nothing and always has nine decimals', () => {
  expect(formatUsd(0n)).toBe('0.000000000');
  expect(formatUsd(-1n)).toBe('-0.000000001');
  expect(formatUsd(1_234_567_890_123n)).toBe('1234.567890123');
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (nano) => {
      const text = formatUsd(nano);
      expect(text).toMatch(/^-?\d+\.\d{9}$/);
      expect(BigInt(text.replace('.', ''))).toBe(nano);
    }),
  );
});

import { expect, test } from 'bun:test';
import { isWorthSwitching } from './worth-switching.ts';

/** 100,000 tokens in the cache of a model of 3 USD, against one of 2 USD that reads them anew. */
const LONG = { stayCost: 42e6, switchCost: 208e6, dearestCost: 312e6, confidence: 0.9 };

test('a long prompt in the cache is not given up where quality counts little', () => {
  expect(isWorthSwitching({ ...LONG, quality: 0.2 })).toBe(false);
  expect(isWorthSwitching({ ...LONG, quality: 0.5 })).toBe(true);
  expect(isWorthSwitching({ ...LONG, quality: 1 })).toBe(true);
});

test('nor for a doubtful gain', () => {
  expect(isWorthSwitching({ ...LONG, confidence: 0.5, quality: 0.5 })).toBe(false);
});

test('what saves money is always worth it, and what has no price is not held against it', () => {
  expect(isWorthSwitching({ stayCost: 50, switchCost: 20, dearestCost: 50, confidence: 0, quality: 0 })).toBe(true);
  for (const unknown of ['stayCost', 'switchCost', 'dearestCost'] as const) {
    expect(isWorthSwitching({ ...LONG, quality: 0, [unknown]: undefined })).toBe(true);
  }
});

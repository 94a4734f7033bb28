import { describe, expect, test } from 'bun:test';
import { formatDuration, formatSize, formatUsd, parseDuration, parseSize, parseUsd } from './units.ts';

describe('durations', () => {
  test('are read in milliseconds, seconds, minutes and hours', () => {
    expect(['120ms', '5s', '30m', '1h', '1.5s', '0s'].map(parseDuration)).toEqual([
      120, 5000, 1_800_000, 3_600_000, 1500, 0,
    ]);
  });

  test('without a unit, with a sign, a space or an unknown unit are not durations', () => {
    for (const text of ['5', '-5s', '5 s', '5d', 's', '', '5S', '1e3s', '1.s'])
      expect(parseDuration(text)).toBeUndefined();
  });

  test('are written with the largest unit that holds them exactly', () => {
    expect([0, 120, 5000, 90_000, 1_800_000, 7_200_000].map(formatDuration)).toEqual([
      '0ms',
      '120ms',
      '5s',
      '90s',
      '30m',
      '2h',
    ]);
  });
});

describe('sizes', () => {
  test('tell powers of 1000 from powers of 1024', () => {
    expect(['1kB', '1KiB', '32MiB', '1MB', '7B', '1.5KiB'].map(parseSize)).toEqual([
      1000, 1024, 33_554_432, 1_000_000, 7, 1536,
    ]);
  });

  test('in a spelling that could mean either are refused', () => {
    for (const text of ['32M', '32mb', '32', '32 MiB', 'MiB']) expect(parseSize(text)).toBeUndefined();
  });

  test('come back as they were written', () => {
    for (const text of ['32MiB', '1kB', '7B', '3GiB', '0B']) expect(formatSize(parseSize(text) ?? -1)).toBe(text);
  });
});

describe('amounts of money', () => {
  test('become nano-dollars without passing through a float', () => {
    expect(parseUsd('1.2')).toBe(1_200_000_000n);
    expect(parseUsd('0.1')).toBe(100_000_000n);
    expect(parseUsd('0.000000001')).toBe(1n);
    expect(parseUsd('9007199254740993.000000001')).toBe(9_007_199_254_740_993_000_000_001n);
  });

  test('finer than a nano-dollar, negative or in another notation are refused', () => {
    for (const text of ['0.0000000001', '-1', '1e-3', '1,5', '', '.5', '1.', 'Infinity'])
      expect(parseUsd(text)).toBeUndefined();
  });

  test('are written as the shortest decimal text', () => {
    expect([0n, 1n, 240_000_000n, 6_000_000_000n, 1_500_000_000n].map(formatUsd)).toEqual([
      '0',
      '0.000000001',
      '0.24',
      '6',
      '1.5',
    ]);
  });
});

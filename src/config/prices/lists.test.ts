import { describe, expect, test } from 'bun:test';
import { findPreset, PRESET_NAMES } from '../presets.ts';
import { DECIMAL_PATTERN, parseUsd } from '../units.ts';
import { PRICE_LISTS } from './lists.ts';
import type { ListedPrice } from './price-list.ts';

const AMOUNTS = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'reasoning',
  'webSearch',
  'request',
] as const satisfies readonly (keyof ListedPrice)[];

test('there is a list for the vendors at hand, each but once, in the order of the presets', () => {
  const names = PRICE_LISTS.map(({ preset }) => preset);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(PRESET_NAMES.filter((name) => names.includes(name)));
  for (const name of ['openai', 'anthropic', 'gemini', 'deepseek', 'dashscope', 'mistral', 'xai']) {
    expect(names).toContain(name);
  }
});

describe.each(PRICE_LISTS.map((list) => [list.preset, list] as const))('%s', (name, { source, asOf, prices }) => {
  test('has a public page, and an address of its own that the prices hold at', () => {
    expect(source).toMatch(/^https:\/\/[a-z0-9.-]+\.[a-z]+\/[^\s]+$/);
    expect(findPreset(name)?.baseUrl).toBeString();
    expect(prices.length).toBeGreaterThan(0);
  });

  test('has days of the calendar', () => {
    for (const day of [asOf, ...prices.flatMap((price) => price.asOf ?? [])]) {
      expect(day).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(new Date(`${day}T00:00:00Z`).toISOString()).toStartWith(day);
    }
  });

  test.each(prices.map((price) => [price.models[0] ?? '', price] as const))('%s', (_, price) => {
    for (const kind of AMOUNTS) {
      const amount = price[kind];
      if (amount !== undefined)
        expect([kind, amount]).toEqual([kind, expect.stringMatching(new RegExp(DECIMAL_PATTERN))]);
    }
    const usd = (kind: (typeof AMOUNTS)[number]): bigint => parseUsd(price[kind] ?? '') ?? -1n;
    expect(usd('input')).toBeGreaterThan(0n);
    expect(usd('output')).toBeGreaterThan(0n);
    if (price.cacheRead !== undefined) expect(usd('cacheRead') <= usd('input')).toBe(true);
    // Some ask less for a write than for the input of a faster edition.
    if (price.cacheWrite !== undefined) expect(usd('cacheWrite')).toBeGreaterThan(0n);
    if (price.cacheWrite1h !== undefined) {
      expect(usd('cacheWrite1h') >= (price.cacheWrite === undefined ? usd('input') : usd('cacheWrite'))).toBe(true);
    }
    // A whole search or request, in dollars: an amount per thousand would be a thousand times too much.
    for (const kind of ['webSearch', 'request'] as const) {
      if (price[kind] !== undefined) expect(usd(kind) < 1_000_000_000n).toBe(true);
    }
    if (price.upTo !== undefined) expect(Number.isSafeInteger(price.upTo) && price.upTo >= 1000).toBe(true);
    if (price.note !== undefined) expect(price.note).toMatch(/^[A-Z].*\.$/);
  });

  test('has one price for an id: no pattern covers another', () => {
    const patterns = prices.flatMap(({ models }) => models.map((pattern) => pattern.toLowerCase()));
    for (const pattern of patterns) expect(pattern).toMatch(/^[^\s*]+\*?$/);
    const clashes = patterns.flatMap((pattern, at) =>
      patterns.filter((other, index) => index !== at && covers(pattern, other)).map((other) => `${pattern} ${other}`),
    );
    expect(clashes).toEqual([]);
  });
});

/** Whether some id matches both; a `*` stands at the end alone. */
function covers(pattern: string, other: string): boolean {
  if (!pattern.endsWith('*')) return pattern === other;
  return other.replace(/\*$/, '').startsWith(pattern.slice(0, -1));
}

import { describe, expect, test } from 'bun:test';
import { InputEstimates } from '../input-estimate.ts';
import { factsOf, place } from '../routing/route.fixture.ts';
import { upperBound } from './upper-bound.ts';

/** One dollar a million tokens of input, two of output. */
const price = { input: 10n ** 9n, output: 2n * 10n ** 9n, cacheRead: 10n ** 8n, cacheWrite: 10n ** 9n };
const bound = (body: object, ...targets: ReturnType<typeof place>[]) =>
  upperBound(factsOf(body), targets, new InputEstimates());
const ofOutput = (body: object, ...targets: ReturnType<typeof place>[]) =>
  bound(body, ...targets).amountNano - bound({ max_tokens: 1 }, place('p', { price })).amountNano + 2000n;

describe('upperBound', () => {
  test('is the input and the longest answer that may come, at the price', () => {
    expect(ofOutput({ max_tokens: 100 }, place('p', { price }))).toBe(200_000n);
    expect(ofOutput({ max_completion_tokens: 100, n: 3 }, place('p', { price }))).toBe(600_000n);
    const short = place('p', { price, capabilities: { maxOutput: 50 } });
    expect(ofOutput({ max_tokens: 100 }, short)).toBe(100_000n);
    expect(ofOutput({}, short)).toBe(100_000n);
  });

  test('is that of the dearest target the request may go to', () => {
    const dear = { ...price, output: 20n * 10n ** 9n };
    expect(ofOutput({ max_tokens: 100 }, place('p', { price }), place('q', { price: dear }))).toBe(2_000_000n);
  });

  test('costs nothing without a price, and counts all the same', () => {
    const { tokens, amountNano } = bound({ max_tokens: 100 }, place('p', {}));
    expect(amountNano).toBe(0n);
    expect(tokens).toBeGreaterThan(100);
  });

  test.each([64.5, 1e300, -1, 0, '64', null])('a limit of %p is no fault of the gateway', (max_tokens) => {
    const { tokens, amountNano } = bound({ max_tokens, n: max_tokens }, place('p', { price }));
    expect(Number.isSafeInteger(tokens)).toBe(true);
    expect(amountNano).toBeGreaterThan(0n);
  });
});

import type { Usage } from '../protocol/usage.ts';

/** Nano-dollars per million tokens of each kind. Reasoning tokens are output tokens and cost the same. */
export interface Price {
  readonly input: bigint;
  readonly output: bigint;
  readonly cacheRead: bigint;
  readonly cacheWrite: bigint;
}

const TOKENS_PER_PRICE = 1_000_000n;
const NANO_PER_USD = 1_000_000_000n;

/**
 * What an answer costs, in nano-dollars: the kinds are added up exactly and rounded once, half up. Throws a
 * RangeError on a count that is no whole number.
 */
export function costNano(usage: Usage, price: Price): bigint {
  const millionths =
    BigInt(usage.inputTokens) * price.input +
    BigInt(usage.outputTokens) * price.output +
    BigInt(usage.cacheReadTokens) * price.cacheRead +
    BigInt(usage.cacheWriteTokens) * price.cacheWrite;
  return (millionths + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE;
}

/** Nano-dollars as dollars with all nine decimals: `0.003643200`. */
export function formatUsd(nano: bigint): string {
  if (nano >= 0n && nano < NANO_PER_USD) return `0.${nano.toString().padStart(9, '0')}`;
  const sign = nano < 0n ? '-' : '';
  const amount = nano < 0n ? -nano : nano;
  return `${sign}${amount / NANO_PER_USD}.${(amount % NANO_PER_USD).toString().padStart(9, '0')}`;
}

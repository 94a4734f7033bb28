import type { Usage } from '../protocol/usage.ts';

/**
 * Nano-dollars per million tokens of each kind, unless it says otherwise. A kind that has no price of its own costs
 * what the kind it is a part of costs: reasoning what output does, an hour in the cache what a write does.
 */
export interface Price {
  readonly input: bigint;
  readonly output: bigint;
  readonly cacheRead: bigint;
  readonly cacheWrite: bigint;
  /** Written to the cache for an hour. */
  readonly cacheWrite1h?: bigint;
  readonly reasoning?: bigint;
  readonly inputAudio?: bigint;
  readonly inputImage?: bigint;
  readonly outputAudio?: bigint;
  /** For each use of a tool that the vendor runs. */
  readonly serverToolUse?: bigint;
  /** For each request. */
  readonly request?: bigint;
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
    BigInt(usage.cacheWriteTokens) * price.cacheWrite +
    differences(usage, price);
  return (millionths + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE;
}

/** What kinds with a price of their own cost beyond that of the kind they are a part of, and what is no token. */
function differences(usage: Usage, price: Price): bigint {
  let sum = 0n;
  const { cacheWrite1h, reasoning, inputAudio, inputImage, outputAudio, serverToolUse, request } = price;
  if (cacheWrite1h !== undefined) {
    sum += partOf(usage.cacheWrite1hTokens, usage.cacheWriteTokens) * (cacheWrite1h - price.cacheWrite);
  }
  if (reasoning !== undefined) {
    sum += partOf(usage.reasoningTokens, usage.outputTokens) * (reasoning - price.output);
  }
  if (outputAudio !== undefined) {
    const textless = usage.outputTokens - (reasoning === undefined ? 0 : usage.reasoningTokens);
    sum += partOf(usage.outputAudioTokens, textless) * (outputAudio - price.output);
  }
  const audio = inputAudio === undefined ? 0n : partOf(usage.inputAudioTokens, usage.inputTokens);
  if (inputAudio !== undefined) sum += audio * (inputAudio - price.input);
  if (inputImage !== undefined) {
    sum += partOf(usage.inputImageTokens, usage.inputTokens - Number(audio)) * (inputImage - price.input);
  }
  if (serverToolUse !== undefined) sum += BigInt(usage.serverToolUses ?? 0) * serverToolUse * TOKENS_PER_PRICE;
  if (request !== undefined) sum += request * TOKENS_PER_PRICE;
  return sum;
}

/**
 * The most that so many tokens can cost, whatever kinds they turn out to be of. Tools that a vendor runs are not in it:
 * how often it will is nobody's to know.
 */
export function mostNano(inputTokens: number, outputTokens: number, price: Price): bigint {
  const { cacheWrite1h, inputAudio, inputImage, reasoning, outputAudio, request } = price;
  const input = dearest(price.input, price.cacheRead, price.cacheWrite, cacheWrite1h, inputAudio, inputImage);
  const output = dearest(price.output, reasoning, outputAudio);
  const tokens = { ...FREE_USAGE, inputTokens, outputTokens };
  const flat = { input, output, cacheRead: 0n, cacheWrite: 0n };
  return costNano(tokens, request === undefined ? flat : { ...flat, request });
}

const FREE_USAGE = { cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

function dearest(...prices: readonly (bigint | undefined)[]): bigint {
  return prices.reduce<bigint>((most, price) => (price !== undefined && price > most ? price : most), 0n);
}

/** A part is never more than its whole, whatever was reported: else a difference in price could make the sum negative. */
function partOf(part: number | undefined, whole: number): bigint {
  return part === undefined ? 0n : BigInt(Math.max(0, Math.min(part, whole)));
}

/** Nano-dollars as dollars with all nine decimals: `0.003643200`. */
export function formatUsd(nano: bigint): string {
  if (nano >= 0n && nano < NANO_PER_USD) return `0.${nano.toString().padStart(9, '0')}`;
  const sign = nano < 0n ? '-' : '';
  const amount = nano < 0n ? -nano : nano;
  return `${sign}${amount / NANO_PER_USD}.${(amount % NANO_PER_USD).toString().padStart(9, '0')}`;
}

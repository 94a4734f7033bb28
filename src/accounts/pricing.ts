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

/** Kinds of usage that are charged for: tokens, but for the last two. */
export type ChargedKind =
  | 'input'
  | 'input_audio'
  | 'input_image'
  | 'output'
  | 'reasoning'
  | 'output_audio'
  | 'cache_read'
  | 'cache_write'
  | 'cache_write_1h'
  | 'server_tool_use'
  | 'request';

/** One line of what an answer costs. */
export interface CostItem {
  readonly kind: ChargedKind;
  /** Tokens; of `server_tool_use` and `request` how often. */
  readonly count: bigint;
  /** Nano-dollars for a million tokens; of `server_tool_use` and `request` for one. */
  readonly priceNano: bigint;
  /** What it costs, exactly: millionths of a nano-dollar. */
  readonly millionths: bigint;
}

/** `each`: nano-dollars for one, a million times over. */
type AddItem = (kind: ChargedKind, count: bigint, each: bigint) => void;

/**
 * What an answer costs, in nano-dollars: the kinds are added up exactly and rounded once, half up. Throws a
 * RangeError on a count that is no whole number.
 */
export function costNano(usage: Usage, price: Price): bigint {
  let sum = 0n;
  addItems(usage, price, (_kind, count, each) => {
    sum += count * each;
  });
  return roundNano(sum);
}

/** The lines that `costNano` adds up, before it rounds; those of nothing are left out. */
export function itemiseCost(usage: Usage, price: Price): readonly CostItem[] {
  const items: CostItem[] = [];
  addItems(usage, price, (kind, count, each) => {
    const isByUse = kind === 'server_tool_use' || kind === 'request';
    const priceNano = isByUse ? each / TOKENS_PER_PRICE : each;
    items.push({ kind, count, priceNano, millionths: count * each });
  });
  return items;
}

/** Millionths of a nano-dollar as nano-dollars, half up. */
export function roundNano(millionths: bigint): bigint {
  return (millionths + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE;
}

/** Kinds with a price of their own are lines of their own, and no part of the kind they are a part of. */
function addItems(usage: Usage, price: Price, add: AddItem): void {
  const { cacheWrite1h, reasoning, inputAudio, inputImage, outputAudio, serverToolUse, request } = price;
  let input = BigInt(usage.inputTokens);
  let output = BigInt(usage.outputTokens);
  let cacheWrite = BigInt(usage.cacheWriteTokens);
  const cacheRead = BigInt(usage.cacheReadTokens);
  if (inputAudio !== undefined) input -= addPart('input_audio', usage.inputAudioTokens, input, inputAudio, add);
  if (inputImage !== undefined) input -= addPart('input_image', usage.inputImageTokens, input, inputImage, add);
  if (reasoning !== undefined) output -= addPart('reasoning', usage.reasoningTokens, output, reasoning, add);
  if (outputAudio !== undefined) output -= addPart('output_audio', usage.outputAudioTokens, output, outputAudio, add);
  if (cacheWrite1h !== undefined) {
    cacheWrite -= addPart('cache_write_1h', usage.cacheWrite1hTokens, cacheWrite, cacheWrite1h, add);
  }
  if (input !== 0n) add('input', input, price.input);
  if (output !== 0n) add('output', output, price.output);
  if (cacheRead !== 0n) add('cache_read', cacheRead, price.cacheRead);
  if (cacheWrite !== 0n) add('cache_write', cacheWrite, price.cacheWrite);
  const uses = BigInt(usage.serverToolUses ?? 0);
  if (serverToolUse !== undefined && uses !== 0n) add('server_tool_use', uses, serverToolUse * TOKENS_PER_PRICE);
  if (request !== undefined) add('request', 1n, request * TOKENS_PER_PRICE);
}

/** A part is never more than what is left of its whole, whatever was reported: else the rest would be negative. */
function addPart(kind: ChargedKind, part: number | undefined, whole: bigint, price: bigint, add: AddItem): bigint {
  if (part === undefined || part <= 0) return 0n;
  const reported = BigInt(part);
  const count = reported < whole ? reported : whole;
  if (count > 0n) add(kind, count, price);
  return count > 0n ? count : 0n;
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

/** Nano-dollars as dollars with all nine decimals: `0.003643200`. */
export function formatUsd(nano: bigint): string {
  if (nano >= 0n && nano < NANO_PER_USD) return `0.${nano.toString().padStart(9, '0')}`;
  const sign = nano < 0n ? '-' : '';
  const amount = nano < 0n ? -nano : nano;
  return `${sign}${amount / NANO_PER_USD}.${(amount % NANO_PER_USD).toString().padStart(9, '0')}`;
}

/** Millionths of a nano-dollar as dollars, exactly, with all fifteen decimals. */
export function formatExactUsd(millionths: bigint): string {
  const sign = millionths < 0n ? '-' : '';
  const amount = millionths < 0n ? -millionths : millionths;
  const perUsd = NANO_PER_USD * TOKENS_PER_PRICE;
  return `${sign}${amount / perUsd}.${(amount % perUsd).toString().padStart(15, '0')}`;
}

/** Millionths of a nano-dollar as nano-dollars, exactly, without zeros that say nothing: `14400.5`. */
export function formatExactNano(millionths: bigint): string {
  const text = formatExactUsd(millionths * NANO_PER_USD);
  return text.replace(/\.?0+$/, '');
}

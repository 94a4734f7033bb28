import type { PriceConfig } from './config.ts';
import { parseUsd } from './units.ts';

/** US dollars as decimal text, as the file or a list of prices has them. */
export type PriceAmounts = Readonly<Partial<Record<keyof PriceConfig, string>> & { input: string; output: string }>;

export const FREE: PriceConfig = completePrice({ input: '0', output: '0' });

/** Every kind of usage with its price: a kind that is not priced apart costs what the one it is a part of costs. */
export function completePrice(amounts: PriceAmounts): PriceConfig {
  const input = readUsd(amounts.input);
  const output = readUsd(amounts.output);
  const cacheWrite = readOr(amounts.cacheWrite, input);
  return {
    input,
    output,
    cacheRead: readOr(amounts.cacheRead, input),
    cacheWrite,
    cacheWrite1h: readOr(amounts.cacheWrite1h, cacheWrite),
    reasoning: readOr(amounts.reasoning, output),
    webSearch: readOr(amounts.webSearch, 0n),
    request: readOr(amounts.request, 0n),
  };
}

function readOr(amount: string | undefined, fallback: bigint): bigint {
  return amount === undefined ? fallback : readUsd(amount);
}

/** An amount that has passed its check. */
function readUsd(amount: string): bigint {
  const nanoUsd = parseUsd(amount);
  if (nanoUsd === undefined) throw new Error(`not an amount: ${amount}`);
  return nanoUsd;
}

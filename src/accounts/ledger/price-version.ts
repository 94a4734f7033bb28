import { createHash } from 'node:crypto';
import type { Price } from '../pricing.ts';

/** Every kind of price, in the order it is written: the same price is the same text, whatever order it came in. */
const KINDS = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'reasoning',
  'inputAudio',
  'inputImage',
  'outputAudio',
  'serverToolUse',
  'request',
] as const satisfies readonly (keyof Price)[];

/** A price as it is kept beside the entries that were charged by it: JSON whose amounts are text. */
export function writePrice(price: Price): string {
  const amounts = KINDS.flatMap((kind) => {
    const amount = price[kind];
    return amount === undefined ? [] : [[kind, amount.toString()] as const];
  });
  return JSON.stringify(Object.fromEntries(amounts));
}

export function readPrice(text: string): Price {
  const written = JSON.parse(text) as Record<string, string>;
  const amounts = KINDS.flatMap((kind) => {
    const amount = written[kind];
    return amount === undefined ? [] : [[kind, BigInt(amount)] as const];
  });
  return Object.fromEntries(amounts) as unknown as Price;
}

/** What a version of a price is found by. */
export function priceDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

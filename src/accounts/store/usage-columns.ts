import type { EntryDimension } from '../ledger/entry-store.ts';
import type { UsageTotal } from './ports.ts';

/** What the numbers stand in that tell entries and roll-ups apart. */
export const DIMENSION_COLUMNS: Readonly<Record<Exclude<EntryDimension, 'day'>, string>> = {
  key: 'key_id',
  account: 'account_id',
  model: 'model_id',
  provider: 'provider_id',
};

/** What a request counts, as its entry has it. */
export const ENTRY_COUNTS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'cost_nano',
] as const;

/** What requests count together, as the roll-ups of both stores have it. */
export const USAGE_COUNTS = ['requests', ...ENTRY_COUNTS, 'estimated'] as const;

/** The columns of a sum, each under its own name. */
export function sumOf(columns: readonly string[]): string {
  return columns.map((name) => `sum(${name}) AS ${name}`).join(', ');
}

/** The counts of a row with {@link USAGE_COUNTS}: numbers, big integers, or either written as text. */
export function readUsageCounts(
  row: Readonly<Record<string, unknown>>,
): Omit<UsageTotal, 'day' | 'keyId' | 'account' | 'model'> {
  const number = (name: (typeof USAGE_COUNTS)[number]) => Number(row[name]);
  return {
    requests: number('requests'),
    inputTokens: number('input_tokens'),
    outputTokens: number('output_tokens'),
    cacheReadTokens: number('cache_read_tokens'),
    cacheWriteTokens: number('cache_write_tokens'),
    reasoningTokens: number('reasoning_tokens'),
    costNano: BigInt(String(row['cost_nano'])),
    estimated: number('estimated'),
  };
}

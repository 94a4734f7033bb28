import { formatUsd } from '../accounts/pricing.ts';
import type { UsageDimension, UsageTotal } from '../accounts/store/ports.ts';

/** What rows of usage are kept apart by, in the order of their columns. */
export const DIMENSIONS: readonly UsageDimension[] = ['day', 'key', 'account', 'model'];

const COUNTS = [
  ['requests', 'requests'],
  ['input_tokens', 'inputTokens'],
  ['output_tokens', 'outputTokens'],
  ['cache_read_tokens', 'cacheReadTokens'],
  ['cache_write_tokens', 'cacheWriteTokens'],
  ['reasoning_tokens', 'reasoningTokens'],
] as const;

export type UsageRow = Readonly<Record<string, string | number>>;

/** One row of the documented form, with the dimensions it is of. Money is dollars as text, with nine decimals. */
export function toUsageRow(total: UsageTotal, by: readonly UsageDimension[]): UsageRow {
  const labels = { day: total.day, key: total.keyId, account: total.account, model: total.model };
  return {
    ...Object.fromEntries(DIMENSIONS.filter((one) => by.includes(one)).map((one) => [one, labels[one] ?? ''])),
    ...Object.fromEntries(COUNTS.map(([name, field]) => [name, total[field]])),
    cost_usd: formatUsd(total.costNano),
    estimated: total.estimated,
  };
}

export function sumUp(totals: readonly UsageTotal[]) {
  const sum = (field: 'requests' | 'inputTokens' | 'outputTokens') =>
    totals.reduce((count, total) => count + total[field], 0);
  return {
    requests: sum('requests'),
    input_tokens: sum('inputTokens'),
    output_tokens: sum('outputTokens'),
    cost_usd: formatUsd(totals.reduce((nano, total) => nano + total.costNano, 0n)),
  };
}

/** The names of the columns, and which hold figures. */
export function usageColumns(by: readonly UsageDimension[]) {
  const labels = DIMENSIONS.filter((one) => by.includes(one));
  const names = [...labels, ...COUNTS.map(([name]) => name), 'cost_usd', 'estimated'];
  return { names, figures: names.map((_, at) => at).slice(labels.length) };
}

/** `cost_usd` → `COST USD`. */
export function toHeading(name: string): string {
  return name.replaceAll('_', ' ').toUpperCase();
}

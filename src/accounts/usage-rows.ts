import { formatUsd } from './pricing.ts';
import type { UsageDimension, UsageTotal } from './store/ports.ts';

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

type UsageAmounts = Pick<UsageTotal, (typeof COUNTS)[number][1] | 'costNano' | 'estimated'>;

export type UsageRow = Readonly<Record<string, string | number>>;

/** One row of the documented form, with the dimensions it is of. Money is dollars as text, with nine decimals. */
export function toUsageRow(total: UsageTotal, by: readonly UsageDimension[]): UsageRow {
  const labels = { day: total.day, key: total.keyId, account: total.account, model: total.model };
  return {
    ...Object.fromEntries(DIMENSIONS.filter((one) => by.includes(one)).map((one) => [one, labels[one] ?? ''])),
    ...toAmounts(total),
  };
}

type Count = (typeof COUNTS)[number][0];

export type Amounts = Readonly<Record<Count | 'estimated', number>> & {
  readonly cost_usd: string;
};

/** The figures of a row. */
export function toAmounts(total: UsageAmounts): Amounts {
  const counts = Object.fromEntries(COUNTS.map(([name, field]) => [name, total[field]])) as Record<Count, number>;
  return { ...counts, cost_usd: formatUsd(total.costNano), estimated: total.estimated };
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

/** The columns that hold figures. */
export const FIGURES: readonly (keyof Amounts)[] = [...COUNTS.map(([name]) => name), 'cost_usd', 'estimated'];

/** The names of the columns, and which hold figures. */
export function usageColumns(by: readonly UsageDimension[]) {
  const labels = DIMENSIONS.filter((one) => by.includes(one));
  const names = [...labels, ...FIGURES];
  return { names, figures: names.map((_, at) => at).slice(labels.length) };
}

/** `cost_usd` → `COST USD`. */
export function toHeading(name: string): string {
  return name.replaceAll('_', ' ').toUpperCase();
}

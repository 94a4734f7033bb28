import type { EntryDimension, EntryFilter, EntrySum } from '../../../accounts/ledger/entry-store.ts';
import { DAY_MS, dayAt, dayText, spansAt } from '../../../accounts/ledger/period.ts';
import { formatUsd } from '../../../accounts/pricing.ts';
import { FORECAST_DAYS, forecastMonth } from '../../../accounts/spend/forecast.ts';
import { MOST_ENTRIES, type Spending, TooManyEntries } from '../../../accounts/spend/spend.ts';
import type { KeyStore, UsageStore } from '../../../accounts/store/ports.ts';
import { toAmounts } from '../../../accounts/usage-rows.ts';
import { ApiError } from '../../../protocol/api-error.ts';
import type { Spend, SpendQuery, SpendRow } from './schema.ts';

export interface SpendServices {
  readonly spending: Spending;
  readonly usage: UsageStore;
  readonly keys: KeyStore;
}

const DIMENSIONS: readonly EntryDimension[] = ['day', 'account', 'key', 'model', 'provider'];

/** What was spent as it was asked for. Rejects with the 400 that says which days could be answered. */
export async function readSpend(services: SpendServices, asked: SpendQuery, nowMs: number): Promise<Spend> {
  const { month } = spansAt(nowMs);
  const today = dayAt(nowMs);
  const first = asked.since === undefined ? month.firstDay : toDay('since', asked.since);
  const last = asked.until === undefined ? Math.max(first, today) : toDay('until', asked.until);
  if (last < first) throw new ApiError('invalid_value', 'until: is before since', { param: 'until' });
  const by = DIMENSIONS.filter((one) => asked.by?.split(',').includes(one) === true);
  const filter = filterOf(asked);
  const range = { since: dayText(first), until: dayText(last + 1) };
  const sums = await services.spending.of({ by, ...range, ...filter }).catch(refuseTooMany);
  const names = by.includes('key') ? await namesOf(services.keys) : new Map<string, string>();
  const isThisMonth = first === month.firstDay && last >= today && last < month.endDay;
  return {
    since: range.since,
    until: dayText(last),
    by,
    rows: sums.map((sum) => ({ ...labelsOf(sum, by, names), ...toAmounts(sum) })),
    total: toAmounts(sums.reduce(plus, NOTHING)),
    // By provider it would be the entries of two months.
    forecast: isThisMonth && filter.provider === undefined ? await readForecast(services, filter, nowMs) : null,
  };
}

async function readForecast({ usage }: SpendServices, filter: EntryFilter, nowMs: number): Promise<Spend['forecast']> {
  const firstDay = Math.min(spansAt(nowMs).month.firstDay, dayAt(nowMs) - FORECAST_DAYS);
  const totals = await usage.totals({ by: ['day'], since: dayText(firstDay), ...filter });
  const byDay = new Map(totals.map(({ day, costNano }) => [Date.parse(`${day}T00:00:00Z`) / DAY_MS, costNano]));
  const { month, spentNano, expectedNano, daysLeft } = forecastMonth(byDay, nowMs);
  return { month, spent_usd: formatUsd(spentNano), expected_usd: formatUsd(expectedNano), days_left: daysLeft };
}

function filterOf({ account, key, model, provider }: SpendQuery): EntryFilter {
  return {
    ...(account === undefined ? {} : { account }),
    ...(key === undefined ? {} : { keyId: key }),
    ...(model === undefined ? {} : { model }),
    ...(provider === undefined ? {} : { provider }),
  };
}

type Labels = { -readonly [One in 'day' | 'account' | 'key' | 'key_name' | 'model' | 'provider']?: SpendRow[One] };

function labelsOf(sum: EntrySum, by: readonly EntryDimension[], names: ReadonlyMap<string, string>): Labels {
  const labels: Labels = {};
  for (const one of by) {
    if (one === 'key') {
      labels.key = sum.keyId ?? '';
      labels.key_name = names.get(labels.key) ?? null;
    } else if (one === 'provider') labels.provider = sum.provider;
    else labels[one] = sum[one] ?? '';
  }
  return labels;
}

async function namesOf(keys: KeyStore): Promise<ReadonlyMap<string, string>> {
  return new Map((await keys.list()).map(({ id, name }) => [id, name]));
}

function toDay(param: string, text: string): number {
  const ms = Date.parse(`${text}T00:00:00Z`);
  // The thirtieth of February becomes another day, or none.
  if (Number.isNaN(ms) || dayText(ms / DAY_MS) !== text) {
    throw new ApiError('invalid_value', `${param}: there is no day ${text}`, { param });
  }
  return ms / DAY_MS;
}

function refuseTooMany(cause: unknown): never {
  if (!(cause instanceof TooManyEntries)) throw cause;
  const { entries, possibleSince } = cause;
  const most = MOST_ENTRIES.toLocaleString('en-US');
  const way = possibleSince === undefined ? 'ask of one account, key or model' : `ask since=${possibleSince}`;
  throw new ApiError(
    'invalid_value',
    `since: providers are told apart by reading every entry, at most ${most} at once; these days have ${entries.toLocaleString('en-US')}. Instead ${way}`,
    { param: 'since' },
  );
}

const NOTHING = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  costNano: 0n,
  estimated: 0,
};

function plus(a: typeof NOTHING, b: typeof NOTHING): typeof NOTHING {
  return {
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    costNano: a.costNano + b.costNano,
    estimated: a.estimated + b.estimated,
  };
}

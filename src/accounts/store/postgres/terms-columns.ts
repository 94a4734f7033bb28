import type { BudgetPeriod } from '../../ledger/period.ts';
import type { Limits } from '../../limits/ports.ts';
import type { BudgetTerms } from '../ports.ts';
import type { Row } from './session.ts';

/** The columns that keys and accounts have for their limits and their budget; `termsValues` has their values. */
export const TERMS_COLUMNS = 'rpm, tpm, concurrency, budget_nano, budget_period';

export function termsValues({ limits, budget }: { readonly limits: Limits; readonly budget: BudgetTerms | null }) {
  const { rpm, tpm, concurrency } = limits;
  return [rpm, tpm, concurrency, budget?.limitNano ?? null, budget?.period ?? null];
}

export function readLimits(row: Row): Limits {
  return { rpm: toNumber(row['rpm']), tpm: toNumber(row['tpm']), concurrency: toNumber(row['concurrency']) };
}

export function readBudget(row: Row): BudgetTerms | null {
  const period = row['budget_period'] as BudgetPeriod | null;
  return period === null ? null : { period, limitNano: BigInt(String(row['budget_nano'])) };
}

export function toNumber(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}

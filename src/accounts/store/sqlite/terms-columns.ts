import type { SQLOutputValue } from 'node:sqlite';
import type { BudgetPeriod } from '../../ledger/period.ts';
import type { Limits } from '../../limits/ports.ts';
import type { BudgetTerms } from '../ports.ts';

type Row = Record<string, SQLOutputValue>;

/** Assigns the columns that keys and accounts have for their limits and their budget. */
export const SET_TERMS = `rpm = :rpm, tpm = :tpm, concurrency = :concurrency,
  budget_nano = :budgetNano, budget_period = :budgetPeriod`;

export function termsParameters({ limits, budget }: { readonly limits: Limits; readonly budget: BudgetTerms | null }) {
  return {
    rpm: limits.rpm,
    tpm: limits.tpm,
    concurrency: limits.concurrency,
    budgetNano: budget?.limitNano ?? null,
    budgetPeriod: budget?.period ?? null,
  };
}

/** Of a row that may have been read with big integers. */
export function readLimits(row: Row): Limits {
  return { rpm: toNumber(row['rpm']), tpm: toNumber(row['tpm']), concurrency: toNumber(row['concurrency']) };
}

/** Of a row that was read with big integers: a budget may be beyond the integers a double holds. */
export function readBudget(row: Row): BudgetTerms | null {
  const period = row['budget_period'] as BudgetPeriod | null;
  return period === null ? null : { period, limitNano: row['budget_nano'] as bigint };
}

export function toNumber(value: SQLOutputValue | undefined): number | null {
  return value === null ? null : Number(value);
}

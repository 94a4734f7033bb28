import type { BudgetPeriod } from '../../ledger/period.ts';
import type { BudgetTerms } from '../ports.ts';
import type { Row } from './session.ts';

/** The budget in a row. */
export function toBudget(row: Row): BudgetTerms | null {
  const period = row['budget_period'] as BudgetPeriod | null;
  return period === null ? null : { period, limitNano: BigInt(String(row['budget_nano'])) };
}

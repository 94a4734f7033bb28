import { BUDGET_PERIODS, type BudgetPeriod } from '../accounts/ledger/period.ts';
import type { BudgetTerms } from '../accounts/store/ports.ts';
import { parseUsd } from '../config/units.ts';
import { fail } from './context.ts';
import { EXIT } from './exit-codes.ts';

/** US dollars as they are typed, in nano-dollars; ends the verb with 2 for anything else. */
export function readUsd(flag: string, text: string, signed = false): bigint {
  const isNegative = signed && text.startsWith('-');
  const nano = parseUsd(isNegative ? text.slice(1) : text);
  if (nano === undefined) {
    return fail(
      EXIT.USAGE,
      `${flag} ${JSON.stringify(text)}: write US dollars with at most 9 decimals, such as 25 or 0.5.`,
    );
  }
  return isNegative ? -nano : nano;
}

export interface BudgetFlags {
  readonly budget?: string;
  readonly budgetPeriod?: string;
}

/** A budget without a period is one for each month. */
export function readBudget({ budget, budgetPeriod }: BudgetFlags): BudgetTerms | null {
  if (budget === undefined) {
    return budgetPeriod === undefined ? null : fail(EXIT.USAGE, '--budget-period needs a --budget.');
  }
  const period = BUDGET_PERIODS.find((one) => one === (budgetPeriod ?? 'month'));
  if (period === undefined) {
    return fail(
      EXIT.USAGE,
      `--budget-period ${JSON.stringify(budgetPeriod)}: write one of ${BUDGET_PERIODS.join(', ')}.`,
    );
  }
  return { limitNano: readUsd('--budget', budget), period };
}

/** `25 USD a month`. */
export function describeBudget(budget: BudgetTerms | null, formatted: (nano: bigint) => string): string {
  if (budget === null) return '-';
  return `${formatted(budget.limitNano)} ${EACH[budget.period]}`;
}

const EACH: Readonly<Record<BudgetPeriod, string>> = {
  day: 'a day',
  week: 'a week',
  month: 'a month',
  total: 'in all',
};

import { Option } from 'commander';
import { BUDGET_PERIODS, type BudgetPeriod } from '../accounts/ledger/period.ts';
import { formatUsd } from '../accounts/pricing.ts';
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
  readonly budgetPeriod?: BudgetPeriod;
}

export function budgetPeriodOption(description: string): Option {
  return new Option('--budget-period <period>', description).choices(BUDGET_PERIODS);
}

/** A budget without a period is one for each month; `none` is none. */
export function readBudget(flags: BudgetFlags): BudgetTerms | null {
  const { limitNano, period = 'month' } = readBudgetChange(flags) ?? {};
  if (limitNano !== undefined) return { limitNano, period };
  return flags.budgetPeriod === undefined ? null : fail(EXIT.USAGE, '--budget-period needs a --budget.');
}

/** What was given of a budget; null: it is to end; undefined: nothing was. */
export function readBudgetChange({ budget, budgetPeriod }: BudgetFlags): Partial<BudgetTerms> | null | undefined {
  if (budget === 'none') {
    return budgetPeriod === undefined ? null : fail(EXIT.USAGE, '--budget none has no --budget-period.');
  }
  if (budget === undefined && budgetPeriod === undefined) return undefined;
  return {
    ...(budget === undefined ? {} : { limitNano: readUsd('--budget', budget) }),
    ...(budgetPeriod === undefined ? {} : { period: budgetPeriod }),
  };
}

/** `25.000000000 a month`. */
export function describeBudget(budget: BudgetTerms | null): string {
  return budget === null ? '-' : `${formatUsd(budget.limitNano)} ${EACH[budget.period]}`;
}

/** A budget as scripts get it: dollars as text, with nine decimals. */
export function budgetRow(budget: BudgetTerms | null) {
  return {
    budget_usd: budget === null ? null : formatUsd(budget.limitNano),
    budget_period: budget === null ? null : budget.period,
  };
}

const EACH: Readonly<Record<BudgetPeriod, string>> = {
  day: 'a day',
  week: 'a week',
  month: 'a month',
  total: 'in all',
};

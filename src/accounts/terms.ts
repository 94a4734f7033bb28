import { MAX_LIMIT_NANO } from './ledger/bounds.ts';
import { type Limits, MAX_LIMIT } from './limits/ports.ts';
import type { BudgetTerms } from './store/ports.ts';

/** What a key or an account may use and spend. */
export interface Terms {
  readonly limits: Limits;
  readonly budget: BudgetTerms | null;
}

/** What is to change of terms; what is left out stays. Null ends a limit or the budget. */
export interface TermsChange {
  readonly limits?: Partial<Limits>;
  readonly budget?: Partial<BudgetTerms> | null;
}

const LIMIT_NAMES: Readonly<Record<keyof Limits, string>> = {
  rpm: 'requests a minute',
  tpm: 'tokens a minute',
  concurrency: 'requests at the same time',
};

/** Why terms cannot be kept, as a sentence for whoever asked for them; undefined where they can. */
export function faultOfTerms({ limits, budget }: Terms): string | undefined {
  for (const name of ['rpm', 'tpm', 'concurrency'] as const) {
    const limit = limits[name];
    if (limit === null || (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) continue;
    return `The limit of ${LIMIT_NAMES[name]} (${name}) is a whole number from 1 to ${MAX_LIMIT}; leave it out for none.`;
  }
  const isWrong = budget !== null && (budget.limitNano < 0n || budget.limitNano > MAX_LIMIT_NANO);
  return isWrong ? 'A budget is between 0 and a billion dollars.' : undefined;
}

/** The terms after a change, or why they cannot be had. A budget that is new is one for each month. */
export function changedTerms({ limits: before, budget: old }: Terms, change: TermsChange): Terms | string {
  const limits = { ...before, ...change.limits };
  const budget = change.budget === undefined ? old : changedBudget(old, change.budget);
  if (budget === undefined) return 'There is no budget whose period could change: give its amount as well.';
  return faultOfTerms({ limits, budget }) ?? { limits, budget };
}

function changedBudget(old: BudgetTerms | null, change: Partial<BudgetTerms> | null): BudgetTerms | null | undefined {
  if (change === null) return null;
  const limitNano = change.limitNano ?? old?.limitNano;
  return limitNano === undefined ? undefined : { limitNano, period: change.period ?? old?.period ?? 'month' };
}

import type { Budget } from '../ledger/ports.ts';
import type { Principal } from './keyring.ts';

const NONE: readonly Budget[] = [];

/** What a request of this caller is held against: the budget of its key, and that of the account that pays. */
export function budgetsOf({ budget: own, payer }: Pick<Principal, 'budget' | 'payer'>): readonly Budget[] {
  const shared = payer.budget;
  if (own === null && shared === null) return NONE;
  const budgets: Budget[] = [];
  if (own !== null) budgets.push({ holder: 'key', period: own.period, limitNano: own.limitNano });
  if (shared !== null) budgets.push({ holder: 'account', period: shared.period, limitNano: shared.limitNano });
  return budgets;
}

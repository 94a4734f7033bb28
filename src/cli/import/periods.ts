import type { BudgetPeriod } from '../../accounts/ledger/period.ts';

const PERIODS: Readonly<Record<string, BudgetPeriod>> = {
  '24h': 'day',
  '1d': 'day',
  '7d': 'week',
  '1w': 'week',
  '30d': 'month',
  '31d': 'month',
  '1mo': 'month',
  '1M': 'month',
};

/** The period of ours that is nearest to a length of time; ours begin with the calendar, in UTC. */
export function periodOf(length: string): BudgetPeriod | undefined {
  return PERIODS[length.trim()];
}

/** Whether a length of time is a minute, for which there are limits. */
export function isMinute(length: string): boolean {
  return length === '1m' || length === '60s';
}

import type { BudgetPeriod, PeriodSpan } from './period.ts';
import type { Budget, Denied, Holder, Reservation } from './ports.ts';
import { resetOf } from './period.ts';

/**
 * What one holder has spent and holds in one stretch of a period. A counter is made when a budget first needs it, from
 * the entries there are; from then on every request of the holder counts, whether it has a budget or not.
 */
export interface Counter {
  readonly holder: Holder;
  readonly span: PeriodSpan;
  spentNano: bigint;
  heldNano: bigint;
  /** The limit that was last held against. */
  ceilingNano: bigint;
  /** By how much the limit may rightly be exceeded: what was spent before there was one, or came to more than was held. */
  overrunNano: bigint;
}

/** The balance of an account is a limit on all it ever spends: what was paid in. */
export interface Balance {
  readonly creditedNano: bigint;
}

/** Counters of one request, by period. */
export type Counters = Partial<Record<BudgetPeriod, Counter>>;

interface Limit {
  readonly counter: Counter;
  readonly limit: Denied['limit'];
  readonly limitNano: bigint;
}

/**
 * Holds an amount in every counter of a request, or in none: then it says which limit stands in the way, the key's
 * before the account's, the balance last. `countersOf` gives what there is for a holder, with those a budget needs.
 */
export function hold(
  reservation: Reservation,
  countersOf: (holder: Holder) => Counters,
  balance: Balance | undefined,
): Denied | undefined {
  const { requestId, amountNano } = reservation;
  const limits = limitsOf(reservation.budgets, countersOf, balance);
  for (const { counter, limit, limitNano } of limits) {
    const { holder, span, spentNano, heldNano } = counter;
    if (spentNano + heldNano + amountNano <= limitNano) continue;
    const resetsAtMs = resetOf(span);
    const { period } = span;
    return {
      granted: false,
      requestId,
      holder,
      limit,
      period,
      amountNano,
      limitNano,
      spentNano,
      heldNano,
      resetsAtMs,
    };
  }
  for (const counter of all(countersOf)) {
    counter.heldNano += amountNano;
    const own = limits.filter((one) => one.counter === counter).map(({ limitNano }) => limitNano);
    if (own.length === 0) counter.overrunNano += amountNano;
    else counter.ceilingNano = own.reduce((least, one) => (one < least ? one : least));
  }
  return undefined;
}

/** Spends what a request came to, and gives back what was held for it. */
export function spend(countersOf: (holder: Holder) => Counters, heldNano: bigint, costNano: bigint): void {
  for (const counter of all(countersOf)) {
    counter.heldNano -= heldNano;
    counter.spentNano += costNano;
    if (costNano > heldNano) counter.overrunNano += costNano - heldNano;
  }
}

function limitsOf(
  budgets: readonly Budget[],
  countersOf: (holder: Holder) => Counters,
  balance: Balance | undefined,
): Limit[] {
  const limits = [...budgets]
    .sort((a, b) => rank(a.holder) - rank(b.holder))
    .map(({ holder, period, limitNano }): Limit => {
      return { counter: countersOf(holder)[period] as Counter, limit: 'budget', limitNano };
    });
  if (balance !== undefined) {
    const counter = countersOf('account').total as Counter;
    limits.push({ counter, limit: 'balance', limitNano: balance.creditedNano });
  }
  return limits;
}

function rank(holder: Holder): number {
  return holder === 'key' ? 0 : 1;
}

function all(countersOf: (holder: Holder) => Counters): Counter[] {
  return [...Object.values(countersOf('key')), ...Object.values(countersOf('account'))];
}

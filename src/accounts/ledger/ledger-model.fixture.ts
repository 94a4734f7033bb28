import { costNano } from '../pricing.ts';
import { NO_USAGE, type Usage } from '../../protocol/usage.ts';
import { spansAt } from './period.ts';
import type { Budget, Holder, Reservation, Settlement } from './ports.ts';

/** What a request came to, as the model has it. */
export interface Settled {
  readonly outcome: string;
  readonly costNano: bigint;
  readonly usage: Usage;
  readonly estimated: boolean;
}

interface Request {
  readonly reservation: Reservation;
  journal: Usage | undefined;
  settled: Settled | undefined;
}

/** A key and its successor: what either spends is spent for both. */
export const ROTATED = { from: 'key_a', to: 'key_d' } as const;

/** The ledger said plainly: every figure is added up anew from all the requests there ever were. */
export class LedgerModel {
  readonly requests = new Map<string, Request>();
  readonly credits = new Map<string, bigint>();

  /** The limit that stands in the way of a reservation; undefined: it is held for. */
  reserve(reservation: Reservation): { holder: Holder; limit: 'budget' | 'balance' } | undefined {
    const { budgets, prepaid, account, amountNano } = reservation;
    const inOrder = [...budgets].sort((a, b) => b.holder.localeCompare(a.holder));
    for (const { holder, period, limitNano } of inOrder) {
      const { spent, held } = this.sums(holder, reservation, period);
      if (spent + held + amountNano > limitNano) return { holder, limit: 'budget' };
    }
    if (prepaid) {
      const { spent, held } = this.sums('account', reservation, 'total');
      if (spent + held + amountNano > (this.credits.get(account) ?? 0n)) return { holder: 'account', limit: 'balance' };
    }
    this.requests.set(reservation.requestId, { reservation, journal: undefined, settled: undefined });
    return undefined;
  }

  /** What the first settlement of a request was; undefined: it was never held for. */
  settle({ requestId, outcome, costNano: cost, usage, estimated }: Settlement): Settled | undefined {
    const request = this.requests.get(requestId);
    if (request === undefined) return undefined;
    request.settled ??= { outcome, costNano: cost, usage, estimated };
    return request.settled;
  }

  journal(requestId: string, usage: Usage): boolean {
    const request = this.requests.get(requestId);
    if (request === undefined || request.settled !== undefined) return false;
    request.journal = usage;
    return true;
  }

  /** The process dies and what it held is recovered. Returns how many requests died with it. */
  crash(): number {
    let killed = 0;
    for (const request of this.requests.values()) {
      if (request.settled !== undefined) continue;
      const { journal: usage, reservation } = request;
      const { price, amountNano } = reservation;
      const cost = usage === undefined || price === undefined ? 0n : costNano(usage, price);
      request.settled = {
        outcome: 'killed',
        costNano: cost < amountNano ? cost : amountNano,
        usage: usage ?? NO_USAGE,
        estimated: usage !== undefined,
      };
      killed++;
    }
    return killed;
  }

  sums(holder: Holder, of: Reservation, period: Budget['period']): { spent: bigint; held: bigint } {
    const span = spansAt(of.atMs)[period].key;
    let [spent, held] = [0n, 0n];
    for (const { reservation, settled } of this.requests.values()) {
      const isSame = holder === 'key' ? chainOf(reservation) === chainOf(of) : reservation.account === of.account;
      if (!isSame || spansAt(reservation.atMs)[period].key !== span) continue;
      if (settled === undefined) held += reservation.amountNano;
      else spent += settled.costNano;
    }
    return { spent, held };
  }
}

function chainOf({ keyId }: Reservation): string {
  return keyId === ROTATED.to ? ROTATED.from : keyId;
}

import type { Ledger, LedgerEntry, Reservation, Settlement } from '../../accounts/ledger/ports.ts';

/** A ledger in memory that grants everything, and what became of it. */
export class Books implements Ledger {
  readonly held: Reservation[] = [];
  readonly settled: Settlement[] = [];
  readonly journalled: string[] = [];
  /** Thrown by the next reservation. */
  failure: Error | undefined;

  async reserve(reservation: Reservation) {
    if (this.failure !== undefined) throw this.failure;
    this.held.push(reservation);
    return { granted: true, requestId: reservation.requestId, amountNano: reservation.amountNano } as const;
  }

  async settle(settlement: Settlement) {
    this.settled.push(settlement);
    return undefined as LedgerEntry | undefined;
  }

  async journal({ requestId }: { readonly requestId: string }) {
    this.journalled.push(requestId);
    return true;
  }

  async recover() {
    return { replayed: 0, killed: 0 };
  }

  state() {
    return { unwritten: 0, failure: undefined, open: 0, heldNano: 0n };
  }

  async close() {}
}

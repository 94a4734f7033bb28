import type { DatabaseSync } from 'node:sqlite';
import { hold as holdIn, spend } from '../../../ledger/counter.ts';
import { dayAt, spansAt } from '../../../ledger/period.ts';
import type {
  Denied,
  Held,
  Holder,
  LedgerEntry,
  LedgerResult,
  LedgerWork,
  Reservation,
  Settlement,
} from '../../../ledger/ports.ts';
import { checkReservation, soundUsage, withinBounds } from '../../../ledger/bounds.ts';
import { requestIdBytes } from '../../../ledger/request-id.ts';
import { StoreError } from '../../store-error.ts';
import type { CounterSheet } from './counters.ts';
import type { Entries } from './entries.ts';
import type { Hold, Holds } from './holds.ts';
import type { KeyChains } from './key-chains.ts';
import type { Names } from './names.ts';
import type { PriceVersions } from './price-versions.ts';
import type { Rollups } from './rollups.ts';

export interface BatchParts {
  readonly db: DatabaseSync;
  readonly names: Names;
  readonly prices: PriceVersions;
  readonly holds: Holds;
  readonly entries: Entries;
  readonly rollups: Rollups;
  readonly counters: CounterSheet;
  readonly chains: KeyChains;
}

/** Many requests' changes as one transaction. What is remembered between two is changed only once it is on disk. */
export class Batches {
  readonly #parts: BatchParts;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #probe;
  /** This process's own holds, so that ending one need not read it. */
  readonly #open = new Map<string, Hold>();
  #opened: (readonly [requestId: string, hold: Hold])[] = [];
  #closed: string[] = [];

  constructor(parts: BatchParts) {
    this.#parts = parts;
    this.#begin = parts.db.prepare('BEGIN IMMEDIATE');
    this.#commit = parts.db.prepare('COMMIT');
    this.#rollback = parts.db.prepare('ROLLBACK');
    this.#probe = parts.db.prepare('UPDATE boots SET opened_at = opened_at');
  }

  /** All or nothing; throws what SQLite threw. */
  run(batch: readonly LedgerWork[]): LedgerResult[] {
    this.#begin.run();
    try {
      if (batch.length === 0) this.#probe.run();
      const results = batch.map((work) => this.#attempt(work));
      this.#parts.rollups.flush();
      this.#parts.counters.flush();
      this.#commit.run();
      this.#keep();
      return results;
    } catch (error) {
      // SQLite itself rolls back on some errors (a full disk, a failed write); a second ROLLBACK would hide the cause.
      if (this.#parts.db.isTransaction) this.#rollback.run();
      this.#forget();
      throw error;
    }
  }

  /** What is wrong with one item is told of that item: it is found before anything is written for it. */
  #attempt(work: LedgerWork): LedgerResult {
    try {
      return this.#do(work);
    } catch (error) {
      if (error instanceof RangeError) return error;
      throw error;
    }
  }

  #do(work: LedgerWork): LedgerResult {
    if (work.kind === 'reserve') return this.#reserve(work.bootId, work.reservation);
    if (work.kind === 'settle') return this.#settle(work.settlement);
    const { requestId, usage, atMs } = work.entry;
    return this.#parts.holds.journal(requestIdBytes(requestId), { requestId, atMs, usage: soundUsage(usage) });
  }

  #reserve(bootId: number, reservation: Reservation): Held | Denied | StoreError {
    const { names, prices, holds } = this.#parts;
    const { requestId, amountNano, atMs } = reservation;
    const id = requestIdBytes(requestId);
    checkReservation(reservation);
    const hold: Hold = {
      keyId: names.idOf(reservation.keyId),
      accountId: names.idOf(reservation.account),
      modelId: names.idOf(reservation.model),
      priceId: prices.idOf(reservation.price),
      amountNano,
      atMs,
    };
    const denied = this.#hold(reservation, hold);
    if (denied !== undefined) return denied;
    if (!holds.insert(id, bootId, hold)) {
      this.#spend(hold, 0n);
      return new StoreError('conflict', `${requestId} is held for already.`);
    }
    this.#opened.push([requestId, hold]);
    return { granted: true, requestId, amountNano };
  }

  #hold(reservation: Reservation, hold: Hold): Denied | undefined {
    const { counters, chains } = this.#parts;
    const { budgets, prepaid } = reservation;
    if (budgets.length > 0 || prepaid) {
      const spans = spansAt(hold.atMs);
      const needed = (holder: Holder) =>
        budgets.filter((one) => one.holder === holder).map(({ period }) => spans[period]);
      counters.ensure('key', chains.firstOf(hold.keyId), spans, needed('key'));
      const account = needed('account');
      counters.ensure('account', hold.accountId, spans, prepaid ? [...account, spans.total] : account);
    } else if (!counters.exist()) return undefined;
    return holdIn(reservation, this.#countersOf(hold), prepaid ? counters.balanceOf(reservation.account) : undefined);
  }

  #settle(asked: Settlement): LedgerEntry | undefined {
    const { entries, names, rollups } = this.#parts;
    const settlement = withinBounds(asked);
    const { requestId, usage, costNano, estimated } = settlement;
    const id = requestIdBytes(requestId);
    const hold = this.#end(requestId, id);
    if (hold === undefined) return entries.find(id);
    const { keyId, accountId, atMs } = hold;
    const modelId = settlement.model === undefined ? hold.modelId : names.idOf(settlement.model);
    if (!entries.insert(id, hold, modelId, settlement)) {
      this.#spend(hold, 0n);
      return entries.find(id);
    }
    this.#spend(hold, costNano);
    rollups.add({
      day: dayAt(atMs),
      keyId,
      accountId,
      modelId,
      usage,
      costNano,
      estimated,
    });
    return this.#entryOf(hold, settlement);
  }

  #end(requestId: string, id: Uint8Array): Hold | undefined {
    const { holds } = this.#parts;
    const known = this.#open.get(requestId);
    this.#closed.push(requestId);
    if (known === undefined) return holds.take(id);
    // Another process may have thought this one dead, and settled it.
    return holds.delete(id) ? known : undefined;
  }

  #spend(hold: Hold, costNano: bigint): void {
    if (this.#parts.counters.exist()) spend(this.#countersOf(hold), hold.amountNano, costNano);
  }

  #countersOf(hold: Hold) {
    const { counters, chains } = this.#parts;
    return (holder: Holder) => {
      const id = holder === 'key' ? chains.firstOf(hold.keyId) : hold.accountId;
      return counters.of(holder, id, spansAt(hold.atMs));
    };
  }

  #entryOf(hold: Hold, settlement: Settlement): LedgerEntry {
    const { names, prices } = this.#parts;
    return {
      ...settlement,
      keyId: names.textOf(hold.keyId),
      account: names.textOf(hold.accountId),
      model: settlement.model ?? names.textOf(hold.modelId),
      price: settlement.price ?? prices.priceOf(hold.priceId),
      heldNano: hold.amountNano,
      atMs: hold.atMs,
    };
  }

  #keep(): void {
    const { names, prices, counters } = this.#parts;
    names.commit();
    prices.commit();
    counters.end();
    for (const [requestId, hold] of this.#opened) this.#open.set(requestId, hold);
    for (const requestId of this.#closed) this.#open.delete(requestId);
    this.#opened = [];
    this.#closed = [];
  }

  #forget(): void {
    const { names, prices, counters, rollups, chains } = this.#parts;
    names.rollback();
    chains.rollback();
    prices.rollback();
    rollups.rollback();
    counters.end();
    this.#opened = [];
    this.#closed = [];
  }
}

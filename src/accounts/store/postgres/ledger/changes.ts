import { type Counters, hold as holdIn, spend } from '../../../ledger/counter.ts';
import { dayAt, spansAt } from '../../../ledger/period.ts';
import type { Holder, JournalEntry, LedgerEntry, LedgerResult } from '../../../ledger/ports.ts';
import { RollupSums } from '../../../ledger/rollup-sums.ts';
import { StoreError } from '../../store-error.ts';
import type { CounterSheet } from './counters.ts';
import type { NewEntry } from './entries.ts';
import type { Hold } from './holds.ts';
import type { Item } from './items.ts';
import type { KeyChains } from './key-chains.ts';
import type { Names } from './names.ts';

/** What a transaction found, all of it locked. */
export interface Found {
  readonly counters: CounterSheet;
  readonly chains: KeyChains;
  readonly names: Names;
  /** What is known of holds; `held` says which of them there are. */
  readonly known: ReadonlyMap<string, Hold>;
  readonly held: ReadonlyMap<string, { readonly bootId: number; readonly amountNano: bigint }>;
  readonly entries: Map<string, LedgerEntry>;
  readonly credited: ReadonlyMap<string, bigint>;
  /** Requests that were held for by a transaction whose end was not heard of. */
  readonly inDoubt: ReadonlySet<string>;
}

type OfKind<K extends Item['kind']> = Extract<Item, { readonly kind: K }>;

/** Decides what becomes of the items of a batch, one after the other, and collects what is to be written. */
export class Changes {
  readonly #found: Found;
  readonly #held: Map<string, Hold | undefined>;
  readonly inserted = new Map<string, Hold>();
  readonly deleted = new Set<string>();
  readonly journaled = new Map<string, JournalEntry>();
  readonly entries: NewEntry[] = [];
  readonly sums = new RollupSums();
  /** Holds of this process that are known from now on, and requests that are over. */
  readonly opened = new Map<string, Hold>();
  readonly closed: string[] = [];

  constructor(found: Found) {
    this.#found = found;
    this.#held = new Map([...found.held.keys()].map((id) => [id, found.known.get(id)]));
  }

  /** `asked`: what a reservation asks to be held. */
  do(item: Item, asked: Hold | undefined): LedgerResult {
    if (item.kind === 'reserve') return this.#reserve(item, asked as Hold);
    if (item.kind === 'settle') return this.#settle(item);
    if (!this.#held.has(item.id)) return false;
    this.journaled.set(item.id, item.entry);
    return true;
  }

  /** Gives back what was held for a request that was told it is not. */
  release(id: string): void {
    const hold = this.#held.get(id);
    if (hold === undefined) return;
    this.#end(id);
    this.#spend(hold, 0n);
  }

  #reserve({ id, reservation }: OfKind<'reserve'>, hold: Hold): LedgerResult {
    const { requestId, amountNano, account, prepaid } = reservation;
    if (this.#held.has(id)) {
      if (!this.#isOwnInDoubt(id, hold)) return new StoreError('conflict', `${requestId} is held for already.`);
      this.opened.set(id, hold);
      return { granted: true, requestId, amountNano };
    }
    const balance = prepaid ? { creditedNano: this.#found.credited.get(account) ?? 0n } : undefined;
    const denied = holdIn(reservation, this.#countersOf(hold), balance);
    if (denied !== undefined) return denied;
    this.#held.set(id, hold);
    this.inserted.set(id, hold);
    this.opened.set(id, hold);
    return { granted: true, requestId, amountNano };
  }

  #settle({ id, settlement }: OfKind<'settle'>): LedgerEntry | undefined {
    const { usage, costNano, estimated } = settlement;
    this.closed.push(id);
    const hold = this.#held.get(id);
    if (hold === undefined) return this.#found.entries.get(id);
    this.#end(id);
    const first = this.#found.entries.get(id);
    this.#spend(hold, first === undefined ? costNano : 0n);
    if (first !== undefined) return first;
    const { keyId, accountId, key, account, amountNano, atMs } = hold;
    const { model = hold.model } = settlement;
    const modelId = settlement.model === undefined ? hold.modelId : this.#found.names.idOf(settlement.model);
    const day = dayAt(atMs);
    this.sums.add({ day, keyId, accountId, modelId, usage, costNano, estimated });
    this.entries.push({ id, hold, modelId, settlement });
    const price = settlement.price ?? hold.price;
    const entry = { ...settlement, keyId: key, account, model, price, heldNano: amountNano, atMs };
    this.#found.entries.set(id, entry);
    return entry;
  }

  #end(id: string): void {
    this.#held.delete(id);
    this.journaled.delete(id);
    this.opened.delete(id);
    if (!this.inserted.delete(id)) this.deleted.add(id);
  }

  #isOwnInDoubt(id: string, hold: Hold): boolean {
    const there = this.#found.held.get(id);
    return this.#found.inDoubt.has(id) && there?.bootId === hold.bootId && there.amountNano === hold.amountNano;
  }

  #spend(hold: Hold, costNano: bigint): void {
    spend(this.#countersOf(hold), hold.amountNano, costNano);
  }

  #countersOf(hold: Hold): (holder: Holder) => Counters {
    const { counters, chains } = this.#found;
    const spans = spansAt(hold.atMs);
    return (holder) => counters.of(holder, holder === 'key' ? chains.firstOf(hold) : hold.accountId, spans);
  }
}

import type { Usage } from '../../protocol/usage.ts';
import type { Price } from '../pricing.ts';
import type { OnProgress } from '../progress.ts';
import type { BudgetPeriod } from './period.ts';

/*
 * The ledger: a request is held for at an upper bound before it is sent, and settled once at what it came to. Money is
 * nano-dollars, times are Unix milliseconds. A request counts for the UTC day, and for the budgets of the day, on which
 * it was held for, however late it ends: what was held in a period is spent in that period.
 */

/** Whose money is counted. Keys that were rotated one from the other are one: what one spends is spent for all. */
export type Holder = 'key' | 'account';

/** No more than `limitNano` may be spent and held together in one stretch of the period. */
export interface Budget {
  readonly holder: Holder;
  readonly period: BudgetPeriod;
  readonly limitNano: bigint;
}

export interface Reservation {
  /** `req_th_` + 32 hex digits; one request has one reservation. */
  readonly requestId: string;
  readonly keyId: string;
  readonly account: string;
  readonly model: string;
  /** What the request is charged by, unless its settlement names another. Undefined: nothing. */
  readonly price: Price | undefined;
  /** The most the request may cost. */
  readonly amountNano: bigint;
  readonly budgets: readonly Budget[];
  /** Whether the account pays from a balance, which may not run out. */
  readonly prepaid: boolean;
  readonly atMs: number;
}

export interface Held {
  readonly granted: true;
  readonly requestId: string;
  readonly amountNano: bigint;
}

/** Nothing was held. The figures are those of the one limit that stood in the way, before this request. */
export interface Denied {
  readonly granted: false;
  readonly requestId: string;
  readonly holder: Holder;
  /** `balance`: what was paid in is used up. */
  readonly limit: 'budget' | 'balance';
  readonly period: BudgetPeriod;
  readonly amountNano: bigint;
  readonly limitNano: bigint;
  readonly spentNano: bigint;
  readonly heldNano: bigint;
  /** When the budget begins anew; undefined: never. */
  readonly resetsAtMs: number | undefined;
}

/** An upstream try that came to nothing. It is the operator's to pay, and stands in the entry for his sake. */
export interface LostAttempt {
  readonly provider: string;
  readonly upstreamModel: string;
  readonly errorCode: string;
  /** Whether the upstream may charge for it. */
  readonly mayCost: boolean;
  /** What the usage it reported would cost; undefined where it reported none, or the target has no price. */
  readonly costNano: bigint | undefined;
}

export interface Settlement {
  readonly requestId: string;
  /** How the request ended, in the gateway's words; `killed` is the ledger's own: its process died. */
  readonly outcome: string;
  readonly usage: Usage;
  /** What is charged: the usage at the price, or the amount held where that is less, or nothing. */
  readonly costNano: bigint;
  /** Whether the usage is the gateway's own count. */
  readonly estimated: boolean;
  /** What the request counts for, where it is not the model that was reserved under: another one stood in for it. */
  readonly model?: string;
  /** The price of the target that answered, where it is not the one that was reserved at. */
  readonly price?: Price | undefined;
  readonly provider: string | undefined;
  readonly upstreamModel: string | undefined;
  readonly attempts: number;
  readonly lost: readonly LostAttempt[];
  /** Input tokens that the gateway itself added to the request. */
  readonly steeringTokens: number;
  readonly settledAtMs: number;
}

/** What a request came to. It never changes. */
export interface LedgerEntry extends Settlement {
  readonly keyId: string;
  readonly account: string;
  readonly model: string;
  readonly price: Price | undefined;
  readonly heldNano: bigint;
  /** When it was held for: its UTC date is the day it counts for. */
  readonly atMs: number;
}

/** What a stream has used so far, in case its process dies. */
export interface JournalEntry {
  readonly requestId: string;
  readonly usage: Usage;
  readonly atMs: number;
}

/** A hold that is not settled. */
export interface OpenHold {
  readonly requestId: string;
  readonly keyId: string;
  readonly account: string;
  readonly model: string;
  readonly price: Price | undefined;
  readonly amountNano: bigint;
  readonly atMs: number;
  /** Undefined: nothing was journalled. */
  readonly journal: JournalEntry | undefined;
}

/** What one holder has spent and holds in the stretch of a period that a moment lies in. */
export interface Standing {
  readonly holder: Holder;
  readonly period: BudgetPeriod;
  readonly spentNano: bigint;
  readonly heldNano: bigint;
  readonly resetsAtMs: number | undefined;
}

/** Something stored that is not what the entries come to. */
export interface Drift {
  readonly what: 'rollup' | 'spent' | 'held' | 'credit' | 'cost' | 'settled_and_held' | 'dangling';
  /** What it was found at: a request, a day and model, a budget. */
  readonly where: string;
  readonly stored: string;
  readonly recomputed: string;
}

export interface Verification {
  readonly entries: number;
  readonly openHolds: number;
  /** The first thousand. */
  readonly drift: readonly Drift[];
  readonly driftCount: number;
}

/** A process that holds, as its store knows it. */
export interface Boot {
  readonly id: number;
  /** Safe as a part of a file name, never used twice. */
  readonly name: string;
  /** The process is done. What it still holds is then for others to recover. */
  close(): Promise<void>;
}

/** A process that is gone, and is this caller's alone to clear up after. */
export interface DeadBoot {
  readonly id: number;
  readonly name: string;
  /** `cleared`: nothing is left of it, so it is forgotten; else it waits for the next caller. */
  release(cleared: boolean): Promise<void>;
}

export type LedgerWork =
  | { readonly kind: 'reserve'; readonly bootId: number; readonly reservation: Reservation }
  | { readonly kind: 'settle'; readonly settlement: Settlement }
  | { readonly kind: 'journal'; readonly entry: JournalEntry };

/**
 * What became of one item. Reserve: `Held` or `Denied`. Settle: the entry, of the first settlement where there were
 * several, or undefined for a request that was never held for. Journal: whether it is still held. A `StoreError` says
 * why this item alone could not be done.
 */
export type LedgerResult = Held | Denied | LedgerEntry | boolean | undefined | Error;

/** Where the ledger is kept. The contract suite is `ledger-store.contract.ts`. Every call rejects with a `StoreError`. */
export interface LedgerStore {
  /**
   * Does the items in their order, in one transaction: all of it is on disk when this resolves, nothing of it when it
   * rejects. What fails of one item alone is told in its result and does nothing to the others. Without items it writes
   * something that changes nothing, to learn whether it can.
   */
  apply(batch: readonly LedgerWork[]): Promise<readonly LedgerResult[]>;
  entry(requestId: string): Promise<LedgerEntry | undefined>;
  /** What a holder has spent and holds, in all periods. `id` is any key of its chain. */
  standings(holder: Holder, id: string, atMs: number): Promise<readonly Standing[]>;
  openBoot(atMs: number): Promise<Boot>;
  /** Processes that ended without a word, each claimed until it is released. */
  deadBoots(): Promise<readonly DeadBoot[]>;
  openHolds(bootId: number): Promise<readonly OpenHold[]>;
  /** Recomputes everything that is kept beside the entries, and what each entry costs. */
  verify(onProgress?: OnProgress): Promise<Verification>;
}

/** The state of the ledger, for readiness and metrics. */
export interface LedgerState {
  /** Settlements that are not in the store yet because it failed. */
  readonly unwritten: number;
  /** What the store failed with, until it works again. */
  readonly failure: Error | undefined;
  /** Requests of this process that are held for and not settled in the store, and what is held for them. */
  readonly open: number;
  readonly heldNano: bigint;
}

export interface Recovery {
  /** Settlements that a dead process had left in its spool file. */
  readonly replayed: number;
  /** Requests that died with their process. */
  readonly killed: number;
}

/** What the gateway does with the ledger. */
export interface Ledger {
  /** Resolves once the hold is on disk. Rejects with a `StoreError`: nothing is held. */
  reserve(reservation: Reservation): Promise<Held | Denied>;
  /**
   * Settles once; later calls give back the entry of the first. Undefined: the request was never held for. Rejects with
   * a `StoreError` when it could not be written: it is kept, and tried again until it is.
   */
  settle(settlement: Settlement): Promise<LedgerEntry | undefined>;
  /** Remembers what a stream has used so far; false when it is not held for (any more). */
  journal(entry: JournalEntry): Promise<boolean>;
  /** Settles what dead processes have left. To be called at start, and now and then. */
  recover(): Promise<Recovery>;
  state(): LedgerState;
  /** Writes all there is; rejects when it cannot. What was not settled is then for others to recover. */
  close(): Promise<void>;
}

import { StoreError } from '../store/store-error.ts';
import { Backlog } from './backlog.ts';
import { CommitClock } from './commit-clock.ts';
import { OpenHolds } from './open-holds.ts';
import type { LedgerResult, LedgerState, LedgerStore, LedgerWork, Settlement } from './ports.ts';
import { isPassing, keptError, reasonOf } from './store-failure.ts';
import type { Spool } from './spool.ts';

export interface GroupCommitOptions {
  readonly store: Pick<LedgerStore, 'apply'>;
  readonly spool: Spool | undefined;
  /** Told when the store begins to fail, and of what can never be written. */
  readonly onFault: (what: string, cause: unknown) => void;
  /** How long a locked store is waited for. */
  readonly busyMs?: number;
  /** Told how long a batch took that was written. Must not throw. */
  readonly onCommit?: (tookMs: number) => void;
}

interface Waiting {
  readonly work: LedgerWork;
  readonly resolve: (result: LedgerResult) => void;
  readonly reject: (error: Error) => void;
}

const MAX_BATCH = 256;
const BUSY_MS = 5000;
const BUSY_PAUSE_MS = 10;
/** A store that failed is tried again after this long, then twice as long each time. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1000;

/**
 * Collects what requests want of the store, and has it done many at a time: a commit costs as much for 64 requests as
 * for one. While the store fails, nothing new is held for, and settlements are kept until it works again.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #clock: CommitClock;
  readonly #backlog: Backlog;
  readonly #holds = new OpenHolds();
  #queue: Waiting[] = [];
  /** A batch that found the store locked: it goes first, as it is. */
  #blocked: { readonly batch: Waiting[]; readonly untilMs: number } | undefined;
  #running: Promise<void> | undefined;
  #failure: StoreError | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#backlog = new Backlog(options.spool, options.onFault);
    this.#clock = new CommitClock(() => void this.#run());
  }

  /** Resolves once it is on disk: soon, unless it is a journal, for which nobody waits. */
  add(work: LedgerWork): Promise<LedgerResult> {
    if (this.#failure !== undefined) return this.#refuse(work, this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<LedgerResult>();
    this.#queue.push({ work, resolve, reject });
    // Behind a batch that waits for a lock: its next try takes this along.
    if (this.#blocked === undefined) this.#clock.ask(work.kind !== 'journal' || this.#queue.length >= MAX_BATCH);
    return promise;
  }

  state(): LedgerState {
    const { count: open, amountNano: heldNano } = this.#holds;
    return { unwritten: this.#backlog.size, failure: this.#failure, open, heldNano };
  }

  /** Writes everything there is now. Rejects with what the store failed with; settlements are kept then. */
  async flush(): Promise<void> {
    while (
      this.#queue.length > 0 ||
      this.#backlog.size > 0 ||
      this.#blocked !== undefined ||
      this.#running !== undefined
    ) {
      await (this.#running ?? this.#run());
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#blocked !== undefined) await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
    }
  }

  /** No more tries of its own. */
  stop(): void {
    this.#clock.stop();
  }

  /** While the store fails: no request has to wait to be told so, and no settlement is lost. */
  #refuse(work: LedgerWork, failure: StoreError): Promise<never> {
    if (work.kind !== 'settle') return Promise.reject(failure);
    this.#backlog.keep([work.settlement]);
    return Promise.reject(keptError(failure));
  }

  #run(): Promise<void> {
    this.#running ??= this.#commit().finally(() => {
      this.#running = undefined;
      if (this.#failure !== undefined) this.#clock.askIn(this.#retryMs);
      else if (this.#blocked !== undefined) this.#clock.askIn(BUSY_PAUSE_MS * (1 + Math.random()));
      else if (this.#queue.length > 0 || this.#backlog.size > 0) this.#clock.ask(true);
    });
    return this.#running;
  }

  async #commit(): Promise<void> {
    const kept = this.#backlog.next(MAX_BATCH);
    const batch = this.#blocked?.batch ?? this.#queue.splice(0, MAX_BATCH);
    const works = kept.map((settlement): LedgerWork => ({ kind: 'settle', settlement }));
    for (const { work } of batch) works.push(work);
    if (works.length === 0 && this.#failure === undefined) return;
    try {
      const results = await this.#apply(works);
      this.#succeeded(kept);
      for (const [at, { resolve, reject }] of batch.entries()) settleWith(results[kept.length + at], resolve, reject);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason.code === 'busy' && this.#isWorthWaiting(batch)) return;
      this.#blocked = undefined;
      if (isPassing(reason)) this.#failed(batch, reason);
      else await this.#isolate(kept, batch);
    }
  }

  async #apply(works: readonly LedgerWork[]): Promise<readonly LedgerResult[]> {
    const began = performance.now();
    const applied = this.#options.store.apply(works);
    // A store that works before it returns holds up every request meanwhile: others get their turn, where there are any.
    if (Math.max(works.length, this.#holds.count) > 1) this.#clock.tookMs(performance.now() - began);
    const results = await applied;
    this.#options.onCommit?.(performance.now() - began);
    for (const [at, result] of results.entries()) this.#holds.note(works[at] as LedgerWork, result);
    return results;
  }

  #succeeded(kept: readonly Settlement[]): void {
    this.#blocked = undefined;
    this.#backlog.written(kept);
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#retryMs = FIRST_RETRY_MS;
  }

  #isWorthWaiting(batch: Waiting[]): boolean {
    if (this.#failure !== undefined) return false;
    this.#blocked ??= { batch, untilMs: performance.now() + (this.#options.busyMs ?? BUSY_MS) };
    return performance.now() < this.#blocked.untilMs;
  }

  #failed(batch: readonly Waiting[], reason: StoreError): void {
    if (this.#failure === undefined) this.#options.onFault('the ledger cannot be written', reason);
    else this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
    this.#failure = reason;
    const waiting = [...batch, ...this.#queue];
    this.#queue = [];
    this.#backlog.keep(waiting.flatMap(({ work }) => (work.kind === 'settle' ? [work.settlement] : [])));
    for (const { work, reject } of waiting) reject(work.kind === 'settle' ? keptError(reason) : reason);
  }

  /** Something in the batch cannot be written, whatever the store's state: alone it fails alone. */
  async #isolate(kept: readonly Settlement[], batch: readonly Waiting[]): Promise<void> {
    const report = (error: unknown) => this.#options.onFault('a settlement cannot be written', error);
    const items: Waiting[] = kept.map((settlement) => ({
      work: { kind: 'settle', settlement },
      resolve: () => undefined,
      reject: report,
    }));
    const all = [...items, ...batch];
    for (const [at, item] of all.entries()) {
      try {
        const [result] = await this.#apply([item.work]);
        settleWith(result, item.resolve, item.reject);
      } catch (error) {
        const reason = reasonOf(error);
        if (isPassing(reason)) {
          this.#backlog.written(kept.slice(0, at));
          return this.#failed(batch.slice(Math.max(0, at - kept.length)), reason);
        }
        // What was kept is reported by its own `reject`: nobody waits for it any more.
        if (at >= kept.length && item.work.kind === 'settle') report(reason);
        item.reject(reason);
      }
    }
    this.#succeeded(kept);
  }
}

function settleWith(result: LedgerResult, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
  if (result instanceof Error) reject(result);
  else resolve(result);
}

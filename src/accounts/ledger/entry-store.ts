import type { UsageDimension, UsageTotal } from '../store/ports.ts';
import type { LedgerEntry } from './ports.ts';

/** Which entries are meant; what is left out does not matter. */
export interface EntryFilter {
  readonly keyId?: string;
  readonly account?: string;
  /** As it is counted for. */
  readonly model?: string;
  /** Of the try that was the last. */
  readonly provider?: string;
}

export interface EntryQuery extends EntryFilter {
  /** Those that ended in one of these ways, or in none of them. */
  readonly outcome?: { readonly among: readonly string[] } | { readonly notAmong: readonly string[] };
  /** When they were held for: from the one to before the other, Unix milliseconds. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Only what is older than this request, by its id. */
  readonly before?: string;
  /** At most so many. */
  readonly limit: number;
}

/** A part of the entries, newest first, by the ids of their requests, which sort by time. */
export interface EntryPage {
  readonly entries: readonly LedgerEntry[];
  /** All from this request on have been looked at: the next page is what is before it. Undefined: there is no more. */
  readonly end: string | undefined;
}

export type EntryDimension = UsageDimension | 'provider';

export interface EntrySum extends UsageTotal {
  /** Null: summed up, or of requests that nobody was asked for. */
  readonly provider: string | null;
}

export interface EntrySumQuery extends EntryFilter {
  /** What to keep apart. */
  readonly by: readonly EntryDimension[];
  /** The UTC day they count for, `YYYY-MM-DD`. */
  readonly day: string;
}

/**
 * The entries as somebody looks through them, beside the way that requests take. The contract suite is
 * `entry-store.contract.ts`. Every call rejects with a `StoreError`.
 */
export interface EntryStore {
  /**
   * Comes back soon, whatever is asked for: what no index finds is looked for among so many entries, and the page may
   * hold fewer than the limit, or none, though there are more.
   */
  page(query: EntryQuery): Promise<EntryPage>;
  /** Sums of one day from its entries, for what the roll-ups do not keep apart. Reads every one of them. */
  daySums(query: EntrySumQuery): Promise<readonly EntrySum[]>;
}

import type { EntryDimension, EntryFilter, EntryStore, EntrySum, EntrySumQuery } from '../ledger/entry-store.ts';
import { addSum, sortSums } from '../ledger/entry-sums.ts';
import type { UsageDimension, UsageStore } from '../store/ports.ts';
import { DayMemory } from './day-memory.ts';

export interface SpendQuery extends EntryFilter {
  /** What to keep apart. */
  readonly by: readonly EntryDimension[];
  /** First day and the day after the last one, `YYYY-MM-DD`. */
  readonly since: string;
  readonly until: string;
}

export interface SpendStores {
  readonly usage: UsageStore;
  readonly entries: EntryStore;
}

/**
 * Entries that are read for one answer: three seconds of SQLite's, half of which requests have, and eight on two busy
 * cores. PostgreSQL takes about as long, and not in this process.
 */
export const MOST_ENTRIES = 2_000_000;

/** The roll-ups do not keep providers apart, and the days asked for have more entries than are read at once. */
export class TooManyEntries extends Error {
  override readonly name = 'TooManyEntries';
  readonly entries: number;
  /** The first day from which on they could be read; undefined: the last day alone has too many. */
  readonly possibleSince: string | undefined;

  constructor(entries: number, possibleSince: string | undefined) {
    super(`${entries} entries are more than ${MOST_ENTRIES}`);
    this.entries = entries;
    this.possibleSince = possibleSince;
  }
}

/** What was spent, from the roll-ups, and from the entries where it is asked by provider or of one. */
export class Spending {
  readonly #stores: SpendStores;
  readonly #most: number;
  readonly #memory = new DayMemory();

  constructor(stores: SpendStores, most = MOST_ENTRIES) {
    this.#stores = stores;
    this.#most = most;
  }

  /**
   * Of the entries, those of days are read on which there is anything and which were not read since the last of them
   * came. Rejects with `TooManyEntries` where they are too many.
   */
  async of(query: SpendQuery): Promise<readonly EntrySum[]> {
    const { usage, entries } = this.#stores;
    const { by, provider, since, until, ...filter } = query;
    const rolledUp = by.filter((one): one is UsageDimension => one !== 'provider');
    if (provider === undefined && rolledUp.length === by.length) {
      const totals = await usage.totals({ by: rolledUp, since, until, ...filter });
      return totals.map((total) => ({ ...total, provider: null }));
    }
    const [asked, all] = await Promise.all([
      usage.totals({ by: ['day'], since, until, ...filter }),
      usage.totals({ by: ['day'], since, until }),
    ]);
    const days = asked.map(({ day, requests }) => {
      const ask: EntrySumQuery = { by, ...filter, ...(provider === undefined ? {} : { provider }), day: day as string };
      return { ask, requests, known: this.#memory.find(ask, requests) };
    });
    const unread = days.filter(({ known }) => known === undefined).map(({ ask }) => ask.day);
    checkCount(unread, new Map(all.map(({ day, requests }) => [day as string, requests])), this.#most);
    const sums = new Map<string, EntrySum>();
    for (const { ask, requests, known } of days) {
      const own = known ?? (await entries.daySums(ask));
      if (known === undefined) this.#memory.keep(ask, requests, own);
      for (const sum of own) addSum(sums, sum);
    }
    return sortSums(sums.values());
  }
}

/** `days` in their order. */
function checkCount(days: readonly string[], entriesOn: ReadonlyMap<string, number>, most: number): void {
  let entries = 0;
  let possibleSince: string | undefined;
  for (const day of days.toReversed()) {
    entries += entriesOn.get(day) ?? 0;
    if (entries <= most) possibleSince = day;
  }
  if (entries > most) throw new TooManyEntries(entries, possibleSince);
}

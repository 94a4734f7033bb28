import type { EntrySum, EntrySumQuery } from '../ledger/entry-store.ts';

/** Rows of sums that are remembered, about 300 bytes each. */
const MOST_ROWS = 20_000;

interface Remembered {
  /** Entries that there were. */
  readonly requests: number;
  readonly sums: readonly EntrySum[];
}

/**
 * Sums of days that were added up from their entries. The roll-ups say how many entries a day has, and an entry never
 * changes: as long as there are no more, the sums are what they were.
 */
export class DayMemory {
  readonly #days = new Map<string, Remembered>();
  #rows = 0;

  /** `requests`: entries that the roll-ups count now for whatever of `query` they keep apart. */
  find(query: EntrySumQuery, requests: number): readonly EntrySum[] | undefined {
    const known = this.#days.get(nameOf(query));
    return known?.requests === requests ? known.sums : undefined;
  }

  /** `requests`: what the roll-ups counted before the entries were read. */
  keep(query: EntrySumQuery, requests: number, sums: readonly EntrySum[]): void {
    const name = nameOf(query);
    this.#forget(name);
    this.#days.set(name, { requests, sums });
    this.#rows += sums.length + 1;
    for (const oldest of this.#days.keys()) {
      if (this.#rows <= MOST_ROWS) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    const known = this.#days.get(name);
    if (known === undefined) return;
    this.#rows -= known.sums.length + 1;
    this.#days.delete(name);
  }
}

function nameOf({ day, by, keyId, account, model, provider }: EntrySumQuery): string {
  return JSON.stringify([day, by, keyId, account, model, provider]);
}

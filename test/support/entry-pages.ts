/** How long operators wait for pages of a ledger, and for the sums of one day. */
import type { EntryQuery, EntryStore } from '../../src/accounts/ledger/entry-store.ts';

export interface PageTimes {
  readonly pages: number;
  readonly entries: number;
  /** Of one page, by the clock. */
  readonly longestMs: number;
}

/** Goes through the pages of a question until it has this many entries, or there are no more. */
export async function timePages(
  store: EntryStore,
  query: Omit<EntryQuery, 'limit' | 'before'>,
  enough: number,
): Promise<PageTimes> {
  let [pages, entries, longestMs] = [0, 0, 0];
  let before: string | undefined;
  do {
    const began = performance.now();
    const page = await store.page({ ...query, limit: 50, ...(before === undefined ? {} : { before }) });
    longestMs = Math.max(longestMs, performance.now() - began);
    pages++;
    entries += page.entries.length;
    before = page.end;
  } while (before !== undefined && entries < enough);
  return { pages, entries, longestMs };
}

/** The questions whose pages are the quickest and the slowest to find, and what each is called. */
export const QUESTIONS: readonly (readonly [name: string, query: Omit<EntryQuery, 'limit' | 'before'>])[] = [
  ['pages of all', {}],
  ['pages of one key', { keyId: 'key_500' }],
  ['pages of a day', { sinceMs: Date.UTC(2026, 2, 5), untilMs: Date.UTC(2026, 2, 6) }],
  ['pages of what failed, of which there is none', { outcome: { notAmong: ['answered'] } }],
];

/** No page may take longer, whatever is asked for: it looks for half a second at most, and a step more. */
export const LONGEST_PAGE_MS = 2000;

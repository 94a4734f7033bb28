import type { DatabaseSync } from 'node:sqlite';
import type { EntryStore } from '../../../ledger/entry-store.ts';
import { toStoreError } from '../error.ts';
import { Entries } from './entries.ts';
import { EntryPages } from './entry-pages.ts';
import { EntrySums } from './entry-sums.ts';
import { Names } from './names.ts';
import { PriceVersions } from './price-versions.ts';

/** The entries in an open, migrated database, by a connection that no request waits for. */
export function createSqliteEntryStore(db: DatabaseSync, path: string): EntryStore {
  const names = new Names(db);
  const pages = new EntryPages(db, new Entries(db, names, new PriceVersions(db)), names);
  const sums = new EntrySums(db, names);
  const failed = (error: unknown): never => {
    throw toStoreError(error, path);
  };
  return {
    page: (query) => pages.page(query).catch(failed),
    daySums: (query) => sums.ofDay(query).catch(failed),
  };
}

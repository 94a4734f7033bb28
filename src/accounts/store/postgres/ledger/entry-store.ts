import type { EntryStore } from '../../../ledger/entry-store.ts';
import type { Database } from '../database.ts';
import { readPage } from './entry-pages.ts';
import { readDaySums } from './entry-sums.ts';

/** The entries in a migrated database, by connections that no request waits for. */
export function createPostgresEntryStore(database: Database): EntryStore {
  return {
    page: (query) => database.use((session) => readPage(session, query)),
    daySums: (query) => database.use((session) => readDaySums(session, query)),
  };
}

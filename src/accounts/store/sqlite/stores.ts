import type { Stores } from '../ports.ts';
import { toStoreError } from './error.ts';
import { createSqliteAccountStore } from './accounts.ts';
import { createSqliteKeyStore } from './keys.ts';
import { createSqliteEntryStore } from './ledger/entry-store.ts';
import { createSqliteLedgerStore } from './ledger/store.ts';
import { openConnection, openDatabase } from './open.ts';
import { createSqliteOperatorStore } from './operators.ts';
import { createSqliteSecretStore } from './secrets.ts';
import { createSqliteUsageStore } from './usage.ts';

/** Opens the stores of a data directory. Throws a `StoreError` when the database cannot be used. */
export function openSqliteStores(dataDir: string): Stores {
  const { db, path } = openDatabase(dataDir);
  const hot = openConnection(path, HOT_BUSY_TIMEOUT_MS);
  return {
    keys: createSqliteKeyStore(db, path),
    usage: createSqliteUsageStore(db, path),
    secrets: createSqliteSecretStore(db, path),
    accounts: createSqliteAccountStore(db, path),
    operators: createSqliteOperatorStore(db, path),
    ledger: createSqliteLedgerStore({ hot, patient: db }, path, dataDir),
    entries: createSqliteEntryStore(db, path),
    async close() {
      try {
        for (const connection of [hot, db]) if (connection.isOpen) connection.close();
      } catch (error) {
        throw toStoreError(error, path);
      }
    },
  };
}

const HOT_BUSY_TIMEOUT_MS = 10;

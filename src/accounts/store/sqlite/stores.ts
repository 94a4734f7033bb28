import type { Stores } from '../ports.ts';
import { toStoreError } from './error.ts';
import { createSqliteKeyStore } from './keys.ts';
import { openDatabase } from './open.ts';
import { createSqliteSecretStore } from './secrets.ts';
import { createSqliteUsageStore } from './usage.ts';

/** Opens the stores of a data directory. Throws a `StoreError` when the database cannot be used. */
export function openSqliteStores(dataDir: string): Stores {
  const { db, path } = openDatabase(dataDir);
  return {
    keys: createSqliteKeyStore(db, path),
    usage: createSqliteUsageStore(db, path),
    secrets: createSqliteSecretStore(db, path),
    async close() {
      try {
        if (db.isOpen) db.close();
      } catch (error) {
        throw toStoreError(error, path);
      }
    },
  };
}

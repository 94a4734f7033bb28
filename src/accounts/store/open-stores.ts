import type { Stores } from './ports.ts';
import { openSqliteStores } from './sqlite/stores.ts';

/** Where everything is kept that must survive a restart. */
export interface StoragePlace {
  readonly dataDir: string;
  /** `postgres://…`; left out: SQLite in `dataDir`. */
  readonly database?: string | undefined;
}

/** Opens the stores of a place. Rejects with a `StoreError` that says what to do when they cannot be used. */
export async function openStores({ dataDir, database }: StoragePlace): Promise<Stores> {
  if (database === undefined) return openSqliteStores(dataDir);
  // Who has no such database does not load what speaks to it.
  const { openPostgresStores } = await import('./postgres/stores.ts');
  return openPostgresStores({ url: database, dataDir });
}

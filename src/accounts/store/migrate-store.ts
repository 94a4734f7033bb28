import type { OnProgress } from '../progress.ts';
import type { MigrationPlan } from './migration-steps.ts';
import type { StoragePlace } from './open-stores.ts';
import { migrateSqlite, planSqlite } from './sqlite/migrate-store.ts';

/** What a start would do to a database. Changes nothing. Rejects with a `StoreError` when it cannot be used. */
export async function planMigration({ dataDir, database }: StoragePlace): Promise<MigrationPlan> {
  if (database === undefined) return planSqlite(dataDir);
  // Who has no such database does not load what speaks to it.
  return (await import('./postgres/migrate-store.ts')).planPostgres(database);
}

/**
 * Does it, and resolves with what was to be done. Rejects with a `StoreError`, nothing done, while a server of this
 * machine runs on the database of its data directory.
 */
export async function migrateStore(
  { dataDir, database }: StoragePlace,
  onProgress: OnProgress,
): Promise<MigrationPlan> {
  if (database === undefined) return migrateSqlite(dataDir, onProgress);
  return (await import('./postgres/migrate-store.ts')).migratePostgres(database, onProgress);
}

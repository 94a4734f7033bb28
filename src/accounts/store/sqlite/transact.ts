import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` as one transaction: all of it is on disk when this returns, nothing of it when it throws. It takes the
 * write lock at the start, since a reader that turns writer half-way fails at once instead of waiting its turn.
 */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself rolls back on some errors (a full disk, a failed write); a second ROLLBACK would hide the cause.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

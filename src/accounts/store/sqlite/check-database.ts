import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store-error.ts';
import { corruptError } from './error.ts';
import { plannedMigration } from './migrations.ts';

/** Throws a `StoreError` for a damaged database, one of a newer program, and one that is none of this program's. */
export function checkDatabase(db: DatabaseSync, path: string): void {
  const verdict = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
  if (verdict !== 'ok') throw corruptError(path, String(verdict));
  const { from } = plannedMigration(db, path);
  const tables = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name IN ('keys')").get();
  if (from === 0 || tables?.['n'] !== 1) {
    throw new StoreError('failed', `${path}: this is no database of tokenharbor.`);
  }
}

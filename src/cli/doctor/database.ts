import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkDatabase } from '../../accounts/store/sqlite/check-database.ts';
import { toStoreError } from '../../accounts/store/sqlite/error.ts';
import { plannedMigration } from '../../accounts/store/sqlite/migrations.ts';
import { DATABASE_FILE } from '../../accounts/store/sqlite/open.ts';
import type { Finding } from './finding.ts';

const MIB = 2 ** 20;
const LONG_LOG_BYTES = 1024 * MIB;
const BUSY_TIMEOUT_MS = 5000;
const check = 'database';

/** Reads every page, beside a running server, and changes nothing. */
export function checkIntegrity(dataDir: string): Finding[] {
  const path = join(dataDir, DATABASE_FILE);
  if (!existsSync(path)) return [{ check, status: 'skip', detail: `${path} is not there yet` }];
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    checkDatabase(db, path);
    const orphan = db.prepare('PRAGMA foreign_key_check').get();
    if (orphan !== undefined) {
      const detail = `${path}: a row of ${String(orphan['table'])} refers to one that is not there`;
      return [{ check, status: 'fail', detail, fix: 'Stop the server and restore the latest backup.' }];
    }
    const { from, to } = plannedMigration(db, path);
    const planned = from === to ? '' : `; the next start brings it from version ${from} to ${to}`;
    const detail = `${path} is whole, ${mib(statSync(path).size)}${planned}`;
    return [{ check, status: 'ok', detail }, ...checkLog(path)];
  } catch (error) {
    return [{ check, status: 'fail', detail: toStoreError(error, path).message }];
  } finally {
    db?.close();
  }
}

/** A log that grows is one that some reader keeps from being folded in. */
function checkLog(path: string): Finding[] {
  const size = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LONG_LOG_BYTES) return [];
  const fix = 'Look for a program that keeps the database open, and restart the server.';
  return [{ check: 'write-ahead log', status: 'warn', detail: `${mib(size)} are not folded in`, fix }];
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { OnProgress } from '../../progress.ts';
import type { MigrationPlan } from '../migration-steps.ts';
import { toStoreError } from './error.ts';
import { plannedMigration, stepsFrom } from './migrations.ts';
import { DATABASE_FILE, openDatabase } from './open.ts';
import { lockAgainstServers } from './server-lock.ts';

const BUSY_TIMEOUT_MS = 5000;

export function planSqlite(dataDir: string): MigrationPlan {
  const where = join(dataDir, DATABASE_FILE);
  const { from, to } = readPlan(where);
  return { where, from, to, steps: stepsFrom(from) };
}

/** Locked, since a server of an older version that went on would write into a layout that it does not know. */
export function migrateSqlite(dataDir: string, onProgress: OnProgress): MigrationPlan {
  const lock = lockAgainstServers(dataDir);
  try {
    const plan = planSqlite(dataDir);
    openDatabase(dataDir, onProgress).db.close();
    return plan;
  } finally {
    lock.release();
  }
}

function readPlan(path: string): { readonly from: number; readonly to: number } {
  if (!existsSync(path)) return { from: 0, to: stepsFrom(0).length };
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    return plannedMigration(db, path);
  } catch (error) {
    throw toStoreError(error, path);
  } finally {
    db?.close();
  }
}

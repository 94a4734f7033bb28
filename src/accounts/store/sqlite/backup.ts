import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { type OnProgress, UNTOLD } from '../../progress.ts';
import { StoreError } from '../store-error.ts';
import { checkDatabase } from './check-database.ts';
import { toStoreError } from './error.ts';
import { DATABASE_FILE } from './open.ts';

/** 8 MiB at a time, so that a bar moves. */
const PAGES_AT_A_TIME = 2048;
const BUSY_TIMEOUT_MS = 5000;

/**
 * Copies the database of a data directory, as it is at one moment, into one new file for this user alone; a server may
 * run meanwhile. The file is there once it is whole and checked, or not at all. Throws a `StoreError`.
 */
export async function backupDatabase(
  dataDir: string,
  out: string,
  onProgress: OnProgress = UNTOLD,
): Promise<{ readonly bytes: number }> {
  const path = join(dataDir, DATABASE_FILE);
  if (!existsSync(path)) throw new StoreError('failed', `${path}: there is no database to copy.`);
  if (existsSync(out)) throw new StoreError('failed', `${out}: there is such a file already; name another one.`);
  const partial = `${out}.partial`;
  let source: DatabaseSync | undefined;
  try {
    rmSync(partial, { force: true });
    closeSync(openSync(partial, 'wx', 0o600));
    source = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    // The copy is of one moment, and no writer makes it begin again, as long as this connection reads.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    onProgress('copying', 0, 1);
    await backup(source, partial, {
      rate: PAGES_AT_A_TIME,
      progress: ({ totalPages, remainingPages }) => onProgress('copying', totalPages - remainingPages, totalPages),
    });
    onProgress('checking the copy', 0, 1);
    finish(partial);
    renameSync(partial, out);
    syncDirectory(dirname(out));
    return { bytes: statSync(out).size };
  } catch (error) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(partial + suffix, { force: true });
    throw toStoreError(error, source === undefined ? out : path);
  } finally {
    source?.close();
  }
}

/** One file that needs no other beside it. */
function finish(path: string): void {
  const copy = new DatabaseSync(path);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
    checkDatabase(copy, path);
  } finally {
    copy.close();
  }
  chmodSync(path, 0o600);
  syncFile(path);
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

/** So that a new name outlasts a power cut. */
export function syncDirectory(path: string): void {
  const directory = openSync(path === '' ? '.' : path, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

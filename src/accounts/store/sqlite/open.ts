import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type OnProgress, UNTOLD } from '../../progress.ts';
import { corruptError, toStoreError } from './error.ts';
import { migrate } from './migrations.ts';

export const DATABASE_FILE = 'tokenharbor.db';

const BUSY_TIMEOUT_MS = 5000;
/** The error SQLite answers with at once, without waiting, when two processes create a database together. */
const CREATE_ATTEMPTS = 50;
const CREATE_PAUSE_MS = 20;

export interface OpenDatabase {
  readonly db: DatabaseSync;
  readonly path: string;
}

/**
 * Opens the database of a data directory, creating both when they are not there, for this user alone. Other
 * processes may have it open. Throws a `StoreError` that says what to do when it cannot be used: locked, damaged,
 * unreadable, or written by a newer program.
 *
 * `synchronous=FULL` makes a commit survive a power cut; it costs about 0.2 ms a commit on an SSD.
 */
export function openDatabase(dataDir: string, onProgress: OnProgress = UNTOLD): OpenDatabase {
  const path = join(dataDir, DATABASE_FILE);
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    makePrivate(path);
    db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    prepare(db, path, onProgress);
    return { db, path };
  } catch (error) {
    db?.close();
    throw toStoreError(error, path);
  }
}

/** One more connection to a database that was opened; it waits for the lock no longer than it is told to. */
export function openConnection(path: string, busyTimeoutMs: number): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: busyTimeoutMs });
    secure(db);
    return db;
  } catch (error) {
    db?.close();
    throw toStoreError(error, path);
  }
}

function secure(db: DatabaseSync): void {
  // 16 MiB of pages at the most: a month of usage is sorted and read without leaving memory.
  db.exec(
    'PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384',
  );
}

function prepare(db: DatabaseSync, path: string, onProgress: OnProgress): void {
  secure(db);
  useWriteAheadLog(db);
  checkTables(db, path);
  migrate(db, path, onProgress);
}

/**
 * Looks for damage in every table but the entries of the ledger: ten million of them take seconds, which no verb and no
 * start should. `ledger verify` reads them all.
 */
function checkTables(db: DatabaseSync, path: string): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'entries'").all();
  for (const name of ['sqlite_schema', ...tables.map((table) => String(table['name']))]) {
    const verdict = Object.values(db.prepare(`PRAGMA quick_check(${name})`).get() ?? {})[0];
    if (verdict !== 'ok') throw corruptError(path, String(verdict));
  }
}

/** SQLite gives the write-ahead log's files the mode of the database, so it has to be right before it is opened. */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
}

function useWriteAheadLog(db: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (attempt === CREATE_ATTEMPTS || toStoreError(error, '').code !== 'busy') throw error;
      pause(CREATE_PAUSE_MS);
    }
  }
}

/** Opening is synchronous, once, at start: there is nothing else to run meanwhile. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

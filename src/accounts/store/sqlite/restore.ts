import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type OnProgress, UNTOLD } from '../../progress.ts';
import { StoreError } from '../store-error.ts';
import { syncDirectory, syncFile } from './backup.ts';
import { checkDatabase } from './check-database.ts';
import { toStoreError } from './error.ts';
import { BOOTS_DIRECTORY } from '../boot-locks.ts';
import { DATABASE_FILE } from './open.ts';
import { lockAgainstServers } from './server-lock.ts';

const PIECE_BYTES = 8 * 2 ** 20;

export interface Restored {
  /** Where the database that was there before is now; undefined: there was none. */
  readonly replaced: string | undefined;
}

/**
 * Puts a backup in the place of the database of a data directory, and that one aside. Throws a `StoreError`, with
 * nothing changed, while a server runs, and for a file that is damaged, newer than this program or no database.
 */
export function restoreDatabase(file: string, dataDir: string, onProgress: OnProgress = UNTOLD): Restored {
  if (!existsSync(file)) throw new StoreError('failed', `${file}: there is no such file.`);
  const path = join(dataDir, DATABASE_FILE);
  const lock = lockAgainstServers(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const incoming = `${path}.restoring`;
    removeDatabase(incoming);
    copyFile(file, incoming, onProgress);
    onProgress('checking the copy', 0, 1);
    check(incoming, file);
    syncFile(incoming);
    const replaced = existsSync(path) ? `${path}.replaced` : undefined;
    if (replaced !== undefined) putAside(path, replaced);
    renameSync(incoming, path);
    // What processes of the other database could not write is not for this one.
    rmSync(join(dataDir, BOOTS_DIRECTORY), { recursive: true, force: true });
    syncDirectory(dataDir);
    return { replaced };
  } catch (error) {
    throw toStoreError(error, path);
  } finally {
    lock.release();
  }
}

/** For this user alone from the beginning. */
function copyFile(from: string, to: string, onProgress: OnProgress): void {
  const source = openSync(from, 'r');
  try {
    const { size } = fstatSync(source);
    const target = openSync(to, 'wx', 0o600);
    try {
      const piece = new Uint8Array(PIECE_BYTES);
      for (let at = 0; ;) {
        onProgress('copying', at, size);
        const length = readSync(source, piece, 0, PIECE_BYTES, at);
        if (length === 0) break;
        writeWhole(target, piece.subarray(0, length));
        at += length;
      }
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

function check(incoming: string, file: string): void {
  const db = new DatabaseSync(incoming);
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    checkDatabase(db, file);
  } catch (error) {
    db.close();
    removeDatabase(incoming);
    throw toStoreError(error, file);
  }
  db.close();
}

/**
 * The log goes first: one that stayed would be taken for the new database's own. It goes along, since a database that
 * cannot be opened any more may still be wanted with all it has.
 */
function putAside(path: string, replaced: string): void {
  removeDatabase(replaced);
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, replaced + suffix);
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ['-wal', '-shm', '-journal', '']) rmSync(path + suffix, { force: true });
}

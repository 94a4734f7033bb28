import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { toStoreError } from './error.ts';

/** `exclusive`: one at a time; `shared`: as many as want to, but none beside one that is exclusive. */
export type LockMode = 'shared' | 'exclusive';

/** A file that a process holds for as long as it lives. */
export interface ProcessLock {
  /** `remove`: the file is of no more use to anyone. */
  release(remove?: boolean): void;
}

const TAKE: Readonly<Record<LockMode, string>> = {
  shared: 'BEGIN; SELECT count(*) FROM sqlite_schema',
  exclusive: 'BEGIN EXCLUSIVE',
};

/**
 * Takes the lock of a file, or undefined when another process, or another part of this one, is in the way. The operating
 * system gives it back when the process ends, however it ends: a file that can be locked is a process that is gone. It
 * is SQLite's own lock on an empty database, the only one that both runtimes have.
 */
export function tryLock(path: string, mode: LockMode): ProcessLock | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec(TAKE[mode]);
  } catch (error) {
    db?.close();
    const reason = toStoreError(error, path);
    // What another process removed meanwhile SQLite cannot look at any more.
    if (reason.code === 'busy' || (reason.code === 'io' && !existsSync(path))) return undefined;
    throw reason;
  }
  const held = db;
  return {
    release(remove = false) {
      if (!held.isOpen) return;
      if (remove) rmSync(path, { force: true });
      held.exec('ROLLBACK');
      held.close();
      // A process that was killed leaves the journal of its lock, which goes when the next one takes it.
      if (remove) rmSync(`${path}-journal`, { force: true });
    },
  };
}

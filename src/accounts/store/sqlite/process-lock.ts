import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { toStoreError } from './error.ts';

/** A file that one process at a time can hold. */
export interface ProcessLock {
  /** `remove`: the file is of no more use to anyone. */
  release(remove?: boolean): void;
}

/**
 * Takes the lock of a file, or undefined when another process, or another part of this one, has it. The operating
 * system gives it back when the process ends, however it ends: a file that can be locked is a process that is gone. It
 * is SQLite's own lock on an empty database, the only one that both runtimes have.
 */
export function tryLock(path: string): ProcessLock | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    const reason = toStoreError(error, path);
    if (reason.code === 'busy') return undefined;
    throw reason;
  }
  const held = db;
  return {
    release(remove = false) {
      if (!held.isOpen) return;
      if (remove) rmSync(path, { force: true });
      held.exec('ROLLBACK');
      held.close();
    },
  };
}

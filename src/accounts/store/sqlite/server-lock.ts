import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../store-error.ts';
import { toStoreError } from './error.ts';
import { type LockMode, type ProcessLock, tryLock } from './process-lock.ts';

const LOCK_FILE = 'server.lock';

/**
 * Marks a data directory as that of a running server, until the process ends. Servers share it: the ledger is as exact
 * for several processes as for one. Throws a `StoreError` while the database is being replaced.
 */
export function lockForServer(dataDir: string): ProcessLock {
  return lock(dataDir, 'shared', 'its database is being replaced. Try again in a moment.');
}

/** Keeps servers from starting. Throws a `StoreError` when one runs. */
export function lockAgainstServers(dataDir: string): ProcessLock {
  return lock(dataDir, 'exclusive', 'a tokenharbor server uses this data directory. Stop it first.');
}

function lock(dataDir: string, mode: LockMode, refusal: string): ProcessLock {
  const path = join(dataDir, LOCK_FILE);
  let taken: ProcessLock | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    taken = tryLock(path, mode);
  } catch (error) {
    throw toStoreError(error, path);
  }
  if (taken === undefined && !existsSync(path)) {
    throw new StoreError('io', `${path}: cannot be made. Check that the data directory belongs to this user.`);
  }
  if (taken === undefined) throw new StoreError('busy', `${dataDir}: ${refusal}`);
  return taken;
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../store-error.ts';
import { type ProcessLock, tryLock } from './process-lock.ts';

const LOCK_FILE = 'server.lock';

/**
 * Marks a data directory as that of a running server, until the process ends. Throws a `StoreError` when it is another
 * server's already: two of them would send an account's requests past each other's limits in memory. Processes of one
 * server share what its first one has locked.
 */
export function lockForServer(dataDir: string): ProcessLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = tryLock(join(dataDir, LOCK_FILE));
  if (lock !== undefined) return lock;
  throw new StoreError(
    'busy',
    `${dataDir}: a tokenharbor server uses this data directory. Stop it, or give this one another with --data-dir.`,
  );
}

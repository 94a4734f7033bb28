import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestKey } from '../keys/digest.ts';
import { mint } from '../keys/format.ts';
import { NO_LIMITS } from '../limits/ports.ts';
import type { KeyRecord, Stores } from './ports.ts';
import { openSqliteStores } from './sqlite/stores.ts';

/** A data directory of its own for one test, and the stores in it. */
export interface TemporaryStores extends Stores {
  readonly dataDir: string;
}

export function openTemporaryStores(): TemporaryStores {
  const dataDir = makeDataDir();
  const stores = openSqliteStores(dataDir);
  return {
    ...stores,
    dataDir,
    async close() {
      await stores.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

export function makeDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'tokenharbor-store-'));
}

/** A record of a key nobody holds, with whatever a test wants different. */
export function makeRecord(changes: Partial<KeyRecord> = {}): KeyRecord {
  const secret = mint('test');
  const id = changes.id ?? `key_${digestKey(secret).slice(0, 16)}`;
  return {
    id,
    account: 'default',
    name: 'a key',
    prefix: secret.slice(0, 12),
    digest: digestKey(secret),
    models: null,
    limits: NO_LIMITS,
    budget: null,
    createdAt: 1_000_000,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    rotatedFrom: null,
    budgetId: id,
    ...changes,
  };
}

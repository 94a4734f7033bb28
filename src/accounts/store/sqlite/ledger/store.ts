import type { DatabaseSync } from 'node:sqlite';
import type { LedgerStore } from '../../../ledger/ports.ts';
import { requestIdBytes } from '../../../ledger/request-id.ts';
import { toStoreError } from '../error.ts';
import { Batches } from './batch.ts';
import { Boots } from './boots.ts';
import { CounterSheet } from './counters.ts';
import { Entries } from './entries.ts';
import { Holds } from './holds.ts';
import { KeyChains } from './key-chains.ts';
import { Names } from './names.ts';
import { PriceVersions } from './price-versions.ts';
import { Rollups } from './rollups.ts';
import { Standings } from './standings.ts';
import { verify } from './verify.ts';

export interface LedgerConnections {
  /** Waits for the lock for moments only: whoever waits here holds up every stream of the process. */
  readonly hot: DatabaseSync;
  /** For what is done once. */
  readonly patient: DatabaseSync;
}

/** The ledger in an open, migrated database of a data directory. */
export function createSqliteLedgerStore(
  { hot, patient }: LedgerConnections,
  path: string,
  dataDir: string,
): LedgerStore {
  const db = hot;
  const names = new Names(db);
  const prices = new PriceVersions(db);
  const holds = new Holds(db, names, prices);
  const entries = new Entries(db, names, prices);
  const rollups = new Rollups(db);
  const standings = new Standings(db, names);
  const counters = new CounterSheet(db, rollups, standings);
  const batches = new Batches({
    db,
    names,
    prices,
    holds,
    entries,
    rollups,
    counters,
    chains: new KeyChains(db, names),
  });
  const boots = new Boots(patient, dataDir);

  /** The port is asynchronous, SQLite is not: the work is done, and on disk, before the promise exists. */
  async function run<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, path);
    }
  }

  return {
    apply: (batch) => run(() => batches.run(batch)),
    entry: (requestId) => run(() => entries.find(requestIdBytes(requestId))),
    standings: (holder, id, atMs) => run(() => standings.of(holder, id, atMs)),
    openBoot: (atMs) => run(() => boots.open(atMs)),
    deadBoots: () => run(() => boots.claimDead()),
    openHolds: (bootId) => run(() => holds.ofBoot(bootId)),
    verify: (onProgress) => run(() => verify(patient, entries, onProgress)),
  };
}

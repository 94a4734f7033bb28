import type { LedgerStore } from '../../../ledger/ports.ts';
import type { Databases } from '../database.ts';
import { Batches } from './batches.ts';
import { BOOT_TIMES, Boots, type BootTimes } from './boots.ts';
import { readEntries } from './entries.ts';
import { openHoldsOf } from './holds.ts';
import { hexOf } from './items.ts';
import { standingsOf } from './standings.ts';
import { verify } from './verify.ts';

export interface PostgresLedgerStore extends LedgerStore {
  /** No more beats. */
  stop(): void;
}

/** The ledger in a migrated database. `dataDir`: where this machine keeps what belongs to its running processes. */
export function createPostgresLedgerStore(
  { hot, patient }: Databases,
  dataDir: string,
  times: BootTimes = BOOT_TIMES,
): PostgresLedgerStore {
  const boots = new Boots(hot, dataDir, times);
  const batches = new Batches(hot, boots);
  return {
    apply: (batch) => batches.run(batch),
    async entry(requestId) {
      const id = hexOf(requestId);
      return (await patient.use((session) => readEntries(session, [id]))).get(id);
    },
    standings: (holder, id, atMs) => standingsOf(patient, holder, id, atMs),
    openBoot: (atMs) => boots.open(atMs),
    deadBoots: () => boots.claimDead(),
    openHolds: (bootId) => patient.use((session) => openHoldsOf(session, bootId)),
    verify: (onProgress) => verify(patient, onProgress),
    stop: () => boots.stop(),
  };
}

import type { Stores } from '../ports.ts';
import { createPostgresAccountStore } from './accounts.ts';
import { parseAddress } from './address.ts';
import { connect } from './connect.ts';
import { Database } from './database.ts';
import { createPostgresKeyStore } from './keys.ts';
import type { BootTimes } from './ledger/boots.ts';
import { createPostgresEntryStore } from './ledger/entry-store.ts';
import { createPostgresLedgerStore } from './ledger/store.ts';
import { migrate } from './migrations.ts';
import { createPostgresOperatorStore } from './operators.ts';
import { createPostgresSecretStore } from './secrets.ts';
import { createPostgresUsageStore } from './usage.ts';

export interface PostgresOptions {
  /** `postgres://…` */
  readonly url: string;
  /** Where this machine keeps what belongs to its running processes. */
  readonly dataDir: string;
  readonly bootTimes?: BootTimes;
}

/** One connection for the ledger, whose batches follow each other, and one each for looking up keys and accounts. */
const HOT = {
  connections: 3,
  lockTimeoutMs: 2000,
  statementTimeoutMs: 5000,
  // Every statement here finds its rows by an index, also in a table that was empty when it was planned.
  settings: {
    enable_seqscan: 'off',
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
    plan_cache_mode: 'force_generic_plan',
    jit: 'off',
  },
} as const;

/** Opens the stores in a PostgreSQL database and brings it up to date. Rejects with a `StoreError` when it cannot be used. */
export async function openPostgresStores({ url, dataDir, bootTimes }: PostgresOptions): Promise<Stores> {
  const { patient, address } = await connect(parseAddress(url));
  try {
    await migrate(patient, address.text);
  } catch (error) {
    await patient.close();
    throw error;
  }
  const hot = new Database(address, HOT);
  const ledger = createPostgresLedgerStore({ hot, patient }, dataDir, bootTimes);
  return {
    keys: createPostgresKeyStore({ hot, patient }),
    usage: createPostgresUsageStore(patient),
    secrets: createPostgresSecretStore(patient),
    accounts: createPostgresAccountStore({ hot, patient }),
    operators: createPostgresOperatorStore(patient),
    ledger,
    entries: createPostgresEntryStore(patient),
    async close() {
      ledger.stop();
      await Promise.all([hot.close(), patient.close()]);
    },
  };
}

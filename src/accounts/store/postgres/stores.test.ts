import { afterAll, beforeAll, describe, test } from 'bun:test';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../../test/support/postgres.ts';
import { describeEntryStore } from '../../ledger/entry-store.contract.ts';
import { expectHistories } from '../../ledger/ledger-history.fixture.ts';
import { describeLedgerStore, type Tampering } from '../../ledger/ledger-store.contract.ts';
import { describeAccountStore } from '../account-store.contract.ts';
import { describeKeyStore } from '../key-store.contract.ts';
import { describeOperatorStore } from '../operator-store.contract.ts';
import { describeSecretStore } from '../secret-store.contract.ts';
import { describeUsageStore } from '../usage-store.contract.ts';
import { makePlace, openTemporary } from './place.fixture.ts';

const TAMPER: Readonly<Record<Tampering, string>> = {
  rollup: 'UPDATE tokenharbor.rollups SET cost_nano = cost_nano + 1',
  spent: 'UPDATE tokenharbor.counters SET spent_nano = spent_nano + 1, overrun_nano = overrun_nano + 1',
  held: 'UPDATE tokenharbor.counters SET held_nano = held_nano + 1, overrun_nano = overrun_nano + 1',
  cost: `SET session_replication_role = replica;
    UPDATE tokenharbor.entries SET cost_nano = cost_nano + 1 WHERE cost_nano > 0`,
  credit: 'UPDATE tokenharbor.accounts SET credited_nano = credited_nano + 1',
};

const isSkipped = skipWithoutPostgres('the contracts of the stores on PostgreSQL');
let server: PostgresServer;
beforeAll(async () => {
  if (!isSkipped) server = await startPostgres({ fsync: 'off' });
}, 60_000);
afterAll(() => server?.remove());

/** `TH_RUNS=10000` is the long form. */
const RUNS = Number(process.env.TH_RUNS ?? 10);

describe.skipIf(isSkipped)('on a real server', () => {
  const open = () => openTemporary(server);
  describeKeyStore('PostgreSQL', open);
  describeUsageStore('PostgreSQL', open);
  describeEntryStore('PostgreSQL', open);
  describeAccountStore('PostgreSQL', open);
  describeOperatorStore('PostgreSQL', open);
  describeSecretStore('PostgreSQL', () => makePlace(server));
  describeLedgerStore('PostgreSQL', async () => {
    const place = await makePlace(server);
    return {
      ...place,
      async tamper(what) {
        await server.sql(place.database, TAMPER[what]);
      },
    };
  });

  test(
    `fault 49: ${RUNS} histories of holds, settlements, journals, credits and crashes come to what a plain model says`,
    () => expectHistories(open, RUNS),
    RUNS * 3_000 + 20_000,
  );
});

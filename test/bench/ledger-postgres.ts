/**
 * What a request costs at the ledger on PostgreSQL beside SQLite, in CPU of this process, in CPU of the server and in
 * round trips, by how many share a transaction. Prints the medians of some interleaved runs.
 */
import { readFileSync } from 'node:fs';
import { openPostgresStores } from '../../src/accounts/store/postgres/stores.ts';
import { openSqliteStores } from '../../src/accounts/store/sqlite/stores.ts';
import { makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { makeRecord } from '../../src/accounts/store/temporary-stores.fixture.ts';
import { startPostgres } from '../support/postgres.ts';
import { startUnreliableProxy } from '../support/unreliable-proxy.ts';
import { cpuOf, medianOf } from './ledger-load.ts';

const RUNS = 5;
const TRANSACTIONS = 150;
const KEYS = 50;
/** Of `/proc`: the kernel's clock ticks. */
const TICK_US = 10_000;

const server = await startPostgres();
const database = await server.createDatabase();
const dataDir = makeLedgerDirectory();
const sqlite = openSqliteStores(dataDir);
const postgres = await openPostgresStores({ url: server.urlOf(database), dataDir });
const places = await Promise.all(
  [sqlite, postgres].map(async ({ ledger: store }) => ({ store, bootId: (await store.openBoot(0)).id })),
);

for (const { keys } of [sqlite, postgres]) {
  for (let at = 0; at < KEYS; at++) await keys.insert(makeRecord({ id: `key_${at}` }));
}

const cases = [1, 8, 64].flatMap((size) =>
  [false, true].map((hasBudgets) => ({ size, hasBudgets, costs: [[], [], []] as [number[], number[], number[]] })),
);
for (let run = 0; run <= RUNS; run++) {
  for (const { size, hasBudgets, costs } of cases) {
    const load = { transactions: TRANSACTIONS, size, keys: KEYS, hasBudgets };
    const [inSqlite, inPostgres] = places as [(typeof places)[0], (typeof places)[0]];
    const own = await cpuOf({ ...load, ...inSqlite });
    const before = await serverCpuUs();
    const client = await cpuOf({ ...load, ...inPostgres });
    const serving = ((await serverCpuUs()) - before) / (TRANSACTIONS * size);
    // The first one warms up.
    if (run === 0) continue;
    for (const [at, cost] of [own, client, serving].entries()) costs[at]?.push(cost);
  }
}
for (const { size, hasBudgets, costs } of cases) {
  const [own, client, serving] = costs.map(medianOf) as [number, number, number];
  const budgets = hasBudgets ? 'two budgets' : 'no budget';
  console.log(
    `${size} at once, ${budgets}: SQLite ${own.toFixed(1)} µs, PostgreSQL ${client.toFixed(1)} µs ` +
      `(${(client / own).toFixed(1)} times) and ${serving.toFixed(0)} µs of the server, ` +
      `${await roundTrips(size, hasBudgets)} round trips a transaction`,
  );
}
await postgres.close();
await sqlite.close();
await server.remove();
removeLedgerDirectory(dataDir);

/** Of the processes that serve the ledger's connections. */
async function serverCpuUs(): Promise<number> {
  const rows = await server.sql(
    database,
    `SELECT pid FROM pg_stat_activity WHERE datname = '${database}' AND application_name = 'tokenharbor'`,
  );
  return rows.reduce((sum, { pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) * TICK_US;
  }, 0);
}

/** How often what is sent follows what was answered. */
async function roundTrips(size: number, hasBudgets: boolean): Promise<string> {
  const proxy = await startUnreliableProxy(server.port);
  const url = `postgres://postgres@127.0.0.1:${proxy.port}/${database}?sslmode=disable`;
  const stores = await openPostgresStores({ url, dataDir });
  const { id: bootId } = await stores.ledger.openBoot(0);
  const load = { store: stores.ledger, bootId, size, keys: KEYS, hasBudgets };
  await cpuOf({ ...load, transactions: 60 });
  let trips = 0;
  proxy.onTurn = () => trips++;
  await cpuOf({ ...load, transactions: 100 });
  const counted = trips / 101;
  await stores.close();
  proxy.close();
  return counted.toFixed(1);
}

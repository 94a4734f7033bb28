import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { makeReservation, makeSettlement, NOON, oneByOne } from '../../src/accounts/ledger/work.fixture.ts';
import { openPostgresStores } from '../../src/accounts/store/postgres/stores.ts';
import { makeLedgerDirectory, expectSound, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { startLedgerProcess } from '../support/ledger-process.ts';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';

/** `TH_ROUNDS=50` is the long form. */
const ROUNDS = Number(process.env.TH_ROUNDS ?? 1);
const NODES = 2;
const WORKERS = 4;

const isSkipped = skipWithoutPostgres('nodes that race for a budget on PostgreSQL');
let server: PostgresServer;
beforeAll(async () => {
  if (!isSkipped) server = await startPostgres();
}, 60_000);
afterAll(() => server?.remove());

describe.skipIf(isSkipped)('several nodes on one PostgreSQL', () => {
  test(
    `fault 48: of 500 requests at ${NODES} nodes of ${WORKERS} processes for a budget of 100 exactly 100 are granted, ${ROUNDS} times`,
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const database = await server.takeDatabase();
        const url = server.urlOf(database);
        const directories = Array.from({ length: NODES }, makeLedgerDirectory);
        const counts = Array.from({ length: NODES * WORKERS }, (_, at) => (at < 4 ? 63 : 62));
        expect(counts.reduce((sum: number, count) => sum + count, 0)).toBe(500);
        const processes = counts.map((count, at) =>
          startLedgerProcess([directories[at % NODES] ?? '', 'race', String(count), '100'], [], url),
        );
        for (const one of processes) expect(await one.exited).toEqual({ code: 0, errors: '' });
        const granted = processes.flatMap((one) => one.lines()).map((line) => Number(line.split(' ')[1]));
        expect(granted).toHaveLength(NODES * WORKERS);
        expect(granted.reduce((sum, one) => sum + one)).toBe(100);
        expect(await expectSound(directories[0] ?? '', [], url)).toBe(100);
        for (const directory of directories) removeLedgerDirectory(directory);
        await server.giveBack(database);
      }
    },
    ROUNDS * 60_000,
  );

  test('processes of two nodes that write at once, each with what the others see, lose nothing', async () => {
    const url = server.urlOf(await server.takeDatabase());
    const directories = [makeLedgerDirectory(), makeLedgerDirectory()];
    const processes = [0, 1, 0].map((node) => startLedgerProcess([directories[node] ?? '', 'run', '300'], [], url));
    for (const one of processes) expect(await one.exited).toEqual({ code: 0, errors: '' });
    const lines = processes.flatMap((one) => one.lines());
    expect(lines.filter((line) => line.startsWith('settled'))).toHaveLength(900);
    expect(await expectSound(directories[0] ?? '', lines, url)).toBe(900);
    for (const directory of directories) removeLedgerDirectory(directory);
  }, 60_000);

  test('a budget that is new counts what others settle at that very moment', async () => {
    const url = server.urlOf(await server.takeDatabase());
    const directory = makeLedgerDirectory();
    const nodes = await Promise.all([0, 1, 2].map(() => openPostgresStores({ url, dataDir: directory })));
    const [first, second, third] = await Promise.all(
      nodes.map(async ({ ledger }) => oneByOne(ledger, (await ledger.openBoot(NOON)).id)),
    );
    const pay = async (node: typeof first, keyId: string) => {
      for (let i = 0; i < 6; i++) {
        const reservation = makeReservation({ keyId });
        await node?.reserve(reservation);
        await node?.settle(makeSettlement(reservation.requestId));
      }
    };
    for (let round = 0; round < 25; round++) {
      const keyId = `key_${round}`;
      const budgets = [{ holder: 'key', period: 'month', limitNano: 10n ** 15n }] as const;
      const late = async () => {
        await Bun.sleep(Math.random() * 20);
        await third?.reserve(makeReservation({ keyId, budgets }));
      };
      await Promise.all([pay(first, keyId), pay(second, keyId), late()]);
    }
    expect(await nodes[0]?.ledger.verify()).toMatchObject({ entries: 300, openHolds: 25, drift: [] });
    for (const stores of nodes) await stores.close();
    removeLedgerDirectory(directory);
  }, 60_000);

  test('fault 50: a process that is killed in the middle loses no charge it acknowledged, and the next one clears up', async () => {
    const url = server.urlOf(await server.takeDatabase());
    const directory = makeLedgerDirectory();
    const told: string[] = [];
    for (let round = 0; round < 3; round++) {
      const process = startLedgerProcess([directory, 'run', '1000'], [], url);
      await process.said(1 + round * 500);
      await process.kill();
      told.push(...process.lines());
      await expectSound(directory, told, url);
    }
    expect(told.length).toBeGreaterThan(500);
    removeLedgerDirectory(directory);
  }, 60_000);
});

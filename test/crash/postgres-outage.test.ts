import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { openLedger } from '../../src/accounts/ledger/ledger.ts';
import type { Ledger } from '../../src/accounts/ledger/ports.ts';
import { COST, makeReservation, makeSettlement, NOON, oneByOne } from '../../src/accounts/ledger/work.fixture.ts';
import type { Stores } from '../../src/accounts/store/ports.ts';
import { openPostgresStores } from '../../src/accounts/store/postgres/stores.ts';
import { makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { startUnreliableProxy, type UnreliableProxy } from '../support/unreliable-proxy.ts';

/** `TH_ROUNDS=30` is the long form. */
const ROUNDS = Number(process.env.TH_ROUNDS ?? 2);
const BUDGETS = [{ holder: 'key', period: 'month', limitNano: 10n ** 15n }] as const;

const isSkipped = skipWithoutPostgres('a PostgreSQL that fails');
let server: PostgresServer;
beforeAll(async () => {
  if (!isSkipped) server = await startPostgres();
}, 60_000);
afterAll(() => server?.remove());

let dataDir: string;
let database: string;
let stores: Stores;
let proxy: UnreliableProxy;

describe.skipIf(isSkipped)('a PostgreSQL that fails', () => {
  beforeEach(async () => {
    dataDir = makeLedgerDirectory();
    database = await server.takeDatabase();
    proxy = await startUnreliableProxy(server.port);
    const url = `postgres://postgres@127.0.0.1:${proxy.port}/${database}?connect_timeout=1`;
    stores = await openPostgresStores({ url, dataDir });
  });
  afterEach(async () => {
    await stores.close();
    proxy.close();
    await server.giveBack(database);
    removeLedgerDirectory(dataDir);
  });

  /** A few at a time: a connection that is waited for longer than a second is an error. */
  async function entriesOf(ids: readonly string[]) {
    const entries = [];
    for (let at = 0; at < ids.length; at += 4) {
      entries.push(...(await Promise.all(ids.slice(at, at + 4).map((id) => stores.ledger.entry(id)))));
    }
    return entries;
  }

  const heldNano = async () => (await stores.ledger.standings('key', 'key_a', NOON))[3]?.heldNano;

  test(
    `fault 61: stopped at once ${ROUNDS} times under load: what was granted is settled once, what was refused is not held`,
    async () => {
      const faults: string[] = [];
      const ledger = await openLedger({
        store: stores.ledger,
        spoolDirectory: dataDir,
        onFault: (what) => faults.push(what),
        now: () => NOON,
      });
      const granted: string[] = [];
      const refused: { readonly id: string; readonly code: unknown }[] = [];
      let isRunning = true;
      const clients = Array.from({ length: 20 }, async (_, at) => {
        while (isRunning) {
          const { requestId } = await request(ledger, `key_${at % 3}`, granted, refused);
          await Bun.sleep(refused.at(-1)?.id === requestId ? 20 : 1);
        }
      });
      for (let round = 0; round < ROUNDS; round++) {
        const before = granted.length;
        while (granted.length < before + 100) await Bun.sleep(5);
        await server.stop('immediate');
        const told = refused.length;
        while (refused.length < told + 20) await Bun.sleep(5);
        await server.start();
        const after = granted.length;
        while (granted.length === after) await Bun.sleep(5);
      }
      isRunning = false;
      await Promise.all(clients);
      while (ledger.state().unwritten > 0) await Bun.sleep(10);
      expect(ledger.state()).toMatchObject({ unwritten: 0, failure: undefined });
      expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['unavailable']));
      expect(faults.length).toBeGreaterThanOrEqual(ROUNDS);

      const verified = await stores.ledger.verify();
      expect(verified).toEqual({ entries: granted.length, openHolds: 0, drift: [], driftCount: 0 });
      for (const entry of await entriesOf(granted)) expect(entry).toMatchObject({ outcome: 'answered' });
      for (const entry of await entriesOf(refused.map(({ id }) => id))) expect(entry).toBeUndefined();
      const [total] = await stores.usage.totals({ by: [] });
      expect(total).toMatchObject({ requests: granted.length, costNano: BigInt(granted.length) * COST });
      await ledger.close();
      expect(await stores.ledger.deadBoots()).toEqual([]);
    },
    60_000 + ROUNDS * 30_000,
  );

  test('a connection that is lost at the end of a transaction: it is found done, and nothing is held or settled twice', async () => {
    const boot = await stores.ledger.openBoot(NOON);
    const { reserve, settle } = oneByOne(stores.ledger, boot.id);
    const first = makeReservation({ budgets: BUDGETS });
    await reserve(first);
    for (const verdict of ['cut', 'lose'] as const) {
      const reservation = makeReservation({ budgets: BUDGETS });
      const before = (await heldNano()) ?? 0n;
      cutNext(verdict, 1);
      expect(await reserve(reservation)).toMatchObject({ granted: true });
      expect(await heldNano()).toBe(before + reservation.amountNano);
      cutNext(verdict, 1);
      expect(await settle(makeSettlement(reservation.requestId))).toMatchObject({ costNano: COST });
      expect(await heldNano()).toBe(before);
    }
    await settle(makeSettlement(first.requestId));
    expect(await stores.ledger.verify()).toEqual({ entries: 3, openHolds: 0, drift: [], driftCount: 0 });
    await boot.close();
  });

  test('a hold that was refused because nobody knew of it is given back with the next transaction', async () => {
    const boot = await stores.ledger.openBoot(NOON);
    const { reserve } = oneByOne(stores.ledger, boot.id);
    await reserve(makeReservation({ budgets: BUDGETS }));
    const before = await heldNano();
    const reservation = makeReservation({ budgets: BUDGETS });
    cutNext('cut', 2);
    await expect(reserve(reservation)).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
    // It is there, of a request that was told it is not.
    expect(await heldNano()).toBe((before ?? 0n) + reservation.amountNano);
    await stores.ledger.apply([]);
    expect(await heldNano()).toBe(before);
    expect(await stores.ledger.verify()).toMatchObject({ entries: 0, openHolds: 1, drift: [] });
    // And may be held for anew.
    expect(await reserve(reservation)).toMatchObject({ granted: true });
    await boot.close();
  });

  test('a transaction whose end comes late, after it was given up, leaves nothing held', async () => {
    const boot = await stores.ledger.openBoot(NOON);
    const { reserve } = oneByOne(stores.ledger, boot.id);
    // No counter is in the way: nothing but the order of this process's own transactions can help.
    await reserve(makeReservation());
    const before = await heldNano();
    const waitForStandby = async (name: string) => {
      await server.sql('postgres', `ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
      await server.sql('postgres', 'SELECT pg_reload_conf()');
    };
    // A commit waits for one that never comes, and is no commit until then.
    await waitForStandby('nobody');
    await Bun.sleep(200);
    await expect(reserve(makeReservation())).rejects.toMatchObject({ code: 'unavailable' });
    const next = stores.ledger.apply([]);
    await Bun.sleep(500);
    await waitForStandby('');
    await next;
    await Bun.sleep(500);
    expect(await heldNano()).toBe(before);
    expect(await stores.ledger.verify()).toMatchObject({ entries: 0, openHolds: 1, drift: [] });
    await boot.close();
  }, 40_000);

  test('a server that no longer answers is an error in seconds, and all is well when it does', async () => {
    const boot = await stores.ledger.openBoot(NOON);
    const { reserve } = oneByOne(stores.ledger, boot.id);
    await reserve(makeReservation());
    proxy.isSilent = true;
    const began = performance.now();
    const refused = expect(reserve(makeReservation())).rejects.toMatchObject({ code: 'unavailable' });
    const unknown = expect(stores.keys.findByDigest('f'.repeat(64))).rejects.toMatchObject({ code: 'unavailable' });
    await Promise.all([refused, unknown]);
    expect(performance.now() - began).toBeLessThan(10_000);
    proxy.isSilent = false;
    expect(await reserve(makeReservation())).toMatchObject({ granted: true });
    expect(await stores.keys.findByDigest('f'.repeat(64))).toBeUndefined();
    await boot.close();
  }, 30_000);

  test('a row that somebody keeps locked is an error that says so, and does not end the connection', async () => {
    const boot = await stores.ledger.openBoot(NOON);
    const { reserve } = oneByOne(stores.ledger, boot.id);
    await reserve(makeReservation({ budgets: BUDGETS }));
    const locker = server.sql(database, `BEGIN; SELECT * FROM tokenharbor.counters FOR UPDATE; SELECT pg_sleep(4)`);
    await Bun.sleep(200);
    await expect(reserve(makeReservation({ budgets: BUDGETS }))).rejects.toMatchObject({ code: 'busy' });
    await locker;
    expect(await reserve(makeReservation({ budgets: BUDGETS }))).toMatchObject({ granted: true });
    await boot.close();
  }, 20_000);
});

/** The next transactions that are told to end. */
function cutNext(verdict: 'cut' | 'lose', count: number): void {
  let left = count;
  proxy.onSent = (text) => {
    if (left === 0 || !text.includes('COMMIT\0')) return 'pass';
    left--;
    return verdict;
  };
}

async function request(
  ledger: Ledger,
  keyId: string,
  granted: string[],
  refused: { readonly id: string; readonly code: unknown }[],
) {
  const reservation = makeReservation({ keyId, budgets: BUDGETS });
  const { requestId } = reservation;
  try {
    await ledger.reserve(reservation);
    granted.push(requestId);
  } catch (error) {
    refused.push({ id: requestId, code: (error as { code?: unknown }).code });
    return reservation;
  }
  await ledger.journal({ requestId, usage: makeSettlement(requestId).usage, atMs: NOON });
  // Kept, and written later, where it rejects.
  await ledger.settle(makeSettlement(requestId)).catch(() => undefined);
  return reservation;
}

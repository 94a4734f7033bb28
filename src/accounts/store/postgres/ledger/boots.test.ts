import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../../../test/support/postgres.ts';
import { startUnreliableProxy, type UnreliableProxy } from '../../../../../test/support/unreliable-proxy.ts';
import { openLedger } from '../../../ledger/ledger.ts';
import type { DeadBoot } from '../../../ledger/ports.ts';
import { makeReservation, makeSettlement, NOON, oneByOne } from '../../../ledger/work.fixture.ts';
import type { Stores } from '../../ports.ts';
import { makeDataDir } from '../../temporary-stores.fixture.ts';
import { openPostgresStores } from '../stores.ts';

const SETTLED = `req_th_${'1'.repeat(32)}`;
const LATE = `req_th_${'2'.repeat(32)}`;
/** The hold of one request ($1) once more for another ($2), as the process would have made it. */
const COPY_HOLD = `
  INSERT INTO tokenharbor.holds (request_id, boot_id, key_id, account_id, model_id, price_id, amount_nano, at_ms)
  SELECT new.id, boot_id, key_id, account_id, model_id, price_id, amount_nano, at_ms
  FROM tokenharbor.holds, (SELECT $2::uuid AS id) new WHERE request_id = $1::uuid`;

const LEASE_MS = 1500;
const TIMES = { beatMs: 100, leaseMs: LEASE_MS };

const isSkipped = skipWithoutPostgres('processes that hold, on PostgreSQL');
let server: PostgresServer;
beforeAll(async () => {
  if (!isSkipped) server = await startPostgres({ fsync: 'off' });
}, 60_000);
afterAll(() => server?.remove());

describe.skipIf(isSkipped)('processes of several machines', () => {
  let database: string;
  let directories: string[];
  let opened: Stores[];
  let proxy: UnreliableProxy;
  beforeEach(async () => {
    database = await server.takeDatabase();
    directories = [];
    opened = [];
    proxy = await startUnreliableProxy(server.port);
  });
  afterEach(async () => {
    for (const stores of opened) await stores.close();
    for (const directory of directories) rmSync(directory, { recursive: true });
    proxy.close();
    await server.giveBack(database);
  });

  /** `port`: another way to the same server. */
  async function openMachine(port = server.port): Promise<Stores> {
    const dataDir = makeDataDir();
    directories.push(dataDir);
    const url = `postgres://postgres@127.0.0.1:${port}/${database}?connect_timeout=1`;
    const stores = await openPostgresStores({ url, dataDir, bootTimes: TIMES });
    opened.push(stores);
    return stores;
  }

  /** A process with one request held for, which then is heard of no more. */
  async function dieWithHold(machine: Stores): Promise<number> {
    const boot = await machine.ledger.openBoot(NOON);
    await oneByOne(machine.ledger, boot.id).reserve(makeReservation());
    await machine.close();
    return boot.id;
  }

  async function deadAt(machine: Stores, withinMs: number): Promise<readonly DeadBoot[]> {
    for (const until = performance.now() + withinMs; performance.now() < until; await Bun.sleep(50)) {
      const dead = await machine.ledger.deadBoots();
      if (dead.length > 0) return dead;
    }
    return [];
  }

  test('one whose last batch is still on its way is not forgotten, and what arrives is recovered', async () => {
    const [dying, next] = [await openMachine(), await openMachine()];
    const boot = await dying.ledger.openBoot(NOON);
    const other = await next.ledger.openBoot(NOON);
    await oneByOne(dying.ledger, boot.id).reserve(makeReservation({ requestId: SETTLED }));
    const batch = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'postgres', database });
    await batch.connect();
    try {
      await batch.query({ text: 'BEGIN' });
      await batch.query({ text: COPY_HOLD, values: [SETTLED.slice(7), LATE.slice(7)] });
      await dying.close();
      const [dead] = await deadAt(next, 3 * LEASE_MS);
      expect(dead?.id).toBe(boot.id);
      const ledger = oneByOne(next.ledger, boot.id);
      await ledger.settle(makeSettlement(SETTLED));
      expect(await next.ledger.openHolds(boot.id)).toEqual([]);
      const released = dead?.release(true);
      await Bun.sleep(100);
      await batch.query({ text: 'COMMIT' });
      await released;
      const [again] = await deadAt(next, LEASE_MS);
      expect(again?.id).toBe(boot.id);
      expect((await next.ledger.openHolds(boot.id)).map(({ requestId }) => requestId)).toEqual([LATE]);
      await ledger.settle(makeSettlement(LATE));
      await again?.release(true);
      expect(await next.ledger.deadBoots()).toEqual([]);
      await other.close();
    } finally {
      await batch.end();
    }
  }, 30_000);

  test('what a dead one had on its way comes to nothing once it is forgotten', async () => {
    const machine = await openMachine();
    const boot = await machine.ledger.openBoot(NOON);
    await oneByOne(machine.ledger, boot.id).reserve(makeReservation({ requestId: SETTLED }));
    const batch = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'postgres', database });
    await batch.connect();
    try {
      const late = batch.query({
        text: COPY_HOLD.replace('SELECT new.id, boot_id', 'SELECT new.id, -1'),
        values: [SETTLED.slice(7), LATE.slice(7)],
      });
      await expect(late).rejects.toMatchObject({ code: '23503' });
    } finally {
      await batch.end();
    }
  });

  test('a live one that was taken for dead and forgotten holds on, as if nothing had been', async () => {
    const machine = await openMachine();
    const boot = await machine.ledger.openBoot(NOON);
    const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'postgres', database });
    await client.connect();
    try {
      await client.query({ text: 'DELETE FROM tokenharbor.boots' });
      const held = await oneByOne(machine.ledger, boot.id).reserve(makeReservation());
      expect(held).toMatchObject({ granted: true });
      const { rows } = await client.query({ text: 'SELECT id::text FROM tokenharbor.boots' });
      expect(rows).toEqual([{ id: String(boot.id) }]);
    } finally {
      await client.end();
    }
  });

  test('one of another machine is dead after a long silence, and one other clears up after it', async () => {
    const id = await dieWithHold(await openMachine());
    const [one, other] = [await openMachine(), await openMachine()];
    const boots = [await one.ledger.openBoot(NOON), await other.ledger.openBoot(NOON)];
    const began = performance.now();
    let found: readonly DeadBoot[] = [];
    while (found.length === 0) found = (await Promise.all([deadAt(one, 100), deadAt(other, 100)])).flat();
    expect(found.map((dead) => dead.id)).toEqual([id]);
    expect(performance.now() - began).toBeGreaterThan(LEASE_MS);
    // The claim is kept for as long as who made it lives.
    await Bun.sleep(2 * LEASE_MS);
    expect(await one.ledger.deadBoots()).toEqual([]);
    expect(await other.ledger.deadBoots()).toEqual([]);
    for (const boot of boots) await boot.close();
  }, 30_000);

  test('one that dies while it clears up is found dead with what it claimed', async () => {
    const id = await dieWithHold(await openMachine());
    const clearing = await openMachine();
    const own = await clearing.ledger.openBoot(NOON);
    expect(await deadAt(clearing, 3 * LEASE_MS)).toMatchObject([{ id }]);
    await clearing.close();
    const other = await openMachine();
    const boot = await other.ledger.openBoot(NOON);
    const found = new Set<number>();
    for (const until = performance.now() + 4 * LEASE_MS; found.size < 2 && performance.now() < until;) {
      for (const dead of await deadAt(other, LEASE_MS)) found.add(dead.id);
    }
    expect(found).toEqual(new Set([id, own.id]));
    await boot.close();
  }, 30_000);

  test('what a dead process held is settled by another machine, once', async () => {
    await dieWithHold(await openMachine());
    const machines = [await openMachine(), await openMachine()];
    const ledgers = await Promise.all(
      machines.map(({ ledger: store }) =>
        openLedger({ store, spoolDirectory: undefined, onFault: () => undefined, now: () => NOON }),
      ),
    );
    let killed = 0;
    for (const until = performance.now() + 4 * LEASE_MS; killed === 0 && performance.now() < until;) {
      for (const recovered of await Promise.all(ledgers.map((ledger) => ledger.recover()))) killed += recovered.killed;
      await Bun.sleep(50);
    }
    expect(killed).toBe(1);
    const sound = { entries: 1, openHolds: 0, drift: [], driftCount: 0 };
    expect(await machines[0]?.ledger.verify()).toEqual(sound);
    for (const ledger of ledgers) await ledger.close();
  }, 30_000);

  test('after the database was gone for long, nobody who lives is taken for dead', async () => {
    const machines = [await openMachine(), await openMachine(), await openMachine()];
    const boots = await Promise.all(machines.map(({ ledger }) => ledger.openBoot(NOON)));
    for (const [at, { ledger }] of machines.entries()) {
      await oneByOne(ledger, boots[at]?.id ?? 0).reserve(makeReservation());
    }
    await Bun.sleep(1.2 * LEASE_MS);
    await server.stop('immediate');
    await Bun.sleep(1.5 * LEASE_MS);
    await server.start();
    for (const until = performance.now() + 2 * LEASE_MS; performance.now() < until; await Bun.sleep(10)) {
      for (const { ledger } of machines) expect(await ledger.deadBoots().catch(() => [])).toEqual([]);
    }
    for (const boot of boots) await boot.close();
  }, 30_000);

  test('one that was cut off and forgotten is known again before it holds anything', async () => {
    const [cutOff, other] = [await openMachine(proxy.port), await openMachine()];
    const boot = await cutOff.ledger.openBoot(NOON);
    const { reserve } = oneByOne(cutOff.ledger, boot.id);
    await reserve(makeReservation());
    const own = await other.ledger.openBoot(NOON);
    proxy.onSent = () => 'lose';
    const [dead] = await other.ledger.deadBoots();
    expect(dead).toBeUndefined();
    const ledger = await openLedger({
      store: other.ledger,
      spoolDirectory: undefined,
      onFault: () => undefined,
      now: () => NOON,
    });
    for (const until = performance.now() + 4 * LEASE_MS; performance.now() < until; await Bun.sleep(50)) {
      if ((await ledger.recover()).killed > 0) break;
    }
    const known = async () => (await server.sql(database, `SELECT id FROM tokenharbor.boots`)).map((row) => row['id']);
    expect(await known()).not.toContain(boot.id as never);
    proxy.onSent = () => 'pass';
    expect(await reserve(makeReservation())).toMatchObject({ granted: true });
    expect((await known()).map(Number)).toContain(boot.id);
    await ledger.close();
    await own.close();
    await boot.close();
  }, 30_000);

  test('on one machine a process that is gone is known at once, by its file', async () => {
    const machine = await openMachine();
    const boot = await machine.ledger.openBoot(NOON);
    await oneByOne(machine.ledger, boot.id).reserve(makeReservation());
    const file = join(directories[0] ?? '', 'boots', `${boot.name}.lock`);
    expect(existsSync(file)).toBe(true);
    expect(await machine.ledger.deadBoots()).toEqual([]);
    await boot.close();
    expect(await machine.ledger.deadBoots()).toMatchObject([{ id: boot.id }]);
  });
});

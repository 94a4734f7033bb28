import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_USAGE } from '../../protocol/usage.ts';
import { openTemporaryStores, type TemporaryStores } from '../store/temporary-stores.fixture.ts';
import { type FaultyStore, makeFaulty } from './faulty-store.fixture.ts';
import { openLedger } from './ledger.ts';
import type { Ledger } from './ports.ts';
import { COST, makeRequestId, makeReservation, makeSettlement, NOON } from './work.fixture.ts';

let stores: TemporaryStores;
let store: FaultyStore;
let spoolDirectory: string;
let faults: string[];
let ledgers: Ledger[];
beforeEach(() => {
  stores = openTemporaryStores();
  store = makeFaulty(stores.ledger);
  spoolDirectory = join(stores.dataDir, 'boots');
  faults = [];
  ledgers = [];
});
afterEach(async () => {
  store.fault = undefined;
  store.poison = () => false;
  for (const ledger of ledgers) await ledger.close();
  await stores.close();
});

async function open(busyMs = 100): Promise<Ledger> {
  const ledger = await openLedger({
    store,
    spoolDirectory,
    onFault: (what) => faults.push(what),
    now: () => NOON,
    busyMs,
    retryMs: 1,
  });
  ledgers.push(ledger);
  return ledger;
}

/** A request that is held for. */
async function begin(ledger: Ledger, changes: Parameters<typeof makeReservation>[0] = {}): Promise<string> {
  const { requestId } = await ledger.reserve(makeReservation(changes));
  return requestId;
}

async function recovered(ledger: Ledger): Promise<void> {
  for (let i = 0; i < 300 && ledger.state().failure !== undefined; i++) await sleep(10);
  expect(ledger.state()).toMatchObject({ unwritten: 0, failure: undefined });
}

describe('group commit', () => {
  test('what is asked for at once is one transaction', async () => {
    const ledger = await open();
    const ids = await Promise.all(Array.from({ length: 100 }, () => begin(ledger)));
    expect(store.calls).toEqual([100]);
    const entries = await Promise.all(ids.map((id) => ledger.settle(makeSettlement(id))));
    expect(store.calls).toEqual([100, 100]);
    expect(entries.map((entry) => entry?.requestId)).toEqual(ids);
  });

  test('a settlement goes with the next hold, and does not wait long for one', async () => {
    const ledger = await open();
    const first = await begin(ledger);
    const settled = ledger.settle(makeSettlement(first));
    await begin(ledger);
    expect(store.calls).toEqual([1, 2]);
    await settled;
    const second = await begin(ledger);
    const before = performance.now();
    await ledger.settle(makeSettlement(second));
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(store.calls.at(-1)).toBe(1);
  });

  test('what is settled before its hold is written is settled with it', async () => {
    const ledger = await open();
    const reservation = makeReservation();
    const held = ledger.reserve(reservation);
    const entry = await ledger.settle(makeSettlement(reservation.requestId));
    expect(entry).toMatchObject({ costNano: COST, heldNano: 5_000_000n });
    expect(await held).toMatchObject({ granted: true });
  });

  test('more than fits into one transaction is written in several', async () => {
    const ledger = await open();
    const ids = await Promise.all(Array.from({ length: 700 }, () => begin(ledger)));
    expect(new Set(ids).size).toBe(700);
    expect(store.calls.length).toBeGreaterThan(1);
    expect(store.calls.reduce((sum, count) => sum + count)).toBe(700);
    await Promise.all(ids.map((id) => ledger.settle(makeSettlement(id))));
    expect(await stores.ledger.verify()).toMatchObject({ entries: 700, openHolds: 0, driftCount: 0 });
  });

  test('a denied budget is an answer, to that request alone', async () => {
    const ledger = await open();
    const budgets = [{ holder: 'key', period: 'day', limitNano: 3n }] as const;
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        ledger.reserve(makeReservation({ amountNano: 1n, budgets: i % 2 === 0 ? budgets : [] })),
      ),
    );
    expect(results.map(({ granted }) => granted)).toEqual([
      true,
      true,
      true,
      true,
      // With what the others hold the budget is used up.
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test('what cannot be is the fault of the one who asks', async () => {
    const ledger = await open();
    const good = ledger.reserve(makeReservation());
    await expect(ledger.reserve(makeReservation({ requestId: 'x' }))).rejects.toThrow(RangeError);
    expect(await good).toMatchObject({ granted: true });
    expect(await ledger.settle(makeSettlement(makeRequestId()))).toBeUndefined();
    expect(await ledger.journal({ requestId: makeRequestId(), usage: NO_USAGE, atMs: NOON })).toBe(false);
    expect(faults).toEqual([]);
  });

  test('close writes what waits, and leaves nothing behind', async () => {
    const ledger = await open();
    const id = await begin(ledger);
    const settled = ledger.settle(makeSettlement(id));
    await ledger.close();
    expect(await settled).toMatchObject({ requestId: id });
    expect(readdirSync(spoolDirectory)).toEqual([]);
    expect(await stores.ledger.deadBoots()).toEqual([]);
  });
});

describe.each(['full', 'io', 'busy', 'corrupt'] as const)('faults 52 to 54: a store that is %s', (fault) => {
  test('refuses holds and says why, keeps settlements, and all is well when it works again', async () => {
    const ledger = await open();
    const ids = await Promise.all(Array.from({ length: 20 }, () => begin(ledger)));
    store.fault = fault;
    const told = await Promise.allSettled([
      ledger.reserve(makeReservation()),
      ...ids.slice(0, 10).map((id) => ledger.settle(makeSettlement(id))),
    ]);
    for (const one of told)
      expect(one).toMatchObject({ status: 'rejected', reason: { name: 'StoreError', code: fault } });
    expect(String((told[1] as PromiseRejectedResult).reason)).toContain('kept and tried again');
    // What is kept is still held in the store.
    const held = { open: 20, heldNano: 20n * makeReservation().amountNano };
    expect(ledger.state()).toMatchObject({ unwritten: 10, failure: { code: fault }, ...held });
    // From here on nobody waits for an answer that is known.
    const later = await Promise.allSettled(ids.slice(10).map((id) => ledger.settle(makeSettlement(id))));
    expect(new Set(later.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(await ledger.journal({ requestId: ids[0] ?? '', usage: NO_USAGE, atMs: NOON })).toBe(false);
    expect(ledger.state().unwritten).toBe(20);
    expect(faults).toEqual(['the ledger cannot be written']);

    store.fault = undefined;
    await recovered(ledger);
    expect(ledger.state()).toMatchObject({ open: 0, heldNano: 0n });
    expect(await stores.ledger.verify()).toMatchObject({ entries: 20, openHolds: 0, driftCount: 0 });
    expect((await stores.usage.totals({ by: [] }))[0]).toMatchObject({ requests: 20, costNano: 20n * COST });
    await begin(ledger);
  });

  test('is found working again although nothing is asked of it', async () => {
    const ledger = await open();
    store.fault = fault;
    await expect(ledger.reserve(makeReservation())).rejects.toMatchObject({ code: fault });
    store.fault = undefined;
    await recovered(ledger);
  });

  test('what it could not take by the end is settled by the next process', async () => {
    const first = await open();
    const ids = await Promise.all(Array.from({ length: 3 }, () => begin(first)));
    store.fault = fault;
    await Promise.allSettled(ids.slice(0, 2).map((id) => first.settle(makeSettlement(id))));
    await expect(first.close()).rejects.toMatchObject({ code: fault });
    ledgers = [];
    store.fault = undefined;
    const second = await open();
    expect(await second.recover()).toEqual({ replayed: 2, killed: 1 });
    expect(await second.recover()).toEqual({ replayed: 0, killed: 0 });
    const entries = await Promise.all(ids.map((id) => stores.ledger.entry(id)));
    expect(entries.map((entry) => [entry?.outcome, entry?.costNano])).toEqual([
      ['answered', COST],
      ['answered', COST],
      ['killed', 0n],
    ]);
    await second.close();
    ledgers = [];
    expect(readdirSync(spoolDirectory)).toEqual([]);
  });
});

test('a directory without room for the spool file is reported, and the ledger works', async () => {
  writeFileSync(join(stores.dataDir, 'file'), '');
  spoolDirectory = join(stores.dataDir, 'file');
  const ledger = await open();
  expect(faults).toEqual([
    'there is no spool file: while the ledger cannot be written, settlements are in memory alone',
  ]);
  const id = await begin(ledger);
  expect(await ledger.settle(makeSettlement(id))).toMatchObject({ outcome: 'answered' });
});

describe('a store that is locked for a moment', () => {
  test('is waited for: nobody is told', async () => {
    const ledger = await open(60_000);
    store.fault = 'busy';
    const held = ledger.reserve(makeReservation());
    await sleep(30);
    const other = ledger.reserve(makeReservation());
    store.fault = undefined;
    expect([await held, await other]).toMatchObject([{ granted: true }, { granted: true }]);
    expect(faults).toEqual([]);
  });

  test('is not asked more often because more is waiting for it', async () => {
    const ledger = await open(60_000);
    store.fault = 'busy';
    const all = Array.from({ length: 20 }, async (_, i) => {
      await sleep(i);
      return ledger.reserve(makeReservation());
    });
    const began = performance.now();
    await sleep(40);
    expect(store.calls.length).toBeLessThan((performance.now() - began) / 10 + 4);
    store.fault = undefined;
    for (const one of all) expect(await one).toMatchObject({ granted: true });
  });
});

describe('an item that cannot be written', () => {
  test('fails alone, and is no reason to refuse the others', async () => {
    const ledger = await open();
    const ids = await Promise.all(Array.from({ length: 5 }, () => begin(ledger)));
    store.poison = (work) => work.kind === 'settle' && work.settlement.requestId === ids[2];
    const settled = await Promise.allSettled(ids.map((id) => ledger.settle(makeSettlement(id))));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(faults).toEqual(['a settlement cannot be written']);
    expect(ledger.state()).toMatchObject({ unwritten: 0, failure: undefined });
    await begin(ledger);
  });

  test('the same among what was kept', async () => {
    const ledger = await open();
    const ids = await Promise.all(Array.from({ length: 5 }, () => begin(ledger)));
    store.fault = 'full';
    await Promise.allSettled(ids.map((id) => ledger.settle(makeSettlement(id))));
    store.poison = (work) => work.kind === 'settle' && work.settlement.requestId === ids[2];
    store.fault = undefined;
    await recovered(ledger);
    const entries = await Promise.all(ids.map((id) => stores.ledger.entry(id)));
    expect(entries.map((entry) => entry?.outcome)).toEqual(['answered', 'answered', undefined, 'answered', 'answered']);
    expect(faults).toEqual(['the ledger cannot be written', 'a settlement cannot be written']);
  });
});

describe('recovery', () => {
  test('a running process is left alone', async () => {
    const [one, other] = [await open(), await open()];
    const id = await begin(one);
    expect(await other.recover()).toEqual({ replayed: 0, killed: 0 });
    expect(await one.settle(makeSettlement(id))).toMatchObject({ outcome: 'answered' });
  });

  test('what died is charged as far as it was journalled, never beyond what was held', async () => {
    const dying = await open();
    const usage = { ...NO_USAGE, inputTokens: 12, outputTokens: 200 };
    const ids = [
      await begin(dying),
      await begin(dying),
      await begin(dying, { amountNano: 5n }),
      await begin(dying, { price: undefined }),
    ];
    for (const requestId of ids.slice(1)) await dying.journal({ requestId, usage, atMs: NOON + 5 });
    await dying.close();
    ledgers = [];
    const ledger = await open();
    expect(await ledger.recover()).toEqual({ replayed: 0, killed: 4 });
    const entries = await Promise.all(ids.map((id) => stores.ledger.entry(id)));
    expect(entries.map((entry) => [entry?.costNano, entry?.estimated, entry?.usage.outputTokens])).toEqual([
      [0n, false, 0],
      [COST, true, 200],
      [5n, true, 200],
      [0n, true, 200],
    ]);
    for (const entry of entries) expect(entry).toMatchObject({ outcome: 'killed', settledAtMs: NOON });
    expect(await stores.ledger.verify()).toMatchObject({ entries: 4, openHolds: 0, driftCount: 0 });
  });

  test('a store that fails meanwhile leaves the dead for the next time', async () => {
    const dying = await open();
    const id = await begin(dying);
    await dying.close();
    ledgers = [];
    const ledger = await open();
    store.fault = 'full';
    await expect(ledger.recover()).rejects.toMatchObject({ code: 'full' });
    store.fault = undefined;
    await recovered(ledger);
    await ledger.recover();
    expect(await stores.ledger.entry(id)).toMatchObject({ outcome: 'killed' });
    expect(await stores.ledger.deadBoots()).toEqual([]);
    expect(existsSync(spoolDirectory)).toBe(true);
  });
});

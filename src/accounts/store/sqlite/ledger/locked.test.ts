import { afterEach, beforeEach, expect, test } from 'bun:test';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger } from '../../../ledger/ledger.ts';
import type { Ledger } from '../../../ledger/ports.ts';
import { makeReservation, makeSettlement, NOON } from '../../../ledger/work.fixture.ts';
import { openTemporaryStores, type TemporaryStores } from '../../temporary-stores.fixture.ts';
import { DATABASE_FILE } from '../open.ts';

let stores: TemporaryStores;
let ledger: Ledger;
let other: DatabaseSync;
let faults: string[];
beforeEach(() => {
  stores = openTemporaryStores();
  faults = [];
  other = new DatabaseSync(join(stores.dataDir, DATABASE_FILE));
});
afterEach(async () => {
  other.close();
  await ledger.close();
  await stores.close();
});

async function open(busyMs: number): Promise<void> {
  ledger = await openLedger({
    store: stores.ledger,
    spoolDirectory: undefined,
    onFault: (what) => faults.push(what),
    now: () => NOON,
    busyMs,
  });
}

test('fault 54: a database that another connection has locked is waited for, and other work goes on meanwhile', async () => {
  await open(60_000);
  other.exec('BEGIN IMMEDIATE');
  const held = ledger.reserve(makeReservation());
  const began = performance.now();
  let turns = 0;
  for (; performance.now() - began < 300; turns++) await sleep(1);
  other.exec('COMMIT');
  expect(await held).toMatchObject({ granted: true });
  expect(faults).toEqual([]);
  // SQLite's own waiting would have left no turn to anybody.
  expect(turns).toBeGreaterThan(5);
});

test('fault 54: one that stays locked is an error that says so, and all is well once it is not', async () => {
  await open(50);
  const { requestId } = await ledger.reserve(makeReservation());
  other.exec('BEGIN IMMEDIATE');
  await expect(ledger.reserve(makeReservation())).rejects.toMatchObject({ name: 'StoreError', code: 'busy' });
  await expect(ledger.settle(makeSettlement(requestId))).rejects.toMatchObject({ code: 'busy' });
  expect(ledger.state()).toMatchObject({ unwritten: 1, failure: { code: 'busy' } });
  other.exec('COMMIT');
  for (let i = 0; i < 300 && ledger.state().failure !== undefined; i++) await sleep(10);
  expect(ledger.state()).toMatchObject({ unwritten: 0, failure: undefined });
  expect(await stores.ledger.entry(requestId)).toMatchObject({ outcome: 'answered' });
});

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { digestKey } from '../../keys/digest.ts';
import { isKeyFault } from '../../keys/fault.ts';
import { createKeyring } from '../../keys/keyring.ts';
import { createKey } from '../../keys/lifecycle.ts';
import { makeDataDir, makeRecord } from '../temporary-stores.fixture.ts';
import { openSqliteStores } from './stores.ts';

const WRITER = fileURLToPath(new URL('writer.fixture.ts', import.meta.url));

let dataDir: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(dataDir, { recursive: true });
});

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [WRITER, dataDir, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  // A kill can cut the last line; only a whole one is an acknowledgement.
  const lines = () =>
    output
      .slice(0, output.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean);
  const exited = once(child, 'close').then(() => ({ code: child.exitCode, errors }));
  const said = async (count: number) => {
    while (lines().length < count && child.exitCode === null) await sleep(1);
    expect(errors).toBe('');
  };
  return { child, lines, exited, said };
}

test('two processes that make the database and fill it at once lose nothing', async () => {
  const writers = [start('insert', '200'), start('insert', '200')];
  for (const writer of writers) expect(await writer.exited).toEqual({ code: 0, errors: '' });
  const stores = openSqliteStores(dataDir);
  const digests = new Set((await stores.keys.list()).map((record) => record.digest));
  const secrets = writers.flatMap((writer) => writer.lines());
  expect(secrets).toHaveLength(400);
  expect(digests.size).toBe(400);
  for (const secret of secrets) expect(digests.has(digestKey(secret))).toBe(true);
  await stores.close();
}, 20_000);

test('processes that ask for a secret at once, before there is a database, get the same', async () => {
  const processes = Array.from({ length: 4 }, () => start('secret', 'reasoning'));
  for (const process of processes) expect(await process.exited).toEqual({ code: 0, errors: '' });
  const told = new Set(processes.flatMap((process) => process.lines()));
  expect([...told]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  const stores = openSqliteStores(dataDir);
  expect(told).toContain(Buffer.from(await stores.secrets.secret('reasoning')).toString('hex'));
  await stores.close();
}, 20_000);

test('fault 24: a key revoked by another process is refused within a second, a busy keyring or not', async () => {
  const stores = openSqliteStores(dataDir);
  const { secret, record } = await createKey(stores.keys, { name: 'doomed' }, Date.now());
  const keyring = createKeyring({ store: stores.keys, accounts: stores.accounts, now: Date.now });
  const headers = new Headers({ authorization: `Bearer ${secret}` });
  expect(isKeyFault(await keyring.authenticate(headers, ''))).toBe(false);

  const revoker = start('revoke', record.id);
  let acceptedAt = Date.now();
  for (;;) {
    const result = await keyring.authenticate(headers, '');
    if (isKeyFault(result)) {
      expect(result.reason).toBe('revoked');
      break;
    }
    acceptedAt = Date.now();
    await sleep(2);
    if (acceptedAt - record.createdAt > 10_000) throw new Error('the key was never refused');
  }
  await revoker.exited;
  const revokedAt = (await stores.keys.findById(record.id))?.revokedAt ?? 0;
  expect(acceptedAt - revokedAt).toBeLessThan(1000);
  await keyring.close();
  await stores.close();
}, 20_000);

test('fault 54: a store waits for a lock another process holds', async () => {
  const stores = openSqliteStores(dataDir);
  const locker = start('lock', '400');
  await locker.said(1);
  const started = performance.now();
  await stores.keys.insert(makeRecord());
  expect(performance.now() - started).toBeGreaterThan(100);
  expect(await stores.keys.list()).toHaveLength(1);
  await stores.close();
}, 20_000);

test('fault 54: a lock that stays is an error that says so; reading goes on meanwhile', async () => {
  const stores = openSqliteStores(dataDir);
  const record = makeRecord();
  await stores.keys.insert(record);
  const locker = start('lock', '60000');
  await locker.said(1);
  expect(await stores.keys.findByDigest(record.digest)).toEqual(record);
  await expect(stores.keys.insert(makeRecord())).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('locked for more than 5 seconds'),
  });
  await stores.close();
}, 20_000);

test('fault 51: a process killed while it makes keys loses none it showed, and leaves no half of one', async () => {
  const shown: string[] = [];
  for (let round = 0; round < 8; round++) {
    const writer = start('insert', '100000');
    await writer.said(1 + round * 7);
    await sleep(round);
    writer.child.kill('SIGKILL');
    await writer.exited;
    shown.push(...writer.lines());
  }
  const stores = openSqliteStores(dataDir);
  const records = await stores.keys.list();
  const digests = new Set(records.map((record) => record.digest));
  expect(shown.length).toBeGreaterThan(8);
  for (const secret of shown) expect(digests.has(digestKey(secret))).toBe(true);
  // Each kill can fall between the commit and the line that shows the key.
  expect(records.length - shown.length).toBeLessThanOrEqual(8);
  await stores.close();
}, 30_000);

test('fault 51: a process killed while it rotates keys leaves each old key with its end and its successor, or neither', async () => {
  const stores = openSqliteStores(dataDir);
  const { record } = await createKey(stores.keys, { name: 'chain' }, Date.now());
  let latest = record.id;
  for (let round = 0; round < 6; round++) {
    const writer = start('rotate', latest);
    await writer.said(1 + round * 5);
    writer.child.kill('SIGKILL');
    await writer.exited;
    const records = await stores.keys.list();
    const rotated = new Set(records.map((one) => one.rotatedFrom));
    const ends = records.filter((one) => one.expiresAt === null);
    for (const one of records) expect(rotated.has(one.id)).toBe(one.expiresAt !== null);
    expect(ends).toHaveLength(1);
    latest = ends[0]?.id ?? '';
  }
  await stores.close();
}, 30_000);

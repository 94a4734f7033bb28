import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NO_LIMITS } from '../../limits/ports.ts';
import { makeDataDir, makeRecord } from '../temporary-stores.fixture.ts';
import { SCHEMA_VERSION } from './migrations.ts';
import { DATABASE_FILE, openDatabase } from './open.ts';
import { makeOldDatabase } from './old-schema.fixture.ts';
import { openSqliteStores } from './stores.ts';

let root: string;
let dataDir: string;
let file: string;
beforeEach(() => {
  root = makeDataDir();
  dataDir = join(root, 'a', 'data');
  file = join(dataDir, DATABASE_FILE);
});
afterEach(() => rmSync(root, { recursive: true }));

async function fill(count: number): Promise<void> {
  const stores = openSqliteStores(dataDir);
  for (let at = 0; at < count; at++) await stores.keys.insert(makeRecord({ createdAt: at, name: 'x'.repeat(90) }));
  await stores.close();
}

describe('openDatabase', () => {
  test('makes the directory and every file for this user alone', () => {
    const { db } = openDatabase(dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600);
    db.close();
    chmodSync(file, 0o644);
    openDatabase(dataDir).db.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('sets what keeps commits and references safe', () => {
    const { db } = openDatabase(dataDir);
    const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('busy_timeout')).toBe(5000);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('user_version')).toBe(SCHEMA_VERSION);
    const tables = db.prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'",
    );
    expect(tables.all()).toEqual([]);
    db.close();
  });

  test('opening again keeps what is there', async () => {
    await fill(3);
    await fill(2);
    const stores = openSqliteStores(dataDir);
    expect(await stores.keys.list()).toHaveLength(5);
    await stores.close();
  });

  test.each([1, 2] as const)('a database of version %d is brought up to date with what is in it', async (version) => {
    makeOldDatabase(file, version);
    const stores = openSqliteStores(dataDir);
    const keys = await stores.keys.list();
    expect(keys.map(({ id }) => id)).toEqual(['key_a', 'key_b', 'key_c']);
    for (const key of keys) expect(key).toMatchObject({ limits: NO_LIMITS, budget: null, budgetId: 'key_a' });
    expect(await stores.secrets.secret('a')).toHaveLength(32);
    const counts = {
      requests: 2,
      inputTokens: 10,
      outputTokens: 20,
      cacheReadTokens: 3,
      cacheWriteTokens: 4,
      reasoningTokens: 5,
      estimated: 1,
    };
    const by = ['day', 'key', 'account', 'model'] as const;
    expect(await stores.usage.totals({ by })).toEqual([
      {
        day: '2026-02-28',
        keyId: 'key_a',
        account: 'default',
        model: 'm',
        ...counts,
        costNano: 9_007_199_254_740_993n,
      },
      { day: '2026-03-01', keyId: 'key_a', account: 'default', model: 'n', ...counts, costNano: 7n },
      { day: '2026-03-01', keyId: 'key_b', account: 'default', model: 'default', ...counts, costNano: 0n },
    ]);
    expect(await stores.ledger.verify()).toEqual({ entries: 0, openHolds: 0, drift: [], driftCount: 0 });
    await stores.close();
  });

  test('a directory that cannot be made is an error with its path', () => {
    writeFileSync(join(root, 'a'), 'a file');
    expect(() => openDatabase(dataDir)).toThrow(/tokenharbor\.db: .*(EEXIST|ENOTDIR)/);
  });
});

describe('fault 55: a database that must not be used', () => {
  test('written by a newer program: refused, untouched, with an instruction', async () => {
    await fill(1);
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 4711');
    db.close();
    expect(() => openDatabase(dataDir)).toThrow(/schema version 4711.*newer tokenharbor.*restore a backup/s);
    const again = new DatabaseSync(file);
    expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 4711 });
    again.close();
  });

  test('not a database: refused with an instruction', async () => {
    await fill(1);
    writeFileSync(file, 'this is no database, whatever its name says\n'.repeat(100));
    expect(() => openDatabase(dataDir)).toThrow(/not a database.*latest backup/s);
  });

  test('a damaged page: refused with an instruction', async () => {
    await fill(300);
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096 * 3, 4096 * 6);
    writeFileSync(file, bytes);
    try {
      openDatabase(dataDir);
      throw new Error('it was opened');
    } catch (error) {
      expect(error).toMatchObject({ name: 'StoreError', code: 'corrupt' });
      expect(String(error)).toMatch(/damaged.*latest backup/s);
    }
  });

  test('cut short: refused, or opened whole', async () => {
    await fill(300);
    truncateSync(file, statSync(file).size - 5000);
    expect(() => openDatabase(dataDir)).toThrow(/damaged/);
  });
});

test('fault 55: a write-ahead log cut anywhere leaves whole commits, the oldest first', async () => {
  const stores = openSqliteStores(dataDir);
  const records = Array.from({ length: 20 }, (_, at) => makeRecord({ createdAt: at }));
  for (const record of records) await stores.keys.insert(record);
  const copy = join(root, 'copy');
  cpSync(dataDir, copy, { recursive: true });
  await stores.close();

  const log = join(copy, `${DATABASE_FILE}-wal`);
  const saved = join(root, 'saved');
  cpSync(copy, saved, { recursive: true });
  expect(existsSync(log)).toBe(true);
  const size = statSync(log).size;
  const counts: number[] = [];
  for (const length of [0, 1, 31, 32, 5000, Math.floor(size / 3), Math.floor(size / 2), size - 1, size]) {
    rmSync(copy, { recursive: true });
    cpSync(saved, copy, { recursive: true });
    truncateSync(log, length);
    const reopened = openSqliteStores(copy);
    const found = await reopened.keys.list();
    expect(found).toEqual(records.slice(0, found.length));
    counts.push(found.length);
    await reopened.close();
  }
  expect(counts.at(-1)).toBe(20);
  expect(counts.at(0)).toBe(0);
});

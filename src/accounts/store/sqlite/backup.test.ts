import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLedger } from '../../ledger/ledger.ts';
import { makeReservation, makeSettlement, NOON, oneByOne } from '../../ledger/work.fixture.ts';
import { makeDataDir, makeRecord } from '../temporary-stores.fixture.ts';
import { backupDatabase } from './backup.ts';
import { makeOldDatabase } from './old-schema.fixture.ts';
import { DATABASE_FILE } from './open.ts';
import { restoreDatabase } from './restore.ts';
import { lockAgainstServers, lockForServer } from './server-lock.ts';
import { openSqliteStores } from './stores.ts';

let root: string;
let dataDir: string;
let out: string;
beforeEach(() => {
  root = makeDataDir();
  dataDir = join(root, 'data');
  out = join(root, 'copy.db');
});
afterEach(() => rmSync(root, { recursive: true }));

async function addKeys(directory: string, count: number): Promise<void> {
  const stores = openSqliteStores(directory);
  for (let i = 0; i < count; i++) await stores.keys.insert(makeRecord({ createdAt: i }));
  await stores.close();
}

async function countKeys(directory: string): Promise<number> {
  const stores = openSqliteStores(directory);
  const { length } = await stores.keys.list();
  await stores.close();
  return length;
}

describe('backup', () => {
  test('is one whole file for this user alone, made while others write', async () => {
    const stores = openSqliteStores(dataDir);
    const boot = await stores.ledger.openBoot(0);
    const { reserve, settle } = oneByOne(stores.ledger, boot.id);
    let wanted = true;
    let settled = 0;
    const writing = (async () => {
      while (wanted) {
        const reservation = makeReservation();
        await reserve(reservation);
        await settle(makeSettlement(reservation.requestId));
        settled++;
        await Bun.sleep(0);
      }
    })();
    while (settled < 20) await Bun.sleep(1);
    const told: string[] = [];
    const { bytes } = await backupDatabase(dataDir, out, (stage) => told.push(stage));
    expect(told.at(-1)).toBe('checking the copy');
    wanted = false;
    await writing;
    expect(statSync(out)).toMatchObject({ size: bytes, mode: 0o100600 });
    expect(readdirSync(root).sort()).toEqual(['copy.db', 'data']);
    restoreDatabase(out, join(root, 'other'));
    const copy = openSqliteStores(join(root, 'other'));
    const verified = await copy.ledger.verify();
    expect(verified.driftCount).toBe(0);
    expect(verified.entries).toBeGreaterThanOrEqual(20);
    expect(verified.entries).toBeLessThanOrEqual(settled);
    await copy.close();
    await boot.close();
    await stores.close();
  });

  test('overwrites nothing, and does not take a directory without a database for one', async () => {
    await addKeys(dataDir, 1);
    writeFileSync(out, 'mine');
    await expect(backupDatabase(dataDir, out)).rejects.toThrow('such a file already');
    expect(readFileSync(out, 'utf8')).toBe('mine');
    await expect(backupDatabase(join(root, 'empty'), join(root, 'x.db'))).rejects.toThrow('no database');
    expect(readdirSync(root).sort()).toEqual(['copy.db', 'data']);
    await expect(backupDatabase(dataDir, join(root, 'nowhere', 'x.db'))).rejects.toMatchObject({ name: 'StoreError' });
  });

  test('does not bring an older database up to date: its server may still run', async () => {
    makeOldDatabase(join(dataDir, DATABASE_FILE), 2);
    await backupDatabase(dataDir, out);
    for (const file of [out, join(dataDir, DATABASE_FILE)]) {
      const db = new DatabaseSync(file);
      expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
      db.close();
    }
  });
});

describe('restore', () => {
  test('puts the copy in place and keeps what was there', async () => {
    await addKeys(dataDir, 3);
    await backupDatabase(dataDir, out);
    await addKeys(dataDir, 2);
    const { replaced } = restoreDatabase(out, dataDir);
    expect(await countKeys(dataDir)).toBe(3);
    expect(replaced).toBe(join(dataDir, 'tokenharbor.db.replaced'));
    const told: [string, number, number][] = [];
    restoreDatabase(replaced ?? '', dataDir, (...progress) => told.push(progress));
    expect(await countKeys(dataDir)).toBe(5);
    expect(told.map(([stage]) => stage)).toEqual(['copying', 'copying', 'checking the copy']);
    expect(told[1]?.[1]).toBe(told[1]?.[2] ?? 0);
    expect(statSync(join(dataDir, DATABASE_FILE)).mode & 0o777).toBe(0o600);
  });

  test('takes the place of a database whose log was not written back', async () => {
    await addKeys(dataDir, 3);
    await backupDatabase(dataDir, out);
    const open = openSqliteStores(dataDir);
    await open.keys.insert(makeRecord({ createdAt: 9 }));
    expect(statSync(join(dataDir, `${DATABASE_FILE}-wal`)).size).toBeGreaterThan(0);
    restoreDatabase(out, dataDir);
    expect(await countKeys(dataDir)).toBe(3);
    await open.close();
    expect(await countKeys(dataDir)).toBe(3);
  });

  test('takes the place of a damaged database', async () => {
    await addKeys(dataDir, 3);
    await backupDatabase(dataDir, out);
    writeFileSync(join(dataDir, DATABASE_FILE), 'no database at all');
    restoreDatabase(out, dataDir);
    expect(await countKeys(dataDir)).toBe(3);
  });

  test('an older copy is brought up to date when it is opened', async () => {
    makeOldDatabase(out, 1);
    restoreDatabase(out, dataDir);
    expect(await countKeys(dataDir)).toBe(3);
  });

  test('what was held for when the copy was made is settled as killed, whoever still runs elsewhere', async () => {
    const stores = openSqliteStores(dataDir);
    const boot = await stores.ledger.openBoot(0);
    const reservation = makeReservation();
    await oneByOne(stores.ledger, boot.id).reserve(reservation);
    await backupDatabase(dataDir, out);
    const other = join(root, 'other');
    restoreDatabase(out, other);
    const copy = openSqliteStores(other);
    const ledger = await openLedger({
      store: copy.ledger,
      spoolDirectory: join(other, 'boots'),
      onFault: () => undefined,
      now: () => NOON,
    });
    expect(await ledger.recover()).toEqual({ replayed: 0, killed: 1 });
    await ledger.close();
    await copy.close();
    await boot.close();
    await stores.close();
  });

  test('is refused while a server runs, and changes nothing', async () => {
    await addKeys(dataDir, 3);
    await backupDatabase(dataDir, out);
    await addKeys(dataDir, 1);
    const lock = lockForServer(dataDir);
    expect(() => restoreDatabase(out, dataDir)).toThrow(/a tokenharbor server uses this data directory/);
    expect(await countKeys(dataDir)).toBe(4);
    lock.release();
    restoreDatabase(out, dataDir);
    expect(await countKeys(dataDir)).toBe(3);
  });

  test('fault 55: a file that is damaged, cut, newer, or no copy of ours is refused, and changes nothing', async () => {
    await addKeys(dataDir, 300);
    await backupDatabase(dataDir, out);
    const whole = readFileSync(out);
    const damaged = Buffer.from(whole).fill(0xa5, 4096 * 3, 4096 * 6);
    const [bad, cut, alien, newer] = ['bad', 'cut', 'alien', 'newer'].map((name) => join(root, name)) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(bad, damaged);
    writeFileSync(cut, whole);
    truncateSync(cut, 4096 * 5);
    const db = new DatabaseSync(alien);
    db.exec('CREATE TABLE other (a); PRAGMA user_version = 1');
    db.close();
    writeFileSync(newer, whole);
    const future = new DatabaseSync(newer);
    future.exec('PRAGMA user_version = 4711');
    future.close();
    expect(() => restoreDatabase(bad, dataDir)).toThrow(/damaged/);
    expect(() => restoreDatabase(cut, dataDir)).toThrow();
    expect(() => restoreDatabase(alien, dataDir)).toThrow(/no database of tokenharbor/);
    expect(() => restoreDatabase(newer, dataDir)).toThrow(/schema version 4711/);
    expect(() => restoreDatabase(join(root, 'gone'), dataDir)).toThrow(/no such file/);
    expect(await countKeys(dataDir)).toBe(300);
    expect(existsSync(join(dataDir, `${DATABASE_FILE}.restoring`))).toBe(false);
    expect(existsSync(join(dataDir, `${DATABASE_FILE}.replaced`))).toBe(false);
  });
});

describe('fault 54: the lock of a server', () => {
  test('is shared by servers; while the database is replaced none can start', () => {
    const [one, other] = [lockForServer(dataDir), lockForServer(dataDir)];
    one.release();
    expect(() => lockAgainstServers(dataDir)).toThrow(/a tokenharbor server uses this data directory/);
    other.release();
    const restoring = lockAgainstServers(dataDir);
    expect(() => lockForServer(dataDir)).toThrow(/being replaced/);
    expect(() => lockAgainstServers(dataDir)).toThrow();
    restoring.release();
    lockForServer(dataDir).release();
  });

  test('that cannot be made is not taken for one that is held', () => {
    mkdirSync(dataDir, { recursive: true });
    symlinkSync(join(dataDir, 'nowhere', 'lock'), join(dataDir, 'server.lock'));
    expect(() => lockForServer(dataDir)).toThrow(/server\.lock: cannot be made/);
  });

  test('is free again when the process that had it was killed, and other verbs do not mind it', async () => {
    const script = `
      const { lockForServer } = await import(${JSON.stringify(join(import.meta.dir, 'server-lock.ts'))});
      globalThis.lock = lockForServer(${JSON.stringify(dataDir)});
      console.log('locked');
      setInterval(() => undefined, 1000);`;
    const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'inherit' });
    const reader = child.stdout.getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toContain('locked');
    expect(() => lockAgainstServers(dataDir)).toThrow(/uses this data directory/);
    await addKeys(dataDir, 1);
    child.kill('SIGKILL');
    await child.exited;
    lockAgainstServers(dataDir).release();
  });

  test('a directory that cannot be made is told with its name', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => lockForServer(join(root, 'file', 'data'))).toThrow(/file\/data.*(ENOTDIR|EEXIST)/);
  });
});

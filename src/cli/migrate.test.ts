import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SCHEMA_VERSION } from '../accounts/store/sqlite/migrations.ts';
import { makeOldDatabase } from '../accounts/store/sqlite/old-schema.fixture.ts';
import { DATABASE_FILE } from '../accounts/store/sqlite/open.ts';
import { lockForServer } from '../accounts/store/sqlite/server-lock.ts';
import { makeDataDir } from '../accounts/store/temporary-stores.fixture.ts';
import { registerMigrate } from './migrate.ts';
import { runVerb } from './run-verb.fixture.ts';

setDefaultTimeout(30_000);

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = makeDataDir();
  file = join(dataDir, DATABASE_FILE);
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const migrate = (...args: string[]) =>
  runVerb(
    (program, context) => registerMigrate(program, context, () => ({ dataDir, database: undefined })),
    ['migrate', ...args],
  );

function versionOf(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  } finally {
    db.close();
  }
}

describe('an older database', () => {
  beforeEach(() => makeOldDatabase(file, 2));

  test('--status says so, with 3, and changes nothing', async () => {
    const { output, exitCode } = await migrate('--status');
    expect([output, exitCode]).toEqual([`${file} will be brought from version 2 to ${SCHEMA_VERSION}.\n`, 3]);
    expect(JSON.parse((await migrate('--status', '--json')).output)).toEqual({
      database: file,
      from: 2,
      to: SCHEMA_VERSION,
      up_to_date: false,
    });
    expect((await migrate('--status', '--quiet')).output).toBe(output);
    expect(versionOf(file)).toBe(2);
  });

  test('--dry-run prints the SQL, which does what the verb does', async () => {
    const { output, exitCode } = await migrate('--dry-run');
    expect(exitCode).toBe(0);
    expect(output).toContain('-- version 2 to 3');
    expect(versionOf(file)).toBe(2);
    const { steps } = JSON.parse((await migrate('--dry-run', '--json')).output) as { steps: { sql: string }[] };
    expect(steps).toHaveLength(SCHEMA_VERSION - 2);
    const byHand = join(dataDir, 'by-hand.db');
    makeOldDatabase(byHand, 2);
    const db = new DatabaseSync(byHand);
    db.exec(output);
    await migrate();
    const migrated = new DatabaseSync(file, { readOnly: true });
    const layout = (of: DatabaseSync) => of.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    expect(layout(db)).toEqual(layout(migrated));
    expect(versionOf(byHand)).toBe(SCHEMA_VERSION);
    db.close();
    migrated.close();
  });

  test('is brought up to date; again there is nothing to do', async () => {
    const said = await migrate();
    expect([said.output, said.exitCode]).toEqual([`${file} was brought from version 2 to ${SCHEMA_VERSION}.\n`, 0]);
    expect(versionOf(file)).toBe(SCHEMA_VERSION);
    const again = await migrate('--status');
    expect([again.output, again.exitCode]).toEqual([`${file} is up to date, at version ${SCHEMA_VERSION}.\n`, 0]);
    expect((await migrate('--dry-run')).output).toContain('nothing to do');
    expect((await migrate('--quiet')).output).toBe('');
  });

  test('is left alone while a server runs on it', async () => {
    const lock = lockForServer(dataDir);
    const { errors, exitCode } = await migrate();
    expect([errors, exitCode]).toEqual([expect.stringContaining('Stop it first'), 69]);
    expect(versionOf(file)).toBe(2);
    expect((await migrate('--status')).exitCode).toBe(3);
    lock.release();
  });
});

test('where there is none, it will be made, and is', async () => {
  expect((await migrate('--status')).output).toContain('is not there yet; it will be made');
  expect(existsSync(file)).toBe(false);
  expect((await migrate('--json')).output).toContain('"up_to_date": true');
  expect(versionOf(file)).toBe(SCHEMA_VERSION);
});

test('one of a newer program, or no database, is told and not touched', async () => {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 4711');
  db.close();
  for (const flags of [['--status'], ['--dry-run'], []]) {
    const { errors, exitCode } = await migrate(...flags);
    expect([errors, exitCode]).toEqual([expect.stringContaining('schema version 4711'), 1]);
  }
  rmSync(file);
  writeFileSync(file, 'no database, whatever its name says\n'.repeat(200));
  expect((await migrate('--status')).errors).toContain('damaged');
});

test('both flags are one too many', async () => {
  expect((await migrate('--status', '--dry-run')).exitCode).toBe(2);
});

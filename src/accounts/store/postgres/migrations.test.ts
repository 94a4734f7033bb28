import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../../test/support/postgres.ts';
import { makeDataDir, makeRecord } from '../temporary-stores.fixture.ts';
import { parseAddress } from './address.ts';
import { Database } from './database.ts';
import { migrate, plannedMigration, SCHEMA_VERSION } from './migrations.ts';
import { openPostgresStores } from './stores.ts';

const isSkipped = skipWithoutPostgres('bringing a PostgreSQL database up to date');
let server: PostgresServer;
beforeAll(async () => {
  if (!isSkipped) server = await startPostgres({ fsync: 'off' });
}, 60_000);
const dataDir = makeDataDir();
afterAll(async () => {
  await server?.remove();
  rmSync(dataDir, { recursive: true });
});

const open = (database: string, user?: string) => openPostgresStores({ url: server.urlOf(database, user), dataDir });

describe.skipIf(isSkipped)('bringing a database up to date', () => {
  test('processes that do it at once do it once, and all can use it', async () => {
    const database = await server.createDatabase();
    const all = await Promise.all(Array.from({ length: 8 }, () => open(database)));
    for (const stores of all) await stores.keys.insert(makeRecord({ createdAt: 5 }));
    expect(await all[0]?.keys.list()).toHaveLength(8);
    for (const stores of all) await stores.close();
    expect(await server.sql(database, 'SELECT * FROM tokenharbor.schema_version')).toHaveLength(1);
  });

  test('what is planned is told, and changes nothing', async () => {
    const database = await server.createDatabase();
    const address = parseAddress(server.urlOf(database));
    const limits = { connections: 1, lockTimeoutMs: 1000, statementTimeoutMs: 5000 };
    const connection = new Database({ ...address, sslMode: 'disable' }, limits);
    const planned = { from: 0, to: SCHEMA_VERSION };
    expect(await plannedMigration(connection, '')).toEqual(planned);
    expect(await plannedMigration(connection, '')).toEqual(planned);
    await migrate(connection, '');
    expect(await plannedMigration(connection, '')).toEqual({ from: SCHEMA_VERSION, to: SCHEMA_VERSION });
    await connection.close();
  });

  test('fault 55: a database that a newer program wrote is refused, untouched, with an instruction', async () => {
    const database = await server.createDatabase();
    await (await open(database)).close();
    await server.sql(database, 'UPDATE tokenharbor.schema_version SET version = 4711');
    await expect(open(database)).rejects.toMatchObject({
      code: 'too_new',
      message: expect.stringMatching(/schema version 4711.*newer tokenharbor.*restore a backup/s),
    });
    const [row] = await server.sql(database, 'SELECT version FROM tokenharbor.schema_version');
    expect(Number(row?.['version'])).toBe(4711);
  });

  test('a step that fails leaves nothing behind', async () => {
    const database = await server.createDatabase();
    await server.sql(database, 'CREATE SCHEMA tokenharbor; CREATE TABLE tokenharbor.rollups (mine integer)');
    await expect(open(database)).rejects.toMatchObject({ message: expect.stringContaining('already exists') });
    const tables = await server.sql(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'tokenharbor'");
    expect(tables.map((row) => row['tablename'])).toEqual(['rollups']);
  });

  test('a user who may make no schema says so; in one that was made for him all works', async () => {
    const database = await server.createDatabase();
    await server.sql('postgres', 'CREATE ROLE limited LOGIN');
    await expect(open(database, 'limited')).rejects.toMatchObject({
      message: expect.stringMatching(/permission denied.*lacks a right/s),
    });
    await server.sql(database, 'CREATE SCHEMA tokenharbor AUTHORIZATION limited');
    const stores = await open(database, 'limited');
    await stores.keys.insert(makeRecord());
    expect(await stores.ledger.verify()).toMatchObject({ driftCount: 0 });
    await stores.close();
  });

  test('an entry never changes, whoever asks', async () => {
    const database = await server.createDatabase();
    await (await open(database)).close();
    for (const change of ['UPDATE tokenharbor.entries SET cost_nano = 0', 'TRUNCATE tokenharbor.entries']) {
      await expect(server.sql(database, change)).rejects.toThrow('a ledger entry never changes');
    }
  });
});

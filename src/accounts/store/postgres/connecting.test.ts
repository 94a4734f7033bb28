import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  type PostgresServer,
  skipWithoutPostgres,
  startPostgres,
  WITH_PASSWORD,
} from '../../../../test/support/postgres.ts';
import { isKeyFault } from '../../keys/fault.ts';
import { createKeyring } from '../../keys/keyring.ts';
import { createKey, revokeKey } from '../../keys/lifecycle.ts';
import { StoreError } from '../store-error.ts';
import { makeDataDir, makeRecord } from '../temporary-stores.fixture.ts';
import { openPostgresStores } from './stores.ts';

const isSkipped = skipWithoutPostgres('connecting to PostgreSQL');
const PASSWORD = 'Corr3ct:horse@battery';
const dataDir = makeDataDir();
const certificates = join(dataDir, 'certificates');
let server: PostgresServer;
beforeAll(async () => {
  if (!isSkipped) server = await startPostgres(makeCertificates());
}, 60_000);
afterAll(async () => {
  await server?.remove();
  rmSync(dataDir, { recursive: true });
});

/** One that is its own issuer, for `localhost` alone. */
function makeCertificates(): Readonly<Record<string, string>> {
  mkdirSync(certificates);
  chmodSync(dataDir, 0o755);
  const [key, certificate] = [join(certificates, 'key'), join(certificates, 'certificate')];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost'];
  args.push('-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate);
  if (spawnSync('openssl', args).status !== 0) throw new Error('openssl could not make a certificate');
  if (process.getuid?.() === 0) spawnSync('chown', ['postgres', key]);
  chmodSync(key, 0o600);
  return { fsync: 'off', ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key };
}

async function failureOf(url: string): Promise<StoreError> {
  const error = await openPostgresStores({ url, dataDir }).catch((reason: unknown) => reason);
  if (!(error instanceof StoreError)) throw new Error('it was opened', { cause: error });
  return error;
}

describe.skipIf(isSkipped)('connecting', () => {
  let database: string;
  beforeAll(async () => {
    database = await server.takeDatabase();
    await server.sql('postgres', `CREATE ROLE ${WITH_PASSWORD} LOGIN SUPERUSER PASSWORD '${PASSWORD}'`);
  });

  test('with the right password all is well; with a wrong one it says so, and shows none', async () => {
    const url = (password: string) =>
      `postgres://${WITH_PASSWORD}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`;
    await (await openPostgresStores({ url: url(PASSWORD), dataDir })).close();
    const error = await failureOf(url('s3cr3t'));
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('password authentication') });
    expect(`${error} ${JSON.stringify(error)} ${String(error.cause)} ${Bun.inspect(error)}`).not.toContain('s3cr3t');
  });

  test('no such database, no such user, no server, no answer: each says what to do', async () => {
    expect((await failureOf(server.urlOf('nowhere'))).message).toMatch(/"nowhere" does not exist. Create the database/);
    expect((await failureOf(server.urlOf(database, 'nobody'))).message).toMatch(/"nobody" does not exist.*user/s);
    expect(await failureOf('postgres://a:s3cr3t@127.0.0.1:1/x')).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^postgres:\/\/a@127.0.0.1:1\/x: .*ECONNREFUSED.*Check that the server runs/),
    });
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { readonly port: number };
    const began = performance.now();
    const error = await failureOf(`postgres://a@127.0.0.1:${port}/x?connect_timeout=1`);
    expect(error.code).toBe('unavailable');
    expect(performance.now() - began).toBeLessThan(12_000);
    silent.close();
  });

  test.each([
    ['sslmode=disable', 'f'],
    ['sslmode=prefer', 't'],
    ['', 't'],
    ['sslmode=require', 't'],
    [`sslmode=verify-ca&sslrootcert=${certificates}/certificate`, 't'],
  ])('TLS: 127.0.0.1 with "%s"', async (parameters, isEncrypted) => {
    const name = `test_${Math.random().toString(36).slice(2)}`;
    const url = `${server.urlOf(database)}?application_name=${name}&${parameters}`;
    const stores = await openPostgresStores({ url, dataDir });
    const used = `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = '${name}'`;
    const rows = await server.sql(database, used);
    expect(rows.map(({ ssl }) => String(ssl).charAt(0))).toEqual([isEncrypted]);
    await stores.close();
  });

  test('TLS: who wants to know the issuer and the name is told when they are not what they should be', async () => {
    const root = `sslrootcert=${certificates}/certificate`;
    const local = (parameters: string) => `postgres://postgres@localhost:${server.port}/${database}?${parameters}`;
    await (await openPostgresStores({ url: local(`sslmode=verify-full&${root}`), dataDir })).close();
    for (const url of [
      local('sslmode=verify-full'),
      local('sslmode=verify-ca'),
      `${server.urlOf(database)}?sslmode=verify-full&${root}`,
    ]) {
      const error = await failureOf(url);
      expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('certificate') });
    }
    expect((await failureOf(local('sslmode=verify-full&sslrootcert=/nowhere'))).message).toContain('/nowhere');
  });

  test('no connection left: an error that says so, and none is kept when it is closed', async () => {
    await server.sql('postgres', `ALTER DATABASE ${database} CONNECTION LIMIT 0; CREATE ROLE plain LOGIN`);
    expect(await failureOf(server.urlOf(database, 'plain'))).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/too many connections.*max_connections/s),
    });
    await server.sql('postgres', `ALTER DATABASE ${database} CONNECTION LIMIT -1`);
    const stores = await openPostgresStores({ url: server.urlOf(database), dataDir });
    await Promise.all(Array.from({ length: 50 }, (_, at) => stores.keys.insert(makeRecord({ createdAt: at }))));
    const count = `SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'tokenharbor'`;
    expect(Number((await server.sql(database, count))[0]?.['n'])).toBeLessThanOrEqual(6);
    await stores.close();
    await Bun.sleep(100);
    expect(Number((await server.sql(database, count))[0]?.['n'])).toBe(0);
  });

  test('fault 24: a key revoked at one node is refused at another within a second', async () => {
    const [here, there] = [
      await openPostgresStores({ url: server.urlOf(database), dataDir }),
      await openPostgresStores({ url: server.urlOf(database), dataDir }),
    ];
    const { secret, record } = await createKey(here.keys, { name: 'doomed' }, Date.now());
    const keyring = createKeyring({ store: there.keys, accounts: there.accounts, now: Date.now });
    const headers = new Headers({ authorization: `Bearer ${secret}` });
    expect(isKeyFault(await keyring.authenticate(headers, ''))).toBe(false);
    await revokeKey(here.keys, record.id, Date.now());
    const revoked = performance.now();
    while (!isKeyFault(await keyring.authenticate(headers, ''))) await Bun.sleep(2);
    expect(performance.now() - revoked).toBeLessThan(3_000);
    await keyring.close();
    for (const stores of [here, there]) await stores.close();
  });
});

/** A PostgreSQL of its own for one test file, on a free port of the loopback interface, gone with it. */
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { openPostgresStores } from '../../src/accounts/store/postgres/stores.ts';
import { freePorts } from './free-ports.ts';

export interface PostgresServer {
  readonly port: number;
  /** The name of an empty database. */
  createDatabase(): Promise<string>;
  /** The name of one with the product's tables and nothing in them. */
  takeDatabase(): Promise<string>;
  /** Gives it back: it is emptied and taken again, which is much faster than making another one. */
  giveBack(database: string): Promise<void>;
  /** SQL as a superuser. */
  sql(database: string, text: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  urlOf(database: string, user?: string): string;
  /** `immediate`: as if the power failed. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

const SUPERUSER = 'postgres';
/** A role that, once it is made, has to show its password; all others need none. */
export const WITH_PASSWORD = 'guarded';
/** A server's own programs, as Debian installs them, or as they are on the path. */
const BIN = findPrograms();

export const hasPostgres = BIN !== undefined;

/** For a test file's head: says why nothing of it runs. */
export function skipWithoutPostgres(what: string): boolean {
  if (process.env.TH_SERVERS === 'off') {
    console.warn(`SKIPPED: ${what}: TH_SERVERS is off, as in make check; make test runs it`);
    return true;
  }
  if (!hasPostgres) console.warn(`SKIPPED: ${what}: PostgreSQL is not installed (apt-get install postgresql)`);
  return !hasPostgres;
}

export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-postgres-'));
  const data = join(directory, 'data');
  const log = join(directory, 'log');
  const [port = 0] = await freePorts(1);
  chmodSync(directory, 0o777);
  await run('initdb', ['-D', data, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--no-sync']);
  const access = join(data, 'pg_hba.conf');
  writeFileSync(access, `host all ${WITH_PASSWORD} all scram-sha-256\n${readFileSync(access, 'utf8')}`);
  const all = {
    port: String(port),
    unix_socket_directories: directory,
    listen_addresses: '127.0.0.1',
    max_connections: '200',
    ...settings,
  };
  const options = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
  let made = 0;
  const free: string[] = [];
  const server: PostgresServer = {
    port,
    async createDatabase() {
      const name = `t${++made}`;
      await server.sql('postgres', `CREATE DATABASE ${name}`);
      return name;
    },
    async takeDatabase() {
      const known = free.pop();
      if (known !== undefined) return known;
      const name = await server.createDatabase();
      await (await openPostgresStores({ url: server.urlOf(name), dataDir: directory })).close();
      return name;
    },
    async giveBack(database) {
      await server.sql(database, EMPTY);
      free.push(database);
    },
    sql: (database, text) => ask(port, database, text),
    urlOf: (database, user = SUPERUSER) => `postgres://${user}@127.0.0.1:${port}/${database}`,
    stop: (mode) => run('pg_ctl', ['-D', data, '-m', mode, '-w', 'stop']),
    start: () => run('pg_ctl', ['-D', data, '-o', options.join(' '), '-l', log, '-w', '-t', '60', 'start']),
    async remove() {
      await run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']).catch(() => undefined);
      rmSync(directory, { recursive: true, force: true });
    },
  };
  try {
    await server.start();
    await server.sql('postgres', 'SELECT 1');
  } catch (error) {
    const said = existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : '';
    await server.remove();
    throw new Error(`PostgreSQL did not start: ${said}`, { cause: error });
  }
  return server;
}

/** Past the triggers that keep entries from being deleted. */
const EMPTY = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET session_replication_role = replica;
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'tokenharbor' AND tablename <> 'schema_version' LOOP
      EXECUTE format('DELETE FROM tokenharbor.%I', name);
    END LOOP;
  END $$`;

async function ask(port: number, database: string, text: string) {
  const client = new pg.Client({ host: '127.0.0.1', port, database, user: SUPERUSER });
  await client.connect();
  try {
    return (await client.query({ text })).rows ?? [];
  } finally {
    await client.end();
  }
}

function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(debian, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  if (found !== undefined) return found;
  const which = spawnSync('sh', ['-c', 'dirname "$(command -v initdb)"'], { encoding: 'utf8' }).stdout.trim();
  return which !== '' && existsSync(join(which, 'initdb')) ? which : undefined;
}

/** PostgreSQL refuses to be run by root. */
async function run(program: string, args: readonly string[]): Promise<void> {
  const path = join(BIN ?? '', program);
  const isRoot = process.getuid?.() === 0;
  const [command, all] = isRoot ? ['runuser', ['-u', SUPERUSER, '--', path, ...args]] : [path, [...args]];
  await promisify(execFile)(command, all, { cwd: '/', timeout: 120_000 });
}

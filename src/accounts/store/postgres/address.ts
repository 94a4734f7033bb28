import { StoreError } from '../store-error.ts';

/** How far the server's certificate is to be trusted, as PostgreSQL's own programs take it. */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** Where a database is, from its URL. */
export interface Address {
  /** A name or an address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Undefined: `PGUSER`, or the user of the operating system. */
  readonly user: string | undefined;
  /** Undefined: `PGPASSWORD`, or what the file `.pgpass` says. */
  readonly password: string | undefined;
  readonly sslMode: SslMode;
  /** Files. */
  readonly sslRootCert: string | undefined;
  readonly sslCert: string | undefined;
  readonly sslKey: string | undefined;
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** The address for people to read: without a password. */
  readonly text: string;
}

const SSL_MODES: readonly SslMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];
const PARAMETERS = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'application_name',
  'connect_timeout',
];
const DEFAULT_PORT = 5432;
const CONNECT_TIMEOUT_S = 5;

/** Reads `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=…`. Throws a `StoreError` that never shows the password. */
export function parseAddress(url: string): Address {
  const parsed = URL.parse(url);
  if (parsed === null)
    throw new StoreError('failed', 'The database URL cannot be read. Write postgres://USER@HOST/NAME.');
  const { searchParams: parameters } = parsed;
  for (const name of parameters.keys()) {
    if (PARAMETERS.includes(name)) continue;
    throw wrong(name, `is not known. Known are ${PARAMETERS.join(', ')}.`);
  }
  const given = (name: string, part: string) => parameters.get(name) ?? (part === '' ? undefined : decode(part));
  const user = given('user', parsed.username);
  const host = given('host', parsed.hostname.replace(/^\[(.*)\]$/, '$1')) ?? 'localhost';
  const port = wholeNumber('port', given('port', parsed.port), DEFAULT_PORT, 65_535);
  const database = given('dbname', parsed.pathname.slice(1)) ?? user;
  if (database === undefined) throw wrong('dbname', 'is missing: a database URL names a database after the host.');
  const sslMode = parameters.get('sslmode') ?? (host.startsWith('/') ? 'disable' : 'prefer');
  if (!isSslMode(sslMode)) throw wrong('sslmode', `is one of ${SSL_MODES.join(', ')}.`);
  return {
    host,
    port,
    database,
    user,
    password: given('password', parsed.password),
    sslMode,
    sslRootCert: parameters.get('sslrootcert') ?? undefined,
    sslCert: parameters.get('sslcert') ?? undefined,
    sslKey: parameters.get('sslkey') ?? undefined,
    applicationName: parameters.get('application_name') ?? 'tokenharbor',
    connectTimeoutMs:
      1000 * wholeNumber('connect_timeout', parameters.get('connect_timeout') ?? undefined, CONNECT_TIMEOUT_S, 600),
    text: `postgres://${user === undefined ? '' : `${user}@`}${host.includes(':') ? `[${host}]` : host}:${port}/${database}`,
  };
}

function isSslMode(text: string): text is SslMode {
  return (SSL_MODES as readonly string[]).includes(text);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new StoreError('failed', 'The database URL has a % that begins no escape. Write it as %25.');
  }
}

function wholeNumber(name: string, text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (/^\d+$/.test(text) && number > 0 && number <= most) return number;
  throw wrong(name, `is a whole number from 1 to ${most}.`);
}

function wrong(name: string, what: string): StoreError {
  return new StoreError('failed', `The parameter ${name} of the database URL ${what}`);
}

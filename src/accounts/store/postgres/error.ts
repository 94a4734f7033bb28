import { StoreError, type StoreErrorCode } from '../store-error.ts';

/** PostgreSQL's codes (https://www.postgresql.org/docs/current/errcodes-appendix.html): whole ones, or classes. */
const MEANINGS: readonly (readonly [prefix: string, meaning: StoreErrorCode])[] = [
  ['08', 'unavailable'],
  ['25006', 'unavailable'],
  ['28', 'unavailable'],
  ['3D000', 'unavailable'],
  ['53100', 'full'],
  ['53200', 'io'],
  ['53300', 'unavailable'],
  ['57014', 'busy'],
  ['57P', 'unavailable'],
  ['58', 'io'],
  ['XX001', 'corrupt'],
  ['XX002', 'corrupt'],
  ['40', 'busy'],
  ['55P03', 'busy'],
  ['23', 'conflict'],
];

const ADVICE: readonly (readonly [prefix: string, advice: string])[] = [
  ['28', 'Check the user and the password in the database URL, and pg_hba.conf of the server.'],
  ['3D000', 'Create the database (createdb), or correct the name at the end of the database URL.'],
  ['25006', 'This server takes no changes: it is a standby. Name the primary in the database URL.'],
  ['53300', 'The server has no connection left. Raise max_connections, or run fewer processes.'],
  ['53100', 'The disk of the server is full. Make room; nothing was changed.'],
  ['42501', 'The user in the database URL lacks a right. Make it the owner of the database.'],
  [
    '55P03',
    'Another process kept it locked. Try again; if it stays, look for a session that hangs (pg_stat_activity).',
  ],
  ['57014', 'The server took too long. Try again; look at its load.'],
  ['57P', 'The server is starting or stopping. Try again.'],
  ['XX', 'The database is damaged. Restore it from a backup.'],
];

const UNREACHABLE = 'Check that the server runs and that the host and port of the database URL are right.';
const CERTIFICATE =
  'The certificate of the server is not trusted. Name its issuer with sslrootcert, or see sslmode in the database URL.';

const NO_TLS = 'Switch it on there (ssl = on), or do without with sslmode=disable in the database URL.';

/** Turns what the driver threw into an error with a code and an advice. `where` has no password in it. */
export function toStoreError(error: unknown, where: string): StoreError {
  if (error instanceof StoreError) return error;
  const sqlState = sqlStateOf(error);
  const text = textOf(error);
  if (sqlState !== undefined) {
    const code = MEANINGS.find(([prefix]) => sqlState.startsWith(prefix))?.[1] ?? 'failed';
    const advice = ADVICE.find(([prefix]) => sqlState.startsWith(prefix))?.[1];
    // Not the error itself: its detail may hold the values of a row.
    const cause = new Error(`${sqlState}: ${text}`);
    return new StoreError(code, `${where}: ${text}.${advice === undefined ? '' : ` ${advice}`}`, cause);
  }
  if (!isConnectionError(error)) return new StoreError('failed', `${where}: ${text}`, error);
  const advice = /certificate|self.signed|altname/i.test(text)
    ? CERTIFICATE
    : /not support SSL/.test(text)
      ? NO_TLS
      : UNREACHABLE;
  return new StoreError('unavailable', `${where}: ${text}. ${advice}`, error);
}

/** The five characters of PostgreSQL's own errors. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object) ? code : undefined;
}

/** Whether the connection is gone with it, or never was. */
export function isConnectionLost(error: unknown): boolean {
  const sqlState = sqlStateOf(error);
  if (sqlState === undefined) return isConnectionError(error);
  return (
    sqlState.startsWith('08') || sqlState.startsWith('57P') || (error as { severity?: unknown }).severity === 'FATAL'
  );
}

/** Whether an answer was waited for in vain: there is no use in waiting for another one. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && /timeout/i.test(error.message) && sqlStateOf(error) === undefined;
}

/** Whether the same again may well succeed: somebody else was at it. */
export function isRace(error: unknown): boolean {
  const sqlState = sqlStateOf(error);
  return sqlState === '40001' || sqlState === '40P01';
}

/** What goes wrong outside of PostgreSQL is the network's or TLS's, but for faults of this program. */
function isConnectionError(error: unknown): boolean {
  const others = [StoreError, TypeError, RangeError, ReferenceError];
  return !others.some((one) => error instanceof one);
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return textOf(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().replace(/\.$/, '') || 'the connection failed';
}

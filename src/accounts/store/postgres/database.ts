import pg, { type Pool, type PoolClient } from 'pg';
import type { Address } from './address.ts';
import { isConnectionLost, isRace, toStoreError } from './error.ts';
import { inTurn, openSession, type Row, type Session } from './session.ts';
import { tlsOptions } from './tls.ts';

export interface Limits {
  /** Connections at most; they are made as they are needed. */
  readonly connections: number;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Settings of the sessions. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Databases {
  /** For what requests wait for. */
  readonly hot: Database;
  /** For everything else. */
  readonly patient: Database;
}

const IDLE_MS = 60_000;
/** How much longer than its own limit the server is waited for, before the connection is given up. */
const ANSWER_GRACE_MS = 2000;
const MAX_TRIES = 10;
const LONGEST_PAUSE_MS = 20;

/** The connections to one PostgreSQL database. Whatever it rejects with is a `StoreError`; nothing waits without end. */
export class Database {
  readonly #pool: Pool;
  readonly #where: string;
  #closing: Promise<void> | undefined;

  constructor(address: Address, limits: Limits) {
    this.#where = address.text;
    const { statementTimeoutMs } = limits;
    const settings = Object.entries({ timezone: 'UTC', ...limits.settings });
    this.#pool = new pg.Pool({
      host: address.host,
      port: address.port,
      database: address.database,
      user: address.user,
      password: address.password,
      ssl: tlsOptions(address),
      application_name: address.applicationName,
      options: settings.map(([name, value]) => `-c ${name}=${value}`).join(' '),
      statement_timeout: statementTimeoutMs,
      lock_timeout: limits.lockTimeoutMs,
      idle_in_transaction_session_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      pipeline: true,
      types: { getTypeParser: () => asWritten },
      max: limits.connections,
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: address.connectTimeoutMs,
    });
    // A connection that is lost while nothing is asked of it leaves the pool; the next piece of work opens another.
    this.#pool.on('error', ignore);
    this.#pool.on('connect', (client: PoolClient) => client.on('error', ignore));
  }

  /** One statement, a transaction of its own. */
  query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.use((session) => session.send(text, values));
  }

  /** All or nothing; again from the start where another transaction was in its way. */
  async transaction<T>(work: (session: Session) => Promise<T>, begin = BEGIN): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.use((session) => transact(session, work, begin), true);
      } catch (error) {
        if (!isRace(error) || attempt === MAX_TRIES) throw toStoreError(error, this.#where);
        await pause();
      }
    }
  }

  /** Work with one connection. `raw`: rejects with what the driver rejected with. */
  async use<T>(work: (session: Session) => Promise<T>, raw = false): Promise<T> {
    let client: PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      const result = await work(openSession(client));
      client.release();
      return result;
    } catch (error) {
      client?.release(isConnectionLost(error) || isStale(error));
      throw raw ? error : toStoreError(error, this.#where);
    }
  }

  toStoreError(error: unknown): Error {
    return toStoreError(error, this.#where);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#pool.end());
  }
}

export const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';

async function transact<T>(session: Session, work: (session: Session) => Promise<T>, begin: string): Promise<T> {
  const begun = session.send(begin);
  try {
    const [, result] = await inTurn([begun, work(session)]);
    await session.send('COMMIT');
    return result;
  } catch (error) {
    if (!isConnectionLost(error)) await session.send('ROLLBACK');
    throw error;
  }
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE_MS));
}

/** A prepared statement that no longer fits its tables, or that another session of a pooler has. */
function isStale(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === '0A000' || code === '26000' || code === '42P05';
}

function asWritten(value: string): string {
  return value;
}

function ignore(): void {
  // Told by whatever was asked of the connection.
}

import { StoreError } from '../../accounts/store/store-error.ts';
import type { Finding } from './finding.ts';

const check = 'database';
const ROUND_TRIPS = 5;
/** A ledger entry waits for two round trips or three. */
const SLOW_MS = 20;
const LIMITS = { connections: 1, lockTimeoutMs: 5000, statementTimeoutMs: 10_000 } as const;

/** Whether a PostgreSQL database is reached, how long it takes, and whether it fits this program. Changes nothing. */
export async function checkPostgres(url: string): Promise<Finding> {
  // Who has no such database does not load what speaks to it.
  const [{ parseAddress }, { Database }, { plannedMigration }] = await Promise.all([
    import('../../accounts/store/postgres/address.ts'),
    import('../../accounts/store/postgres/database.ts'),
    import('../../accounts/store/postgres/migrations.ts'),
  ]);
  const look = async (address: ReturnType<typeof parseAddress>): Promise<Finding> => {
    const database = new Database(address, LIMITS);
    try {
      const { from, to } = await plannedMigration(database, address.text);
      const took: number[] = [];
      for (let at = 0; at < ROUND_TRIPS; at++) {
        const began = performance.now();
        await database.query('SELECT 1');
        took.push(performance.now() - began);
      }
      const middle = took.toSorted((a, b) => a - b)[Math.floor(ROUND_TRIPS / 2)] ?? 0;
      const state =
        from === to ? 'is up to date' : from === 0 ? 'is empty' : `will be brought from version ${from} to ${to}`;
      const detail = `${address.text} ${state}, ${middle.toFixed(1)} ms away`;
      if (middle < SLOW_MS) return { check, status: 'ok', detail };
      return { check, status: 'warn', detail, fix: 'Bring the database nearer: every request waits for it.' };
    } finally {
      await database.close();
    }
  };
  try {
    const address = parseAddress(url);
    try {
      return await look(address);
    } catch (error) {
      // These two take a connection without TLS where the server has none.
      const mayBePlain = address.sslMode === 'prefer' || address.sslMode === 'allow';
      if (!mayBePlain || !/does not support SSL/i.test(String(error))) throw error;
      return await look({ ...address, sslMode: 'disable' });
    }
  } catch (error) {
    // Errors of stores hold no password; of others only the kind is told.
    const detail = error instanceof StoreError ? error.message : `it cannot be used (${(error as Error).name})`;
    return { check, status: 'fail', detail };
  }
}

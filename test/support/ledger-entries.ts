/** What stands in a data directory's ledger, read beside the program: by SQL of the tests' own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

export interface StoredAttempt {
  readonly provider: string;
  readonly upstreamModel: string;
  readonly errorCode: string;
  readonly mayCost: boolean;
  readonly costNano?: string;
}

export interface StoredEntry {
  readonly requestId: string;
  readonly key: string;
  readonly account: string;
  readonly model: string;
  readonly outcome: string;
  readonly input: number;
  readonly output: number;
  readonly cost: bigint;
  readonly held: bigint;
  readonly estimated: boolean;
  readonly provider: string | null;
  readonly upstreamModel: string | null;
  readonly attempts: number;
  readonly lost: readonly StoredAttempt[];
  readonly steering: number;
  /** Nano-dollars per million tokens, by kind. */
  readonly price: Readonly<Record<string, string>> | null;
  /** Unix milliseconds. */
  readonly heldAt: number;
  readonly settledAt: number;
}

const SELECT = `
  SELECT 'req_th_' || lower(hex(e.request_id)) AS requestId, k.name AS key, a.name AS account, m.name AS model,
    o.name AS outcome, e.input_tokens AS input, e.output_tokens AS output, CAST(e.cost_nano AS TEXT) AS cost,
    CAST(e.held_nano AS TEXT) AS held, e.estimated, p.name AS provider, u.name AS upstreamModel, e.attempts, e.lost,
    e.steering_tokens AS steering, r.price, e.at_ms AS heldAt, e.settled_at AS settledAt
  FROM entries e JOIN names k ON k.id = e.key_id JOIN names a ON a.id = e.account_id JOIN names m ON m.id = e.model_id
    JOIN names o ON o.id = e.outcome_id LEFT JOIN names p ON p.id = e.provider_id
    LEFT JOIN names u ON u.id = e.upstream_model_id LEFT JOIN prices r ON r.id = e.price_id`;

function query<T>(dataDir: string, sql: string, ...args: readonly SQLInputValue[]): T[] {
  const path = join(dataDir, 'tokenharbor.db');
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const db = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  try {
    return db.prepare(sql).all(...args) as unknown as T[];
  } finally {
    db.close();
  }
}

type Row = Omit<StoredEntry, 'cost' | 'held' | 'estimated' | 'lost' | 'price'> & {
  readonly cost: string;
  readonly held: string;
  readonly estimated: number;
  readonly lost: string | null;
  readonly price: string | null;
};

function read(dataDir: string, where: string, ...args: readonly SQLInputValue[]): StoredEntry[] {
  return query<Row>(dataDir, `${SELECT} ${where} ORDER BY e.request_id`, ...args).map((row) => ({
    ...row,
    cost: BigInt(row.cost),
    held: BigInt(row.held),
    estimated: row.estimated === 1,
    lost: row.lost === null ? [] : (JSON.parse(row.lost) as StoredAttempt[]),
    price: row.price === null ? null : (JSON.parse(row.price) as Record<string, string>),
  }));
}

/** Every entry, in the order the requests came. */
export function allEntries(dataDir: string): StoredEntry[] {
  return read(dataDir, '');
}

export function entriesOfModel(dataDir: string, model: string): StoredEntry[] {
  return read(dataDir, 'WHERE m.name = ?', model);
}

export function entriesOfKey(dataDir: string, keyId: string): StoredEntry[] {
  return read(dataDir, 'WHERE k.name = ?', keyId);
}

export function openHolds(dataDir: string): number {
  return query<{ n: number }>(dataDir, 'SELECT count(*) AS n FROM holds')[0]?.n ?? 0;
}

/** Waits until a request's holds and entries come to rest, then gives back its one entry; fails when there are more. */
export async function theEntry(dataDir: string, find: { model: string } | { key: string }): Promise<StoredEntry> {
  const look = () => ('model' in find ? entriesOfModel(dataDir, find.model) : entriesOfKey(dataDir, find.key));
  for (let tries = 0; tries < 200 && (look().length === 0 || openHolds(dataDir) > 0); tries++) await Bun.sleep(25);
  const [entry, ...more] = look();
  if (entry === undefined || more.length > 0) {
    throw new Error(`${JSON.stringify(find)} has ${entry === undefined ? 'no entry' : `${more.length + 1} entries`}`);
  }
  return entry;
}

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { Findings, isExplained } from '../../../ledger/findings.ts';
import { dayText } from '../../../ledger/period.ts';
import type { Verification } from '../../../ledger/ports.ts';
import { requestIdText } from '../../../ledger/request-id.ts';
import { costNano } from '../../../pricing.ts';
import { type OnProgress, UNTOLD } from '../../../progress.ts';
import type { Entries } from './entries.ts';
import { spanOfKey } from '../../../ledger/span-of-key.ts';
import { type Slice, sliceEntries } from './slices.ts';
import { ROWS_OF } from './standings.ts';

type Row = Record<string, SQLOutputValue>;

const SUMS =
  'sum(requests) AS requests, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, ' +
  'sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens, ' +
  'sum(reasoning_tokens) AS reasoning_tokens, sum(cost_nano) AS cost_nano, sum(estimated) AS estimated';

/** One row for each day, key, account and model, from the entries of a slice alone. */
const SUM_SLICE = `
  SELECT at_ms / 86400000 AS day, key_id, account_id, model_id, count(*) AS requests,
    sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
    sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
    sum(reasoning_tokens) AS reasoning_tokens, sum(cost_nano) AS cost_nano, sum(estimated) AS estimated
  FROM main.entries WHERE request_id >= ?1 AND request_id < ?2 GROUP BY 1, 2, 3, 4`;

/** Columns without a type cannot be looked up by an index: the comparison with the roll-ups would be one of all with all. */
const PARTS = `
  CREATE TEMP TABLE parts (day INTEGER, key_id INTEGER, account_id INTEGER, model_id INTEGER, requests INTEGER,
    input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER,
    reasoning_tokens INTEGER, cost_nano INTEGER, estimated INTEGER)`;

/** The same of all of them. */
const RECOMPUTE = `
  CREATE TEMP TABLE recomputed AS
    SELECT day, key_id, account_id, model_id, ${SUMS}
    FROM (SELECT * FROM temp.parts UNION ALL SELECT * FROM main.usage_before_entries)
    GROUP BY 1, 2, 3, 4;
  CREATE UNIQUE INDEX temp.recomputed_key ON recomputed (day, key_id, account_id, model_id)`;

const ROLLUP_TEXT = (table: string) =>
  `concat_ws(' ', ${['requests', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens', 'reasoning_tokens', 'cost_nano', 'estimated'].map((name) => `${table}.${name}`).join(', ')})`;

const ROLLUP_DRIFT = `
  SELECT coalesce(s.day, r.day) AS day, k.name AS key, m.name AS model,
    coalesce(${ROLLUP_TEXT('s')}, 'none') AS stored, coalesce(${ROLLUP_TEXT('r')}, 'none') AS recomputed
  FROM main.rollups s FULL JOIN temp.recomputed r USING (day, key_id, account_id, model_id)
    LEFT JOIN names k ON k.id = key_id LEFT JOIN names m ON m.id = model_id
  WHERE ${ROLLUP_TEXT('s')} <> ${ROLLUP_TEXT('r')}`;

/** What SQL cannot recompute, or recomputes to another sum: rows that are read one by one. */
const COST_SUSPECTS = `
  WITH p AS MATERIALIZED (
    SELECT id, CAST(price ->> 'input' AS INTEGER) AS input, CAST(price ->> 'output' AS INTEGER) AS output,
      CAST(price ->> 'cacheRead' AS INTEGER) AS cache_read, CAST(price ->> 'cacheWrite' AS INTEGER) AS cache_write,
      (SELECT count(*) FROM json_each(price)) AS kinds FROM prices)
  SELECT e.* FROM entries e LEFT JOIN p ON p.id = e.price_id
  WHERE request_id >= ?1 AND request_id < ?2 AND cost_nano <> 0 AND (p.id IS NULL OR p.kinds > 4 OR cost_nano <> (e.input_tokens * p.input
    + e.output_tokens * p.output + e.cache_read_tokens * p.cache_read + e.cache_write_tokens * p.cache_write + 500000)
    / 1000000)`;

const COUNTERS = `
  SELECT c.holder, c.period, c.spent_nano, c.held_nano, n.name FROM counters c
    LEFT JOIN names n ON n.id = c.holder_id`;

const DANGLING = `
  SELECT request_id, 'price' AS what FROM entries
    WHERE price_id IS NOT NULL AND price_id NOT IN (SELECT id FROM prices)
  UNION ALL SELECT request_id, 'name' FROM entries WHERE key_id NOT IN (SELECT id FROM names)
    OR account_id NOT IN (SELECT id FROM names) OR model_id NOT IN (SELECT id FROM names)
    OR outcome_id NOT IN (SELECT id FROM names)
    OR coalesce(provider_id NOT IN (SELECT id FROM names), 0)
    OR coalesce(upstream_model_id NOT IN (SELECT id FROM names), 0)`;

/** So that a bar moves: ten million entries are read in half a minute, twice. */
const SLICES = 50;

/** Recomputes the roll-ups, the counters, the balances and each entry's cost, in one snapshot of the database. */
export function verify(db: DatabaseSync, entries: Entries, onProgress: OnProgress = UNTOLD): Verification {
  const found = new Findings();
  db.exec('BEGIN');
  try {
    const slices = sliceEntries(db, SLICES);
    db.exec(PARTS);
    const sum = db.prepare(`INSERT INTO temp.parts ${SUM_SLICE}`);
    for (const [at, { from, before }] of slices.entries()) {
      onProgress('adding up entries', at, slices.length);
      sum.run(from, before);
    }
    db.exec(RECOMPUTE);
    const compare = [checkRollups, checkCounters, checkCredits];
    for (const [at, check] of compare.entries()) {
      onProgress('comparing sums', at, compare.length);
      check(db, found);
    }
    for (const [at, slice] of slices.entries()) {
      onProgress('checking costs', at, slices.length);
      checkCosts(db, slice, entries, found);
    }
    onProgress('looking for what belongs to nothing', 0, 1);
    checkEntries(db, found);
    const count = (table: string) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    return {
      entries: count('entries'),
      openHolds: count('holds'),
      drift: found.list,
      driftCount: found.count,
    };
  } finally {
    // Takes the temporary tables with it.
    db.exec('ROLLBACK');
  }
}

function checkRollups(db: DatabaseSync, found: Findings): void {
  for (const row of db.prepare(ROLLUP_DRIFT).iterate()) {
    const where = `${dayText(Number(row['day']))} ${String(row['key'])} ${String(row['model'])}`;
    found.add('rollup', where, row['stored'] || 'none', row['recomputed'] || 'none');
  }
}

function checkCounters(db: DatabaseSync, found: Findings): void {
  const sums = (rows: string) => ({
    spent: readingBigInts(
      db,
      `SELECT coalesce(sum(cost_nano), 0) AS nano FROM temp.recomputed WHERE ${rows} AND day >= ?2 AND day < ?3`,
    ),
    held: readingBigInts(
      db,
      `SELECT coalesce(sum(amount_nano), 0) AS nano FROM holds
       WHERE ${rows} AND at_ms / 86400000 >= ?2 AND at_ms / 86400000 < ?3`,
    ),
  });
  const statements = [sums(ROWS_OF.key), sums(ROWS_OF.account)] as const;
  for (const row of readingBigInts(db, COUNTERS).iterate()) {
    const { spent, held } = statements[Number(row['holder'])] as (typeof statements)[0];
    const { firstDay, endDay } = spanOfKey(String(row['period']));
    const name = String(row['name']);
    const args = [name, firstDay, endDay] as const;
    const where = `${Number(row['holder']) === 0 ? 'key' : 'account'} ${name} ${String(row['period'])}`;
    const [spentNano, heldNano] = [spent.get(...args)?.['nano'], held.get(...args)?.['nano']];
    if (spentNano !== row['spent_nano']) found.add('spent', where, row['spent_nano'], spentNano);
    if (heldNano !== row['held_nano']) found.add('held', where, row['held_nano'], heldNano);
  }
}

function checkCredits(db: DatabaseSync, found: Findings): void {
  const rows = readingBigInts(
    db,
    `SELECT id, credited_nano AS stored,
       (SELECT coalesce(sum(amount_nano), 0) FROM credits WHERE account = accounts.id) AS recomputed FROM accounts`,
  );
  for (const { id, stored, recomputed } of rows.iterate()) {
    if (stored !== recomputed) found.add('credit', `account ${String(id)}`, stored, recomputed);
  }
}

function checkCosts(db: DatabaseSync, { from, before }: Slice, entries: Entries, found: Findings): void {
  for (const row of readingBigInts(db, COST_SUSPECTS).iterate(from, before)) {
    const entry = entries.read(row);
    const computed = entry.price === undefined ? 0n : costNano(entry.usage, entry.price);
    if (!isExplained(entry, computed)) found.add('cost', entry.requestId, entry.costNano, computed);
  }
}

function checkEntries(db: DatabaseSync, found: Findings): void {
  const both = db.prepare('SELECT request_id FROM holds WHERE request_id IN (SELECT request_id FROM entries)');
  for (const row of both.iterate()) found.add('settled_and_held', requestOf(row), 'a hold', 'none');
  for (const row of db.prepare(DANGLING).iterate()) found.add('dangling', requestOf(row), row['what'], 'none');
}

function requestOf(row: Row): string {
  return requestIdText(row['request_id'] as Uint8Array);
}

function readingBigInts(db: DatabaseSync, sql: string) {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}

import { Findings, isExplained } from '../../../ledger/findings.ts';
import { dayText } from '../../../ledger/period.ts';
import type { Verification } from '../../../ledger/ports.ts';
import { spanOfKey } from '../../../ledger/span-of-key.ts';
import { costNano } from '../../../pricing.ts';
import { type OnProgress, UNTOLD } from '../../../progress.ts';
import { numbers } from '../arrays.ts';
import type { Database } from '../database.ts';
import type { Row, Session } from '../session.ts';
import { sumOf, USAGE_COUNTS } from '../../usage-columns.ts';
import { FOREVER } from './counters.ts';
import { READ_ENTRIES, toEntry } from './entries.ts';
import { hexOf } from './holds.ts';
import { keysOfChain } from './key-chains.ts';

const LONGEST_MS = 3_600_000;
const AT_A_TIME = 1000;
/** The server tells nothing of how far it is within one. */
const STAGES = 4;
const PLACE = 'day, key_id, account_id, model_id';

/** One row for each day, key, account and model, from the entries alone. */
const RECOMPUTE = `
  CREATE TEMPORARY TABLE recomputed ON COMMIT DROP AS
    SELECT ${PLACE}, ${sumOf(USAGE_COUNTS)}
    FROM (
      SELECT (at_ms / 86400000)::integer AS day, key_id, account_id, model_id, count(*) AS requests,
        sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
        sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
        sum(reasoning_tokens) AS reasoning_tokens, sum(cost_nano) AS cost_nano,
        count(*) FILTER (WHERE estimated) AS estimated
      FROM tokenharbor.entries GROUP BY 1, 2, 3, 4
      UNION ALL SELECT ${PLACE}, ${USAGE_COUNTS.join(', ')} FROM tokenharbor.usage_before_entries) parts
    GROUP BY ${PLACE};
  CREATE INDEX ON pg_temp.recomputed (key_id, day);
  CREATE INDEX ON pg_temp.recomputed (account_id, day);
  ANALYZE pg_temp.recomputed`;

const COUNTS_OF = (table: string) => `concat_ws(' ', ${USAGE_COUNTS.map((name) => `${table}.${name}`).join(', ')})`;

const ROLLUP_DRIFT = `
  SELECT day, k.name AS key, m.name AS model, ${COUNTS_OF('s')} AS stored, ${COUNTS_OF('r')} AS recomputed
  FROM tokenharbor.rollups s FULL JOIN pg_temp.recomputed r USING (${PLACE})
    LEFT JOIN tokenharbor.names k ON k.id = key_id LEFT JOIN tokenharbor.names m ON m.id = model_id
  WHERE ${COUNTS_OF('s')} <> ${COUNTS_OF('r')}`;

const COUNTERS = `
  SELECT c.*, n.name FROM tokenharbor.counters c LEFT JOIN tokenharbor.names n ON n.id = c.holder_id`;

const SUMS = (holder: 'key' | 'account') => {
  const rows =
    holder === 'key'
      ? `key_id IN (${keysOfChain('(SELECT name FROM tokenharbor.names WHERE id = asked.id)')})`
      : 'account_id = asked.id';
  return `
  SELECT
    (SELECT coalesce(sum(cost_nano), 0) FROM pg_temp.recomputed
      WHERE ${rows} AND day >= first_day AND day < end_day) AS spent,
    (SELECT coalesce(sum(amount_nano), 0) FROM tokenharbor.holds
      WHERE ${rows} AND at_ms / 86400000 >= first_day AND at_ms / 86400000 < end_day) AS held
  FROM unnest($1::integer[], $2::integer[], $3::integer[]) WITH ORDINALITY AS asked (id, first_day, end_day, at)
  ORDER BY at`;
};

const CREDITS = `
  SELECT a.id, a.credited_nano AS stored, coalesce(sum(c.amount_nano), 0) AS recomputed
  FROM tokenharbor.accounts a LEFT JOIN tokenharbor.credits c ON c.account = a.id
  GROUP BY a.id HAVING a.credited_nano <> coalesce(sum(c.amount_nano), 0)`;

/**
 * What SQL cannot recompute, or recomputes to another sum: entries that are read one by one. Beyond these bounds the
 * products might not fit into 64 bits.
 */
const COST_SUSPECTS = `
  WITH plain AS MATERIALIZED (
    SELECT id, (price ->> 'input')::bigint AS input, (price ->> 'output')::bigint AS output,
      (price ->> 'cacheRead')::bigint AS cache_read, (price ->> 'cacheWrite')::bigint AS cache_write,
      (SELECT count(*) FROM jsonb_object_keys(price)) = 4
        AND NOT EXISTS (SELECT 1 FROM jsonb_each_text(price) WHERE value::numeric > 1e11) AS is_plain
    FROM tokenharbor.prices)
  ${READ_ENTRIES} LEFT JOIN plain ON plain.id = e.price_id AND plain.is_plain
  WHERE e.cost_nano <> 0 AND CASE
    WHEN plain.id IS NULL OR e.input_tokens > 10000000 OR e.output_tokens > 10000000
      OR e.cache_read_tokens > 10000000 OR e.cache_write_tokens > 10000000 THEN true
    ELSE e.cost_nano <> (e.input_tokens * plain.input + e.output_tokens * plain.output
      + e.cache_read_tokens * plain.cache_read + e.cache_write_tokens * plain.cache_write + 500000) / 1000000 END`;

const SETTLED_AND_HELD = 'SELECT request_id FROM tokenharbor.holds JOIN tokenharbor.entries USING (request_id)';

const NAMED = ['key_id', 'account_id', 'model_id', 'outcome_id', 'provider_id', 'upstream_model_id'];
const DANGLING = `
  SELECT request_id, CASE WHEN p.id IS NULL AND price_id IS NOT NULL THEN 'price' ELSE 'name' END AS what
  FROM tokenharbor.entries e LEFT JOIN tokenharbor.prices p ON p.id = e.price_id
    ${NAMED.map((column, at) => `LEFT JOIN tokenharbor.names n${at} ON n${at}.id = e.${column}`).join('\n    ')}
  WHERE (p.id IS NULL AND price_id IS NOT NULL)
    OR ${NAMED.map((column, at) => `(n${at}.id IS NULL AND e.${column} IS NOT NULL)`).join(' OR ')}`;

/** Recomputes the roll-ups, the counters, the balances and each entry's cost, in one snapshot of the database. */
export function verify(database: Database, onProgress: OnProgress = UNTOLD): Promise<Verification> {
  return database.transaction(async (session) => {
    const found = new Findings();
    await session.send(`SET LOCAL statement_timeout = ${LONGEST_MS}; SET LOCAL work_mem = '64MB'`);
    const stage = (what: string, at: number) => onProgress(what, at, STAGES);
    stage('adding up entries', 0);
    await session.sendLong(LONGEST_MS, RECOMPUTE);
    stage('comparing sums', 1);
    for await (const row of rowsOf(session, ROLLUP_DRIFT)) {
      const where = `${dayText(Number(row['day']))} ${row['key']} ${row['model']}`;
      found.add('rollup', where, row['stored'] || 'none', row['recomputed'] || 'none');
    }
    await checkCounters(session, found);
    for await (const { id, stored, recomputed } of rowsOf(session, CREDITS)) {
      found.add('credit', `account ${id}`, stored, recomputed);
    }
    stage('checking costs', 2);
    for await (const row of rowsOf(session, COST_SUSPECTS)) {
      const entry = toEntry(row);
      const computed = entry.price === undefined ? 0n : costNano(entry.usage, entry.price);
      if (!isExplained(entry, computed)) found.add('cost', entry.requestId, entry.costNano, computed);
    }
    stage('looking for what belongs to nothing', 3);
    for await (const row of rowsOf(session, SETTLED_AND_HELD)) {
      found.add('settled_and_held', `req_th_${hexOf(row)}`, 'a hold', 'none');
    }
    for await (const row of rowsOf(session, DANGLING)) {
      found.add('dangling', `req_th_${hexOf(row)}`, row['what'], 'none');
    }
    return {
      entries: await countOf(session, 'entries'),
      openHolds: await countOf(session, 'holds'),
      drift: found.list,
      driftCount: found.count,
    };
  }, 'BEGIN ISOLATION LEVEL REPEATABLE READ');
}

async function checkCounters(session: Session, found: Findings): Promise<void> {
  for (const [number, holder] of ['key', 'account'].entries()) {
    for await (const rows of pagesOf(session, `${COUNTERS} WHERE c.holder = ${number}`)) {
      const spans = rows.map((row) => spanOfKey(String(row['period'])));
      const sums = await session.sendLong(LONGEST_MS, SUMS(holder as 'key' | 'account'), [
        numbers(rows.map((row) => Number(row['holder_id']))),
        numbers(spans.map(({ firstDay }) => firstDay)),
        numbers(spans.map(({ endDay }) => Math.min(endDay, FOREVER))),
      ]);
      for (const [at, { name, period, spent_nano: spent, held_nano: held }] of rows.entries()) {
        const where = `${holder} ${name} ${period}`;
        const sum = sums[at];
        if (sum?.['spent'] !== spent) found.add('spent', where, spent, sum?.['spent']);
        if (sum?.['held'] !== held) found.add('held', where, held, sum?.['held']);
      }
    }
  }
}

async function countOf(session: Session, table: 'entries' | 'holds'): Promise<number> {
  const [row] = await session.sendLong(LONGEST_MS, `SELECT count(*) AS n FROM tokenharbor.${table}`);
  return Number(row?.['n']);
}

async function* rowsOf(session: Session, sql: string): AsyncGenerator<Row> {
  for await (const rows of pagesOf(session, sql)) yield* rows;
}

/** There may be millions: a cursor gives them some at a time. */
async function* pagesOf(session: Session, sql: string): AsyncGenerator<Row[]> {
  await session.send(`DECLARE found NO SCROLL CURSOR FOR ${sql}`);
  for (;;) {
    const rows = await session.sendLong(LONGEST_MS, `FETCH ${AT_A_TIME} FROM found`);
    if (rows.length > 0) yield rows;
    if (rows.length < AT_A_TIME) break;
  }
  await session.send('CLOSE found');
}

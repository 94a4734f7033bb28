import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { UsageDimension, UsageQuery, UsageRow, UsageStore, UsageTotal } from '../ports.ts';
import { toStoreError } from './error.ts';
import { transact } from './transact.ts';

type Row = Record<string, SQLOutputValue>;

/**
 * The usage in an open, migrated database. A sum beyond 64 bits (nine billion dollars) is an error of SQLite's, never
 * a rounded number.
 */
export function createSqliteUsageStore(db: DatabaseSync, path: string): UsageStore {
  const add = db.prepare(
    `INSERT INTO usage_by_day (day, key_id, account, model, requests, input_tokens, output_tokens,
       cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_nano, estimated)
     VALUES (:day, :keyId, :account, :model, :requests, :inputTokens, :outputTokens,
       :cacheReadTokens, :cacheWriteTokens, :reasoningTokens, :costNano, :estimated)
     ON CONFLICT DO UPDATE SET
       requests = requests + excluded.requests,
       input_tokens = input_tokens + excluded.input_tokens,
       output_tokens = output_tokens + excluded.output_tokens,
       cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
       cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
       reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
       cost_nano = cost_nano + excluded.cost_nano,
       estimated = estimated + excluded.estimated`,
  );
  // One statement for every grouping: a dimension that is not asked for is null in every row, so it groups nothing.
  const sum = db.prepare(
    `SELECT iif(:byDay, day, NULL) AS day, iif(:byKey, key_id, NULL) AS key_id,
       iif(:byAccount, account, NULL) AS account, iif(:byModel, model, NULL) AS model,
       sum(requests) AS requests, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
       sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
       sum(reasoning_tokens) AS reasoning_tokens, sum(cost_nano) AS cost_nano, sum(estimated) AS estimated
     FROM usage_by_day
     WHERE day >= coalesce(:since, '') AND day < coalesce(:until, '9999-99-99')
       AND (:keyId IS NULL OR key_id = :keyId) AND (:account IS NULL OR account = :account)
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
  );
  sum.setReadBigInts(true);

  return {
    async add(rows) {
      try {
        transact(db, () => {
          for (const row of rows) add.run(toParameters(row));
        });
      } catch (error) {
        throw toStoreError(error, path);
      }
    },
    async totals(query) {
      try {
        return sum.all(toFilter(query)).map(toTotal);
      } catch (error) {
        throw toStoreError(error, path);
      }
    },
  };
}

/** Field by field: a statement refuses names it does not know, and a caller's row may carry more. */
function toParameters(row: UsageRow) {
  return {
    day: row.day,
    keyId: row.keyId,
    account: row.account,
    model: row.model,
    requests: row.requests,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    cacheReadTokens: row.cacheReadTokens,
    cacheWriteTokens: row.cacheWriteTokens,
    reasoningTokens: row.reasoningTokens,
    costNano: row.costNano,
    estimated: row.estimated,
  };
}

function toFilter(query: UsageQuery) {
  const by = (dimension: UsageDimension) => (query.by.includes(dimension) ? 1 : 0);
  return {
    byDay: by('day'),
    byKey: by('key'),
    byAccount: by('account'),
    byModel: by('model'),
    since: query.since ?? null,
    until: query.until ?? null,
    keyId: query.keyId ?? null,
    account: query.account ?? null,
  };
}

function toTotal(row: Row): UsageTotal {
  return {
    day: toText(row['day']),
    keyId: toText(row['key_id']),
    account: toText(row['account']),
    model: toText(row['model']),
    requests: Number(row['requests']),
    inputTokens: Number(row['input_tokens']),
    outputTokens: Number(row['output_tokens']),
    cacheReadTokens: Number(row['cache_read_tokens']),
    cacheWriteTokens: Number(row['cache_write_tokens']),
    reasoningTokens: Number(row['reasoning_tokens']),
    costNano: BigInt(row['cost_nano'] as bigint),
    estimated: Number(row['estimated']),
  };
}

function toText(value: SQLOutputValue | undefined): string | null {
  return value === null ? null : String(value);
}

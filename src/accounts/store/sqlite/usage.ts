import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { DAY_MS, dayText } from '../../ledger/period.ts';
import type { UsageDimension, UsageQuery, UsageStore, UsageTotal } from '../ports.ts';
import { readUsageCounts, sumOf, USAGE_COUNTS } from '../usage-columns.ts';
import { toStoreError } from './error.ts';

type Row = Record<string, SQLOutputValue>;

/** In the order of the answer, with the columns that stand for them. */
const DIMENSIONS: readonly (readonly [UsageDimension, column: string])[] = [
  ['day', 'day'],
  ['key', 'key_id'],
  ['account', 'account_id'],
  ['model', 'model_id'],
];

/**
 * The usage in an open, migrated database: the ledger's roll-ups, and what was counted before there were entries. A sum
 * beyond 64 bits (nine billion dollars) is an error of SQLite's, never a rounded number.
 */
export function createSqliteUsageStore(db: DatabaseSync, path: string): UsageStore {
  const sums = new Map<string, ReturnType<typeof prepareSum>>();

  /** One statement for each grouping: grouping by what is always null costs a sort of every row. */
  function sumBy(query: UsageQuery): ReturnType<typeof prepareSum> {
    const columns = DIMENSIONS.filter(([dimension]) => query.by.includes(dimension)).map(([, column]) => column);
    const id = `${columns.join()} ${query.keyId !== undefined}`;
    let sum = sums.get(id);
    if (sum === undefined) {
      sum = prepareSum(db, columns, query.keyId !== undefined);
      sums.set(id, sum);
    }
    return sum;
  }

  return {
    async totals(query) {
      try {
        return sumBy(query).all(toFilter(query)).map(toTotal);
      } catch (error) {
        throw toStoreError(error, path);
      }
    },
  };
}

function prepareSum(db: DatabaseSync, columns: readonly string[], ofKey: boolean) {
  const selected = DIMENSIONS.map(([, column]) => (columns.includes(column) ? column : `NULL AS ${column}`));
  const statement = db.prepare(
    `SELECT day, k.name AS key, a.name AS account, m.name AS model, ${USAGE_COUNTS.join(', ')}
     FROM (
       SELECT ${selected.join(', ')}, ${sumOf(USAGE_COUNTS)}
       FROM rollups
       WHERE day >= :since AND day < :until
         ${ofKey ? 'AND key_id = (SELECT id FROM names WHERE name = :keyId)' : ''}
         AND (:account IS NULL OR account_id = (SELECT id FROM names WHERE name = :account))
         AND (:model IS NULL OR model_id = (SELECT id FROM names WHERE name = :model))
       ${columns.length === 0 ? 'HAVING count(*) > 0' : `GROUP BY ${columns.join(', ')}`}) s
     LEFT JOIN names k ON k.id = s.key_id LEFT JOIN names a ON a.id = s.account_id LEFT JOIN names m ON m.id = s.model_id
     ORDER BY 1, 2, 3, 4`,
  );
  statement.setReadBigInts(true);
  return statement;
}

function toFilter(query: UsageQuery) {
  const { since, until, account = null, model = null, keyId } = query;
  return {
    since: since === undefined ? 0 : toDay(since),
    until: until === undefined ? Number.MAX_SAFE_INTEGER : toDay(until),
    account,
    model,
    ...(keyId === undefined ? {} : { keyId }),
  };
}

function toDay(text: string): number {
  return Math.floor(Date.parse(`${text}T00:00:00Z`) / DAY_MS);
}

function toTotal(row: Row): UsageTotal {
  return {
    day: row['day'] === null ? null : dayText(Number(row['day'])),
    keyId: toText(row['key']),
    account: toText(row['account']),
    model: toText(row['model']),
    ...readUsageCounts(row),
  };
}

function toText(value: SQLOutputValue | undefined): string | null {
  return value === null ? null : String(value);
}

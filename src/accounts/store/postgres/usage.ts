import { DAY_MS, dayText } from '../../ledger/period.ts';
import type { UsageDimension, UsageQuery, UsageStore, UsageTotal } from '../ports.ts';
import { readUsageCounts, sumOf, USAGE_COUNTS } from '../usage-columns.ts';
import type { Database } from './database.ts';
import type { Row } from './session.ts';

/** In the order of the answer, with the columns that stand for them. */
const DIMENSIONS: readonly (readonly [UsageDimension, column: string])[] = [
  ['day', 'day'],
  ['key', 'key_id'],
  ['account', 'account_id'],
  ['model', 'model_id'],
];

const LAST_DAY = 2 ** 31 - 1;

/** The usage in a migrated database: the ledger's roll-ups. */
export function createPostgresUsageStore(database: Database): UsageStore {
  return {
    async totals(query) {
      const { since, until, account = null, keyId = null, model = null } = query;
      const first = since === undefined ? 0 : toDay(since);
      const end = until === undefined ? LAST_DAY : toDay(until);
      return (await database.query(sumBy(query), [first, end, keyId, account, model])).map(toTotal);
    },
  };
}

function sumBy({ by, keyId, account, model }: UsageQuery): string {
  const columns = DIMENSIONS.filter(([dimension]) => by.includes(dimension)).map(([, column]) => column);
  const selected = DIMENSIONS.map(([, column]) => (columns.includes(column) ? column : `NULL::integer AS ${column}`));
  const idOf = (parameter: string) =>
    `(SELECT id FROM tokenharbor.names WHERE digest = sha256(convert_to(${parameter}, 'UTF8')))`;
  return `
    SELECT day, k.name AS key, a.name AS account, m.name AS model, ${USAGE_COUNTS.join(', ')}
    FROM (
      SELECT ${selected.join(', ')}, ${sumOf(USAGE_COUNTS)}
      FROM tokenharbor.rollups
      WHERE day >= $1::integer AND day < $2::integer
        AND ${keyId === undefined ? '$3::text IS NULL' : `key_id = ${idOf('$3')}`}
        AND ${account === undefined ? '$4::text IS NULL' : `account_id = ${idOf('$4')}`}
        AND ${model === undefined ? '$5::text IS NULL' : `model_id = ${idOf('$5')}`}
      ${columns.length === 0 ? 'HAVING count(*) > 0' : `GROUP BY ${columns.join(', ')}`}) s
    LEFT JOIN tokenharbor.names k ON k.id = s.key_id
    LEFT JOIN tokenharbor.names a ON a.id = s.account_id
    LEFT JOIN tokenharbor.names m ON m.id = s.model_id
    ORDER BY 1, 2, 3, 4`;
}

function toDay(text: string): number {
  return Math.floor(Date.parse(`${text}T00:00:00Z`) / DAY_MS);
}

function toTotal(row: Row): UsageTotal {
  return {
    day: row['day'] === null ? null : dayText(Number(row['day'])),
    keyId: row['key'] ?? null,
    account: row['account'] ?? null,
    model: row['model'] ?? null,
    ...readUsageCounts(row),
  };
}

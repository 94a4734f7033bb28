import type { EntrySum, EntrySumQuery } from '../../../ledger/entry-store.ts';
import { addSum, sortSums } from '../../../ledger/entry-sums.ts';
import { idFrom, idUntil } from '../../../ledger/id-times.ts';
import { DAY_MS } from '../../../ledger/period.ts';
import { DIMENSION_COLUMNS, ENTRY_COUNTS, readUsageCounts, sumOf } from '../../usage-columns.ts';
import type { Row, Session } from '../session.ts';
import { findConditions } from './entry-conditions.ts';

/** Adds up the entries of a day. */
export async function readDaySums(session: Session, query: EntrySumQuery): Promise<readonly EntrySum[]> {
  const conditions = await findConditions(session, query);
  if (conditions === undefined) return [];
  const fromMs = Date.parse(`${query.day}T00:00:00Z`);
  const endMs = fromMs + DAY_MS;
  const ofEntries = sumsOf(
    query,
    `tokenharbor.entries WHERE request_id >= $1::uuid AND request_id < $2::uuid AND at_ms >= $3::bigint
       AND at_ms < $4::bigint${conditions.entries.of(5)}`,
    'count(*) AS requests, count(*) FILTER (WHERE estimated) AS estimated',
  );
  const sums = new Map<string, EntrySum>();
  const rows = await session.send(ofEntries, [
    idFrom(fromMs),
    idUntil(endMs),
    String(fromMs),
    String(endMs),
    ...conditions.entries.values,
  ]);
  if (query.provider === undefined) {
    const older = sumsOf(
      query,
      `tokenharbor.usage_before_entries WHERE day = $1::integer${conditions.entries.of(2)}`,
      'sum(requests) AS requests, sum(estimated) AS estimated',
      'NULL::integer',
    );
    rows.push(...(await session.send(older, [String(fromMs / DAY_MS), ...conditions.entries.values])));
  }
  for (const row of rows) addSum(sums, toSum(row, query));
  return sortSums(sums.values());
}

function sumsOf({ by }: EntrySumQuery, from: string, counts: string, providerId = 'provider_id'): string {
  const dimensions = by.flatMap((one) => (one === 'day' ? [] : [one]));
  const columns = dimensions.map((one) =>
    one === 'provider' ? `${providerId} AS provider_id` : DIMENSION_COLUMNS[one],
  );
  const grouped = columns.length === 0 ? 'HAVING count(*) > 0' : `GROUP BY ${columns.map((_, at) => at + 1).join()}`;
  return `
    SELECT s.*${dimensions.map((one) => `, ${one}_name.name AS ${one}`).join('')}
    FROM (SELECT ${[...columns, counts, sumOf(ENTRY_COUNTS)].join(', ')} FROM ${from} ${grouped}) s
    ${dimensions.map((one) => `LEFT JOIN tokenharbor.names ${one}_name ON ${one}_name.id = s.${DIMENSION_COLUMNS[one]}`).join('\n')}`;
}

function toSum(row: Row, { by, day }: EntrySumQuery): EntrySum {
  return {
    day: by.includes('day') ? day : null,
    keyId: row['key'] ?? null,
    account: row['account'] ?? null,
    model: row['model'] ?? null,
    provider: row['provider'] ?? null,
    ...readUsageCounts(row),
  };
}

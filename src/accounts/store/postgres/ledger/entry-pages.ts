import type { EntryPage, EntryQuery } from '../../../ledger/entry-store.ts';
import { HIGHEST_ID, idBounds, idFrom, idUntil, timeOfId } from '../../../ledger/id-times.ts';
import { DAY_MS, dayAt } from '../../../ledger/period.ts';
import type { LedgerEntry } from '../../../ledger/ports.ts';
import type { Session } from '../session.ts';
import { READ_ENTRIES, toEntry } from './entries.ts';
import { type AllConditions, findConditions } from './entry-conditions.ts';
import { hexOf } from './holds.ts';

/** Entries that are looked at by one statement. */
const STEP = 50_000;
/** How long a page may look for what it is to hold. */
const LONGEST_MS = 500;

const BOUNDARY = `
  SELECT request_id FROM tokenharbor.entries WHERE request_id >= $1::uuid AND request_id < $2::uuid
  ORDER BY request_id DESC LIMIT 1 OFFSET ${STEP - 1}`;

/** A search that is under way: ids are 32 hex digits, `upper` is not in it. */
interface Search {
  readonly query: EntryQuery;
  readonly conditions: AllConditions;
  readonly found: LedgerEntry[];
  readonly lower: string;
  upper: string;
}

/** A page of entries, newest first, by the primary key. */
export async function readPage(session: Session, query: EntryQuery): Promise<EntryPage> {
  const { limit } = query;
  const conditions = limit <= 0 ? undefined : await findConditions(session, query);
  if (conditions === undefined) return { entries: [], end: undefined };
  const search: Search = {
    query,
    conditions,
    found: [],
    ...idBounds(query),
  };
  if (conditions.entries.values.length > 0) return searchPage(session, search);
  await look(session, search, search.lower);
  return endOf(search, search.found.length === limit);
}

async function searchPage(session: Session, search: Search): Promise<EntryPage> {
  const until = performance.now() + LONGEST_MS;
  const { rollups } = search.conditions;
  /** Below it, an earlier day may be the next one with anything. */
  let skipped = HIGHEST_ID;
  for (;;) {
    if (rollups.values.length > 0 && search.upper <= skipped) {
      const day = await lastDay(session, search);
      if (day === undefined) return endOf(search, false);
      const end = idUntil((day + 1) * DAY_MS);
      if (end < search.upper) search.upper = end;
      skipped = idFrom(day * DAY_MS);
    }
    if (search.upper <= search.lower) return endOf(search, false);
    const [boundary] = await session.send(BOUNDARY, [search.lower, search.upper]);
    const lower = boundary === undefined ? search.lower : hexOf(boundary);
    await look(session, search, lower);
    const isFull = search.found.length === search.query.limit;
    if (isFull || boundary === undefined) return endOf(search, isFull);
    search.upper = lower;
    if (performance.now() >= until) return endOf(search, true);
  }
}

/** Looks at what is between. The names are joined to what was found, not to what was looked at. */
async function look(session: Session, { query, conditions, found, upper }: Search, lower: string): Promise<void> {
  const { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER, limit } = query;
  const sql = READ_ENTRIES.replace(
    'tokenharbor.entries e',
    `(SELECT * FROM tokenharbor.entries
      WHERE request_id >= $1::uuid AND request_id < $2::uuid AND at_ms >= $3::bigint AND at_ms < $4::bigint
        ${conditions.entries.of(6)}
      ORDER BY request_id DESC LIMIT $5::integer) e`,
  );
  const values = [lower, upper, String(sinceMs), String(untilMs), String(limit - found.length)];
  const rows = await session.send(`${sql} ORDER BY e.request_id DESC`, [...values, ...conditions.entries.values]);
  for (const row of rows) found.push(toEntry(row));
}

/** The last day up to an id on which anything that is asked for was used. */
async function lastDay(session: Session, { upper, conditions }: Search): Promise<number | undefined> {
  const { rollups } = conditions;
  const [row] = await session.send(
    `SELECT day FROM tokenharbor.rollups WHERE day <= $1::integer${rollups.of(2)} ORDER BY day DESC LIMIT 1`,
    [String(Math.min(2 ** 31 - 1, dayAt(timeOfId(upper)) + 1)), ...rollups.values],
  );
  return row === undefined ? undefined : Number(row['day']);
}

function endOf({ found, upper, query }: Search, isMore: boolean): EntryPage {
  const last = found.length === query.limit ? found.at(-1)?.requestId : `req_th_${upper}`;
  return { entries: found, end: isMore ? last : undefined };
}

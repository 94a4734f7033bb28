import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { EntryPage, EntryQuery } from '../../../ledger/entry-store.ts';
import { HIGHEST_ID, idBounds, idFrom, idUntil, timeOfId } from '../../../ledger/id-times.ts';
import { DAY_MS, dayAt } from '../../../ledger/period.ts';
import type { LedgerEntry } from '../../../ledger/ports.ts';
import { requestIdText } from '../../../ledger/request-id.ts';
import type { Entries } from './entries.ts';
import { type Conditions, entryConditions, rollupConditions } from './entry-conditions.ts';
import type { Names } from './names.ts';

/** Entries that are looked at without a break: 2 ms, for which every stream of the process waits. */
const STEP = 10_000;
/** How long a page may look for what it is to hold: about a million entries. */
const LONGEST_MS = 250;

/** A search that is under way: ids are 32 hex digits, `upper` is not in it. */
interface Search {
  readonly query: EntryQuery;
  readonly conditions: Conditions;
  readonly found: LedgerEntry[];
  readonly lower: string;
  upper: string;
}

/** Pages of entries, newest first. Ids are the order the table is stored in, so a page without a filter is one look-up. */
export class EntryPages {
  readonly #db: DatabaseSync;
  readonly #entries: Entries;
  readonly #names: Names;
  readonly #boundary;
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  constructor(db: DatabaseSync, entries: Entries, names: Names) {
    this.#db = db;
    this.#entries = entries;
    this.#names = names;
    this.#boundary = db.prepare(
      `SELECT request_id FROM entries WHERE request_id >= ? AND request_id < ?
       ORDER BY request_id DESC LIMIT 1 OFFSET ${STEP - 1}`,
    );
  }

  async page(query: EntryQuery): Promise<EntryPage> {
    const { limit } = query;
    const conditions = entryConditions(query, this.#names);
    const days = rollupConditions(query, this.#names);
    if (conditions === undefined || days === undefined || limit <= 0) return { entries: [], end: undefined };
    const search: Search = {
      query,
      conditions,
      found: [],
      ...idBounds(query),
    };
    if (conditions.sql === '') {
      this.#look(search, search.lower);
      return endOf(search, search.found.length === limit);
    }
    return this.#search(search, days);
  }

  async #search(search: Search, days: Conditions): Promise<EntryPage> {
    const until = performance.now() + LONGEST_MS;
    /** Below it, an earlier day may be the next one with anything. */
    let skipped = HIGHEST_ID;
    for (;;) {
      const began = performance.now();
      if (days.sql !== '' && search.upper <= skipped) {
        const day = this.#lastDay(search.upper, days);
        if (day === undefined) return endOf(search, false);
        const end = idUntil((day + 1) * DAY_MS);
        if (end < search.upper) search.upper = end;
        skipped = idFrom(day * DAY_MS);
      }
      if (search.upper <= search.lower) return endOf(search, false);
      const boundary = this.#boundary.get(bytes(search.lower), bytes(search.upper))?.['request_id'];
      const lower = boundary === undefined ? search.lower : requestIdText(boundary as Uint8Array).slice(-32);
      this.#look(search, lower);
      const isFull = search.found.length === search.query.limit;
      if (isFull || boundary === undefined) return endOf(search, isFull);
      search.upper = lower;
      if (performance.now() >= until) return endOf(search, true);
      // As long as it took: half of the processor is for the requests.
      await pause(performance.now() - began);
    }
  }

  /** Looks at what is between. */
  #look({ query, conditions, found, upper }: Search, lower: string): void {
    const { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER, limit } = query;
    const rows = this.#statement(conditions).all(
      bytes(lower),
      bytes(upper),
      sinceMs,
      untilMs,
      ...conditions.values,
      limit - found.length,
    );
    for (const row of rows) found.push(this.#entries.read(row));
  }

  /** The last day up to an id on which anything that is asked for was used. */
  #lastDay(upper: string, { sql, values }: Conditions): number | undefined {
    const statement = this.#prepare(`SELECT day FROM rollups WHERE day <= ?${sql} ORDER BY day DESC LIMIT 1`);
    const day = statement.get(dayAt(timeOfId(upper)) + 1, ...values)?.['day'];
    return day === undefined ? undefined : Number(day);
  }

  #statement({ sql }: Conditions): ReturnType<DatabaseSync['prepare']> {
    const statement = this.#prepare(
      `SELECT * FROM entries WHERE request_id >= ? AND request_id < ? AND at_ms >= ? AND at_ms < ?${sql}
       ORDER BY request_id DESC LIMIT ?`,
    );
    statement.setReadBigInts(true);
    return statement;
  }

  #prepare(sql: string): ReturnType<DatabaseSync['prepare']> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function endOf({ found, upper, query }: Search, isMore: boolean): EntryPage {
  const last = found.length === query.limit ? found.at(-1)?.requestId : `req_th_${upper}`;
  return { entries: found, end: isMore ? last : undefined };
}

function bytes(id: string): Uint8Array {
  return Buffer.from(id, 'hex');
}

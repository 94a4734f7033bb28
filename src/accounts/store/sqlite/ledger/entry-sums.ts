import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { EntryDimension, EntrySum, EntrySumQuery } from '../../../ledger/entry-store.ts';
import { idFrom, idUntil } from '../../../ledger/id-times.ts';
import { DAY_MS } from '../../../ledger/period.ts';
import { requestIdText } from '../../../ledger/request-id.ts';
import { addSum, sortSums } from '../../../ledger/entry-sums.ts';
import { DIMENSION_COLUMNS, ENTRY_COUNTS, readUsageCounts, sumOf } from '../../usage-columns.ts';
import { type Conditions, entryConditions } from './entry-conditions.ts';
import type { Names } from './names.ts';

/** Entries that are added up without a break: 3 ms, for which every stream of the process waits. */
const STEP = 4000;

const SUMS = sumOf([...ENTRY_COUNTS, 'estimated']);

/** Adds up the entries of a day, some at a time, one question after the other. */
export class EntrySums {
  readonly #db: DatabaseSync;
  readonly #names: Names;
  readonly #boundary;
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: DatabaseSync, names: Names) {
    this.#db = db;
    this.#names = names;
    this.#boundary = db.prepare(
      `SELECT request_id FROM entries WHERE request_id >= ? ORDER BY request_id LIMIT 1 OFFSET ${STEP}`,
    );
  }

  ofDay(query: EntrySumQuery): Promise<readonly EntrySum[]> {
    const sums = this.#last.then(() => this.#add(query));
    this.#last = sums.catch(() => undefined);
    return sums;
  }

  async #add(query: EntrySumQuery): Promise<readonly EntrySum[]> {
    const conditions = entryConditions(query, this.#names);
    if (conditions === undefined) return [];
    const fromMs = Date.parse(`${query.day}T00:00:00Z`);
    const endMs = fromMs + DAY_MS;
    const found = new Map<string, EntrySum>();
    const ofEntries = this.#prepare(
      query,
      conditions,
      'entries',
      'count(*)',
      'request_id >= ? AND request_id < ? AND at_ms >= ? AND at_ms < ?',
    );
    const end = idUntil(endMs);
    for (let lower = idFrom(fromMs); lower < end;) {
      const began = performance.now();
      const boundary = this.#boundary.get(bytes(lower))?.['request_id'];
      const next = boundary === undefined ? end : requestIdText(boundary as Uint8Array).slice(-32);
      const upper = next < end ? next : end;
      for (const row of ofEntries.all(bytes(lower), bytes(upper), fromMs, endMs, ...conditions.values)) {
        addSum(found, this.#toSum(row, query));
      }
      lower = upper;
      if (lower < end) await pause(performance.now() - began);
    }
    if (query.provider === undefined) {
      const older = this.#prepare(query, conditions, 'usage_before_entries', 'sum(requests)', 'day = ?');
      for (const row of older.all(fromMs / DAY_MS, ...conditions.values)) addSum(found, this.#toSum(row, query));
    }
    return sortSums(found.values());
  }

  #prepare({ by }: EntrySumQuery, { sql }: Conditions, table: string, requests: string, where: string) {
    const columns = by.flatMap((one) => (one === 'day' ? [] : [DIMENSION_COLUMNS[one]]));
    // What was counted before there were entries was counted by no provider.
    const selected = columns.map((name) => (table !== 'entries' && name === 'provider_id' ? `NULL AS ${name}` : name));
    const statement = this.#db.prepare(
      `SELECT ${[...selected, `${requests} AS requests`, SUMS].join(', ')} FROM ${table} WHERE ${where}${sql}
       ${columns.length === 0 ? 'HAVING count(*) > 0' : `GROUP BY ${columns.map((_, at) => at + 1).join()}`}`,
    );
    statement.setReadBigInts(true);
    return statement;
  }

  #toSum(row: Record<string, SQLOutputValue>, { by, day }: EntrySumQuery): EntrySum {
    const text = (dimension: Exclude<EntryDimension, 'day'>) => {
      const id = by.includes(dimension) ? row[DIMENSION_COLUMNS[dimension]] : null;
      return id === null || id === undefined ? null : this.#names.textOf(Number(id));
    };
    return {
      day: by.includes('day') ? day : null,
      keyId: text('key'),
      account: text('account'),
      model: text('model'),
      provider: text('provider'),
      ...readUsageCounts(row),
    };
  }
}

function bytes(id: string): Uint8Array {
  return Buffer.from(id, 'hex');
}

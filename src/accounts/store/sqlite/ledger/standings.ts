import type { DatabaseSync } from 'node:sqlite';
import { BUDGET_PERIODS, DAY_MS, resetOf, spansAt } from '../../../ledger/period.ts';
import type { Holder, Standing } from '../../../ledger/ports.ts';
import type { Names } from './names.ts';

const COLUMN: Readonly<Record<Holder, string>> = { key: 'key_id', account: 'account_id' };
/** The last day a date can have. */
const FOREVER = 100_000_000;

/** What holders have spent and hold, from the roll-ups and the open holds: right whether there is a budget or not. */
export class Standings {
  readonly #names: Names;
  readonly #spent;
  readonly #held;

  constructor(db: DatabaseSync, names: Names) {
    this.#names = names;
    const prepare = (sql: (column: string) => string) => ({
      key: db.prepare(sql(COLUMN.key)),
      account: db.prepare(sql(COLUMN.account)),
    });
    this.#spent = prepare(
      (column) =>
        `SELECT coalesce(sum(cost_nano), 0) AS nano FROM rollups WHERE ${column} = ? AND day >= ? AND day < ?`,
    );
    this.#held = prepare(
      (column) =>
        `SELECT coalesce(sum(amount_nano), 0) AS nano FROM holds WHERE ${column} = ? AND at_ms >= ? AND at_ms < ?`,
    );
    for (const statements of [this.#spent, this.#held]) {
      for (const statement of Object.values(statements)) statement.setReadBigInts(true);
    }
  }

  of(holder: Holder, name: string, atMs: number): Standing[] {
    const id = this.#names.find(name) ?? -1;
    const spans = spansAt(atMs);
    return BUDGET_PERIODS.map((period) => {
      const { firstDay, endDay } = spans[period];
      return {
        holder,
        period,
        spentNano: this.spent(holder, id, firstDay, endDay),
        heldNano: this.held(holder, id, firstDay, endDay),
        resetsAtMs: resetOf(spans[period]),
      };
    });
  }

  spent(holder: Holder, id: number, firstDay: number, endDay: number): bigint {
    return this.#spent[holder].get(id, firstDay, bounded(endDay))?.['nano'] as bigint;
  }

  held(holder: Holder, id: number, firstDay: number, endDay: number): bigint {
    return this.#held[holder].get(id, firstDay * DAY_MS, bounded(endDay) * DAY_MS)?.['nano'] as bigint;
  }
}

function bounded(day: number): number {
  return Math.min(day, FOREVER);
}

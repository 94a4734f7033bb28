import type { DatabaseSync } from 'node:sqlite';
import { BUDGET_PERIODS, DAY_MS, type PeriodSpan, resetOf, spansAt } from '../../../ledger/period.ts';
import type { Holder, Standing } from '../../../ledger/ports.ts';
import { KEYS_OF_CHAIN } from './key-chains.ts';
import type { Names } from './names.ts';

/** Picks the rows of the holder that ?1 names; a key stands for its whole chain. */
export const ROWS_OF: Readonly<Record<Holder, string>> = {
  key: `key_id IN (${KEYS_OF_CHAIN})`,
  account: 'account_id = (SELECT id FROM names WHERE name = ?1)',
};
type Sums = Pick<Standing, 'spentNano' | 'heldNano'>;
/** The last day a date can have. */
const FOREVER = 100_000_000;

/** What holders have spent and hold, from the roll-ups and the open holds: right whether there is a budget or not. */
export class Standings {
  readonly #names: Names;
  readonly #spent;
  readonly #held;

  constructor(db: DatabaseSync, names: Names) {
    this.#names = names;
    const prepare = (sql: (rows: string) => string) => ({
      key: db.prepare(sql(ROWS_OF.key)),
      account: db.prepare(sql(ROWS_OF.account)),
    });
    this.#spent = prepare(
      (rows) => `SELECT coalesce(sum(cost_nano), 0) AS nano FROM rollups WHERE ${rows} AND day >= ?2 AND day < ?3`,
    );
    this.#held = prepare(
      (rows) => `SELECT coalesce(sum(amount_nano), 0) AS nano FROM holds WHERE ${rows} AND at_ms >= ?2 AND at_ms < ?3`,
    );
    for (const statements of [this.#spent, this.#held]) {
      for (const statement of Object.values(statements)) statement.setReadBigInts(true);
    }
  }

  of(holder: Holder, name: string, atMs: number): Standing[] {
    const spans = spansAt(atMs);
    return BUDGET_PERIODS.map((period) => {
      const span = spans[period];
      return { holder, period, ...this.#sums(holder, name, span), resetsAtMs: resetOf(span) };
    });
  }

  /** Of the holder whose name has this number. */
  sums(holder: Holder, id: number, span: PeriodSpan): Sums {
    return this.#sums(holder, this.#names.textOf(id), span);
  }

  #sums(holder: Holder, name: string, { firstDay, endDay }: PeriodSpan): Sums {
    const end = Math.min(endDay, FOREVER);
    return {
      spentNano: this.#spent[holder].get(name, firstDay, end)?.['nano'] as bigint,
      heldNano: this.#held[holder].get(name, firstDay * DAY_MS, end * DAY_MS)?.['nano'] as bigint,
    };
  }
}

import type { DatabaseSync } from 'node:sqlite';
import type { Balance, Counter, Counters } from '../../../ledger/counter.ts';
import type { PeriodSpan, PeriodSpans } from '../../../ledger/period.ts';
import type { Holder } from '../../../ledger/ports.ts';
import type { Rollups } from './rollups.ts';
import type { Standings } from './standings.ts';

export const HOLDER_NUMBER: Readonly<Record<Holder, 0 | 1>> = { key: 0, account: 1 };

/** The counters that one transaction reads and changes; each is written once, at its end. */
export class CounterSheet {
  readonly #any;
  readonly #find;
  readonly #insert;
  readonly #update;
  readonly #standings: Standings;
  readonly #credited;
  readonly #rollups: Rollups;
  readonly #loaded = new Map<string, Counters>();
  readonly #balances = new Map<string, Balance>();
  /** Whether the table has any row: asked once in a transaction, since most gateways have no budgets at all. */
  #exist: boolean | undefined;

  constructor(db: DatabaseSync, rollups: Rollups, standings: Standings) {
    this.#standings = standings;
    this.#rollups = rollups;
    this.#any = db.prepare('SELECT EXISTS (SELECT 1 FROM counters) AS found');
    this.#find = db.prepare(
      `SELECT period, spent_nano, held_nano, ceiling_nano, overrun_nano FROM counters
       WHERE holder = ? AND holder_id = ? AND period IN (?, ?, ?, ?)`,
    );
    this.#insert = db.prepare(
      `INSERT INTO counters (holder, holder_id, period, spent_nano, held_nano, ceiling_nano, overrun_nano)
       VALUES (?, ?, ?, ?, ?, 0, ?)`,
    );
    this.#update = db.prepare(
      `UPDATE counters SET spent_nano = ?, held_nano = ?, ceiling_nano = ?, overrun_nano = ?
       WHERE holder = ? AND holder_id = ? AND period = ?`,
    );
    this.#credited = db.prepare('SELECT credited_nano FROM accounts WHERE id = ?');
    for (const statement of [this.#find, this.#credited]) statement.setReadBigInts(true);
  }

  /** Whether there is any counter at all. */
  exist(): boolean {
    return (this.#exist ??= this.#any.get()?.['found'] === 1);
  }

  /** The counters a holder has for the stretches a moment lies in; none where none were ever needed. */
  of(holder: Holder, id: number, spans: PeriodSpans): Counters {
    if (!this.exist()) return NONE;
    const name = `${holder} ${id} ${spans.day.firstDay}`;
    let counters = this.#loaded.get(name);
    if (counters === undefined) {
      counters = this.#load(holder, id, spans);
      this.#loaded.set(name, counters);
    }
    return counters;
  }

  /** The same with a counter for each of `spans`, made from what there is where one is missing. */
  ensure(holder: Holder, id: number, all: PeriodSpans, spans: readonly PeriodSpan[]): Counters {
    const counters = this.of(holder, id, all);
    // A total budget and a balance need the same one.
    const missing = new Set(spans.filter((span) => counters[span.period] === undefined));
    if (missing.size === 0) return counters;
    for (const span of missing) this.#create(holder, id, span);
    this.#exist = true;
    // Under another day it may be loaded already, without the new ones.
    this.flush();
    return this.of(holder, id, all);
  }

  balanceOf(account: string): Balance {
    let balance = this.#balances.get(account);
    if (balance === undefined) {
      balance = { creditedNano: (this.#credited.get(account)?.['credited_nano'] ?? 0n) as bigint };
      this.#balances.set(account, balance);
    }
    return balance;
  }

  /** Writes what was changed and forgets it; within the transaction. */
  flush(): void {
    if (this.#loaded.size > 0) {
      const changed = new Map<string, Loaded>();
      for (const counters of this.#loaded.values()) {
        for (const counter of Object.values(counters) as Loaded[]) {
          if (hasChanged(counter)) changed.set(`${counter.holder} ${counter.id} ${counter.span.key}`, counter);
        }
      }
      for (const counter of changed.values()) this.#write(counter);
    }
    this.#loaded.clear();
  }

  /** A transaction is over, one way or the other. */
  end(): void {
    this.#exist = undefined;
    if (this.#loaded.size > 0) this.#loaded.clear();
    if (this.#balances.size > 0) this.#balances.clear();
  }

  #load(holder: Holder, id: number, spans: PeriodSpans): Counters {
    const { day, week, month, total } = spans;
    const rows = this.#find.all(HOLDER_NUMBER[holder], id, day.key, week.key, month.key, total.key);
    const counters: Counters = {};
    for (const row of rows) {
      const span = [day, week, month, total].find(({ key }) => key === row['period']) as PeriodSpan;
      counters[span.period] =
        this.#shared(holder, id, span) ??
        new Loaded(holder, id, span, {
          spentNano: row['spent_nano'] as bigint,
          heldNano: row['held_nano'] as bigint,
          ceilingNano: row['ceiling_nano'] as bigint,
          overrunNano: row['overrun_nano'] as bigint,
        });
    }
    return counters;
  }

  /** Requests of two days in one batch share the counters of the week, the month and the total. */
  #shared(holder: Holder, id: number, span: PeriodSpan): Counter | undefined {
    for (const counters of this.#loaded.values()) {
      const counter = counters[span.period] as Loaded | undefined;
      if (counter?.holder === holder && counter.id === id && counter.span.key === span.key) return counter;
    }
    return undefined;
  }

  #create(holder: Holder, id: number, span: PeriodSpan): void {
    this.#rollups.flush();
    const { spentNano, heldNano } = this.#standings.sums(holder, id, span);
    this.#insert.run(HOLDER_NUMBER[holder], id, span.key, spentNano, heldNano, spentNano + heldNano);
  }

  #write({ holder, id, span, spentNano, heldNano, ceilingNano, overrunNano }: Loaded): void {
    this.#update.run(spentNano, heldNano, ceilingNano, overrunNano, HOLDER_NUMBER[holder], id, span.key);
  }
}

const NONE: Counters = {};

type Amounts = Pick<Counter, 'spentNano' | 'heldNano' | 'ceilingNano' | 'overrunNano'>;

class Loaded implements Counter {
  readonly holder: Holder;
  readonly id: number;
  readonly span: PeriodSpan;
  readonly before: Amounts;
  spentNano: bigint;
  heldNano: bigint;
  ceilingNano: bigint;
  overrunNano: bigint;

  constructor(holder: Holder, id: number, span: PeriodSpan, amounts: Amounts) {
    this.holder = holder;
    this.id = id;
    this.span = span;
    this.before = amounts;
    this.spentNano = amounts.spentNano;
    this.heldNano = amounts.heldNano;
    this.ceilingNano = amounts.ceilingNano;
    this.overrunNano = amounts.overrunNano;
  }
}

function hasChanged({ before, spentNano, heldNano, ceilingNano, overrunNano }: Loaded): boolean {
  return (
    before.spentNano !== spentNano ||
    before.heldNano !== heldNano ||
    before.ceilingNano !== ceilingNano ||
    before.overrunNano !== overrunNano
  );
}

import type { Counter, Counters } from '../../../ledger/counter.ts';
import { BUDGET_PERIODS, type PeriodSpan, type PeriodSpans, spansAt } from '../../../ledger/period.ts';
import type { Holder } from '../../../ledger/ports.ts';
import { numbers, plainTexts } from '../arrays.ts';
import type { Session } from '../session.ts';
import { keysOfChain } from './key-chains.ts';

const HOLDER_NUMBER: Readonly<Record<Holder, 0 | 1>> = { key: 0, account: 1 };
/** The last day a date can have. */
export const FOREVER = 100_000_000;

/** The rows are locked in the order of the primary key, as every process does it. */
const LOCK = `
  SELECT c.* FROM unnest($1::smallint[], $2::integer[], $3::text[]) AS asked (holder, holder_id, period)
  JOIN tokenharbor.counters c USING (holder, holder_id, period)
  ORDER BY c.holder, c.holder_id, c.period FOR UPDATE OF c`;

const UPDATE = `
  UPDATE tokenharbor.counters c SET spent_nano = n.spent, held_nano = n.held, ceiling_nano = n.ceiling,
    overrun_nano = n.overrun
  FROM unnest($1::smallint[], $2::integer[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
    AS n (holder, holder_id, period, spent, held, ceiling, overrun)
  WHERE c.holder = n.holder AND c.holder_id = n.holder_id AND c.period = n.period`;

/** A counter begins with what the entries and the open holds come to; a key's with those of its whole chain. */
const CREATE = (holder: Holder) => {
  const rows =
    holder === 'key'
      ? `key_id IN (${keysOfChain('(SELECT name FROM tokenharbor.names WHERE id = new.id)')})`
      : 'account_id = new.id';
  return `
  INSERT INTO tokenharbor.counters (holder, holder_id, period, spent_nano, held_nano, ceiling_nano, overrun_nano)
  SELECT ${HOLDER_NUMBER[holder]}, id, period, spent, held, 0, spent + held
  FROM unnest($1::integer[], $2::text[], $3::integer[], $4::integer[]) AS new (id, period, first_day, end_day),
    LATERAL (SELECT coalesce(sum(cost_nano), 0) AS spent FROM tokenharbor.rollups
      WHERE ${rows} AND day >= first_day AND day < end_day) AS s,
    LATERAL (SELECT coalesce(sum(amount_nano), 0) AS held FROM tokenharbor.holds
      WHERE ${rows} AND at_ms >= first_day * 86400000::bigint AND at_ms < end_day * 86400000::bigint) AS h
  ON CONFLICT DO NOTHING`;
};

/** One stretch of one holder, which has a counter, or needs one. */
export interface Place {
  readonly holder: Holder;
  readonly id: number;
  readonly span: PeriodSpan;
}

/** The counters that one transaction reads and changes. */
export class CounterSheet {
  readonly #asked = new Map<string, Place>();
  readonly #loaded = new Map<string, Loaded>();

  /** What counts for a request of this moment. */
  ask(holder: Holder, id: number, atMs: number): void {
    const spans = spansAt(atMs);
    for (const period of BUDGET_PERIODS) {
      const span = spans[period];
      this.#asked.set(nameOf(holder, id, span), { holder, id, span });
    }
  }

  /** Reads those there are of what was asked for; they are this transaction's until it ends. */
  async lock(session: Session): Promise<void> {
    if (this.#asked.size === 0) return;
    const all = [...this.#asked.values()];
    const rows = await session.send(LOCK, placesOf(all));
    for (const row of rows) {
      const name = `${row['holder']} ${row['holder_id']} ${row['period']}`;
      const amount = (column: string) => BigInt(String(row[column]));
      const place = this.#asked.get(name) as Place;
      this.#loaded.set(
        name,
        new Loaded(place, amount('spent_nano'), amount('held_nano'), amount('ceiling_nano'), amount('overrun_nano')),
      );
    }
  }

  has({ holder, id, span }: Place): boolean {
    return this.#loaded.has(nameOf(holder, id, span));
  }

  /** The counters a holder has for the stretches a moment lies in; none where none were ever needed. */
  of(holder: Holder, id: number, spans: PeriodSpans): Counters {
    const counters: Counters = {};
    if (this.#loaded.size === 0) return counters;
    for (const period of BUDGET_PERIODS) {
      const counter = this.#loaded.get(nameOf(holder, id, spans[period]));
      if (counter !== undefined) counters[period] = counter;
    }
    return counters;
  }

  /** Writes what was changed. */
  async write(session: Session): Promise<void> {
    const changed = [...this.#loaded.values()].filter((counter) => counter.hasChanged());
    if (changed.length === 0) return;
    await session.send(UPDATE, [
      ...placesOf(changed.map(({ place }) => place)),
      numbers(changed.map(({ spentNano }) => spentNano)),
      numbers(changed.map(({ heldNano }) => heldNano)),
      numbers(changed.map(({ ceilingNano }) => ceilingNano)),
      numbers(changed.map(({ overrunNano }) => overrunNano)),
    ]);
  }
}

/** Makes counters, while no request is held for or settled anywhere: else one could be in none of the sums. */
export async function createCounters(session: Session, places: readonly Place[]): Promise<void> {
  for (const holder of ['key', 'account'] as const) {
    const own = places.filter((place) => place.holder === holder);
    if (own.length === 0) continue;
    await session.send(CREATE(holder), [
      numbers(own.map(({ id }) => id)),
      plainTexts(own.map(({ span }) => span.key)),
      numbers(own.map(({ span }) => span.firstDay)),
      numbers(own.map(({ span }) => Math.min(span.endDay, FOREVER))),
    ]);
  }
}

class Loaded implements Counter {
  readonly place: Place;
  readonly holder: Holder;
  readonly span: PeriodSpan;
  spentNano: bigint;
  heldNano: bigint;
  ceilingNano: bigint;
  overrunNano: bigint;
  readonly #before: readonly bigint[];

  constructor(place: Place, spentNano: bigint, heldNano: bigint, ceilingNano: bigint, overrunNano: bigint) {
    this.place = place;
    this.holder = place.holder;
    this.span = place.span;
    this.spentNano = spentNano;
    this.heldNano = heldNano;
    this.ceilingNano = ceilingNano;
    this.overrunNano = overrunNano;
    this.#before = [spentNano, heldNano, ceilingNano, overrunNano];
  }

  hasChanged(): boolean {
    const [spent, held, ceiling, overrun] = this.#before;
    return (
      this.spentNano !== spent || this.heldNano !== held || this.ceilingNano !== ceiling || this.overrunNano !== overrun
    );
  }
}

function nameOf(holder: Holder, id: number, span: PeriodSpan): string {
  return `${HOLDER_NUMBER[holder]} ${id} ${span.key}`;
}

function placesOf(places: readonly Place[]): string[] {
  return [
    numbers(places.map(({ holder }) => HOLDER_NUMBER[holder])),
    numbers(places.map(({ id }) => id)),
    plainTexts(places.map(({ span }) => span.key)),
  ];
}

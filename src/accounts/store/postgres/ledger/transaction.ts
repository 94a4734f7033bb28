import { spansAt } from '../../../ledger/period.ts';
import type { LedgerResult } from '../../../ledger/ports.ts';
import { texts } from '../arrays.ts';
import { BEGIN } from '../database.ts';
import { isConnectionLost } from '../error.ts';
import { LOCKS } from '../migrations.ts';
import { inTurn, type Session } from '../session.ts';
import { Changes } from './changes.ts';
import { CounterSheet, createCounters, type Place } from './counters.ts';
import { insertEntries, readEntries } from './entries.ts';
import { deleteHolds, type Hold, insertHolds, journalHolds, lockHolds } from './holds.ts';
import type { Item } from './items.ts';
import type { KeyChains } from './key-chains.ts';
import type { Names } from './names.ts';
import type { PriceVersions } from './price-versions.ts';
import { ADD_TO_ROLLUPS, rollupArrays } from './rollups.ts';

/** Writes something that changes nothing. */
const PROBE = `
  UPDATE tokenharbor.boots SET opened_at = opened_at WHERE id = (SELECT min(id) FROM tokenharbor.boots)`;
const CREDITED = 'SELECT id, credited_nano FROM tokenharbor.accounts WHERE id = ANY ($1::text[])';

export interface Batch {
  readonly items: readonly (Item | RangeError)[];
  readonly sound: readonly Item[];
  /** Holds there may be, by request. */
  readonly known: ReadonlyMap<string, Hold>;
  /** What the reservations ask to be held. */
  readonly asked: ReadonlyMap<Item, Hold>;
  /** Requests whose hold is to be given back, if there is one. */
  readonly releasing: readonly string[];
  readonly inDoubt: ReadonlySet<string>;
  /** Told before the end of the transaction is asked for. */
  readonly commit: { isAsked: boolean };
}

export interface Done {
  readonly results: LedgerResult[];
  readonly changes: Changes;
}

/**
 * A batch in two round trips: one locks and reads, one writes and commits. What is locked is locked in one order by
 * every process, so that none waits for another that waits for it: counters, holds, roll-ups.
 */
export class Transaction {
  readonly #names: Names;
  readonly #prices: PriceVersions;
  readonly #chains: KeyChains;
  /** No counter is made while it runs; and of this process's, each waits for the end of the one before, for good. */
  readonly #begin: string;

  constructor(names: Names, prices: PriceVersions, chains: KeyChains) {
    this.#names = names;
    this.#prices = prices;
    this.#chains = chains;
    const own = crypto.getRandomValues(new BigInt64Array(1))[0];
    this.#begin = `${BEGIN}; SELECT pg_advisory_xact_lock_shared(${LOCKS.counters}), pg_advisory_xact_lock(${own})`;
  }

  /** Undefined: something it needs was not there yet, and is now. Rejects with what the driver rejected with. */
  async run(session: Session, batch: Batch): Promise<Done | undefined> {
    try {
      return await this.#run(session, batch);
    } catch (error) {
      if (!isConnectionLost(error)) await session.send('ROLLBACK');
      throw error;
    }
  }

  async #run(session: Session, batch: Batch): Promise<Done | undefined> {
    const { items, sound, known, asked, releasing, inDoubt, commit } = batch;
    const counters = new CounterSheet();
    for (const hold of [...known.values(), ...asked.values()]) {
      counters.ask('key', this.#chains.firstOf(hold), hold.atMs);
      counters.ask('account', hold.accountId, hold.atMs);
    }
    const settled = sound.flatMap(({ kind, id }) => (kind === 'settle' ? [id] : []));
    const [, , held, entries, credited] = await inTurn([
      session.send(this.#begin),
      counters.lock(session),
      lockHolds(session, [...sound.map(({ id }) => id), ...releasing]),
      readEntries(session, settled),
      readCredited(session, sound),
    ]);
    const missing = missingOf(asked, counters, this.#chains);
    // Or one was held for by another process since it was looked up.
    if (missing.length > 0 || settled.some((id) => held.has(id) && !known.has(id))) {
      await session.send('ROLLBACK');
      if (missing.length > 0) await makeCounters(session, missing);
      return undefined;
    }
    const changes = new Changes({
      counters,
      chains: this.#chains,
      names: this.#names,
      known,
      held,
      entries,
      credited,
      inDoubt,
    });
    for (const id of releasing) changes.release(id);
    const results = items.map((item) => (item instanceof RangeError ? item : changes.do(item, asked.get(item))));
    const written = this.#write(session, changes, counters);
    if (items.length === 0) written.push(session.send(PROBE));
    commit.isAsked = true;
    await inTurn([...written, session.send('COMMIT')]);
    return { results, changes };
  }

  #write(session: Session, changes: Changes, counters: CounterSheet): Promise<unknown>[] {
    const { inserted, deleted, journaled, entries, sums } = changes;
    const written: Promise<unknown>[] = [];
    if (deleted.size > 0) written.push(deleteHolds(session, [...deleted]));
    if (inserted.size > 0) written.push(insertHolds(session, inserted));
    if (journaled.size > 0) written.push(journalHolds(session, journaled));
    if (entries.length > 0) written.push(insertEntries(session, entries, this.#names, this.#prices));
    written.push(counters.write(session));
    if (sums.size > 0) written.push(session.send(ADD_TO_ROLLUPS, rollupArrays([...sums.values()])));
    return written;
  }
}

async function readCredited(session: Session, items: readonly Item[]): Promise<Map<string, bigint>> {
  const accounts = items.flatMap((item) =>
    item.kind === 'reserve' && item.reservation.prepaid ? [item.reservation.account] : [],
  );
  if (accounts.length === 0) return new Map();
  const rows = await session.send(CREDITED, [texts(accounts)]);
  return new Map(rows.map((row) => [String(row['id']), BigInt(String(row['credited_nano']))]));
}

/** Counters that a budget needs for the first time. */
function missingOf(asked: ReadonlyMap<Item, Hold>, counters: CounterSheet, chains: KeyChains): Place[] {
  const missing = new Map<string, Place>();
  for (const [item, hold] of asked) {
    if (item.kind !== 'reserve') continue;
    const { accountId, atMs } = hold;
    const { budgets, prepaid } = item.reservation;
    if (budgets.length === 0 && !prepaid) continue;
    const spans = spansAt(atMs);
    const needed: Place[] = budgets.map(({ holder, period }) => {
      return { holder, id: holder === 'key' ? chains.firstOf(hold) : accountId, span: spans[period] };
    });
    if (prepaid) needed.push({ holder: 'account', id: accountId, span: spans.total });
    for (const place of needed) {
      if (!counters.has(place)) missing.set(`${place.holder} ${place.id} ${place.span.key}`, place);
    }
  }
  return [...missing.values()];
}

async function makeCounters(session: Session, places: readonly Place[]): Promise<void> {
  await inTurn([
    session.send(`${BEGIN}; SELECT pg_advisory_xact_lock(${LOCKS.counters})`),
    createCounters(session, places),
    session.send('COMMIT'),
  ]);
}

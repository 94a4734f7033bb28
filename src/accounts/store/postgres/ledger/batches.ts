import type { LedgerResult, LedgerWork } from '../../../ledger/ports.ts';
import type { Database } from '../database.ts';
import { pause } from '../database.ts';
import { isConnectionLost, isRace, isSilence, sqlStateOf } from '../error.ts';
import type { Boots } from './boots.ts';
import type { Changes } from './changes.ts';
import type { Hold } from './holds.ts';
import { readHolds } from './holds.ts';
import { type Item, toItem } from './items.ts';
import { KeyChains } from './key-chains.ts';
import { Names } from './names.ts';
import { PriceVersions } from './price-versions.ts';
import type { Session } from '../session.ts';
import { Transaction } from './transaction.ts';

const MAX_TRIES = 20;
/** A row is missing that another one refers to: of all there are, that of the process that holds. */
const FORGOTTEN = '23503';

/** Many requests' changes as one transaction, again from the start where others were in its way. */
export class Batches {
  readonly #database: Database;
  readonly #boots: Boots;
  readonly #names = new Names();
  readonly #prices = new PriceVersions();
  readonly #chains = new KeyChains(this.#names);
  readonly #transaction: Transaction;
  /** This process's own holds, so that ending one need not read it. */
  readonly #open = new Map<string, Hold>();
  /** Holds that may be stored though their requests were told they are not. */
  readonly #doubtful = new Map<string, Hold>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database, boots: Boots) {
    this.#database = database;
    this.#boots = boots;
    this.#transaction = new Transaction(this.#names, this.#prices, this.#chains);
  }

  /** All or nothing. One batch follows the other: they would only wait for each other's rows. */
  run(batch: readonly LedgerWork[]): Promise<LedgerResult[]> {
    const running = this.#last.then(() => this.#run(batch.map(toItem)));
    this.#last = running.catch(() => undefined);
    return running;
  }

  async #run(items: readonly (Item | RangeError)[]): Promise<LedgerResult[]> {
    const inDoubt = new Set<string>();
    let lost = 0;
    for (let tries = 1; ; tries++) {
      const commit = { isAsked: false };
      try {
        const results = await this.#try(items, inDoubt, commit);
        if (results !== undefined) return results;
      } catch (error) {
        const isLost = isConnectionLost(error);
        if (isLost && commit.isAsked) this.#doubt(items, inDoubt);
        // A connection may have been gone before it was used; a second one is not.
        if (isLost ? isSilence(error) || ++lost > 1 : !isWorthRepeating(error))
          throw this.#database.toStoreError(error);
        if (sqlStateOf(error) === FORGOTTEN) this.#boots.sayAgain();
        if (tries >= MAX_TRIES) throw this.#database.toStoreError(error);
        await pause();
      }
    }
  }

  /** Undefined: it has to begin anew. */
  #try(items: readonly (Item | RangeError)[], inDoubt: ReadonlySet<string>, commit: { isAsked: boolean }) {
    return this.#database.use(async (session): Promise<LedgerResult[] | undefined> => {
      const sound = items.filter((item): item is Item => !(item instanceof RangeError));
      const releasing = [...this.#doubtful.keys()].filter((id) => !inDoubt.has(id));
      await this.#learn(session, sound);
      await this.#boots.hear(session, sound);
      const known = await this.#known(session, sound);
      const asked = new Map<Item, Hold>();
      for (const item of sound) if (item.kind === 'reserve') asked.set(item, this.#toHold(item));
      await this.#chains.learn(session, [...known.values(), ...asked.values()]);
      const done = await this.#transaction.run(session, { items, sound, known, asked, releasing, inDoubt, commit });
      if (done === undefined) return undefined;
      this.#keep(done.changes, [...releasing, ...inDoubt]);
      return done.results;
    }, true);
  }

  async #learn(session: Session, items: readonly Item[]): Promise<void> {
    const names: string[] = [];
    for (const item of items) {
      if (item.kind === 'reserve') {
        const { keyId, account, model } = item.reservation;
        names.push(keyId, account, model);
      } else if (item.kind === 'settle') {
        const { outcome, model, provider, upstreamModel } = item.settlement;
        names.push(outcome);
        if (model !== undefined) names.push(model);
        if (provider !== undefined) names.push(provider);
        if (upstreamModel !== undefined) names.push(upstreamModel);
      }
    }
    await this.#names.learn(session, names);
    const prices = items.map((item) =>
      item.kind === 'reserve' ? item.reservation.price : item.kind === 'settle' ? item.settlement.price : undefined,
    );
    await this.#prices.learn(session, prices);
  }

  /** What is held for, where it is known; what another process held is read. */
  async #known(session: Session, items: readonly Item[]): Promise<Map<string, Hold>> {
    const known = new Map(this.#doubtful);
    const unknown: string[] = [];
    for (const item of items) {
      const own = this.#open.get(item.id);
      if (own !== undefined) known.set(item.id, own);
      else if (item.kind === 'settle' && !known.has(item.id)) unknown.push(item.id);
    }
    for (const [id, hold] of await readHolds(session, unknown)) known.set(id, hold);
    return known;
  }

  #toHold({ bootId, reservation }: Extract<Item, { readonly kind: 'reserve' }>): Hold {
    const { keyId: key, account, model, price, amountNano, atMs } = reservation;
    return {
      bootId,
      keyId: this.#names.idOf(key),
      accountId: this.#names.idOf(account),
      modelId: this.#names.idOf(model),
      priceId: this.#prices.idOf(price),
      key,
      account,
      model,
      price,
      amountNano,
      atMs,
    };
  }

  /** Nobody knows whether it was committed: the next transaction finds out, since it waits for the end of this one. */
  #doubt(items: readonly (Item | RangeError)[], inDoubt: Set<string>): void {
    for (const item of items) {
      if (item instanceof RangeError || item.kind !== 'reserve') continue;
      inDoubt.add(item.id);
      this.#doubtful.set(item.id, this.#toHold(item));
    }
  }

  #keep({ opened, closed }: Changes, certain: readonly string[]): void {
    for (const [id, hold] of opened) this.#open.set(id, hold);
    for (const id of closed) if (!opened.has(id)) this.#open.delete(id);
    for (const id of certain) this.#doubtful.delete(id);
  }
}

/** Somebody else was at it, or was first with a row, or took this process for dead. */
function isWorthRepeating(error: unknown): boolean {
  const sqlState = sqlStateOf(error);
  return isRace(error) || sqlState === '23505' || sqlState === FORGOTTEN;
}

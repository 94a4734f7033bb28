import type { DatabaseSync } from 'node:sqlite';
import { priceDigest, readPrice, writePrice } from '../../../ledger/price-version.ts';
import type { Price } from '../../../pricing.ts';

/** Every price something was ever held for at: a bill of last year is recomputed by the prices of last year. */
export class PriceVersions {
  readonly #find;
  readonly #insert;
  readonly #read;
  /** By object: a configuration's prices are the same objects for as long as it is in use. */
  readonly #ids = new WeakMap<Price, number>();
  readonly #prices = new Map<number, Price>();
  #fresh: Price[] = [];

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id FROM prices WHERE digest = ?');
    this.#insert = db.prepare('INSERT INTO prices (digest, price) VALUES (?, ?) RETURNING id');
    this.#read = db.prepare('SELECT price FROM prices WHERE id = ?');
  }

  /** Within a transaction, which ends with `commit` or `rollback`. */
  idOf(price: Price | undefined): number | null {
    if (price === undefined) return null;
    const known = this.#ids.get(price);
    if (known !== undefined) return known;
    const text = writePrice(price);
    const digest = priceDigest(text);
    const id = Number((this.#find.get(digest) ?? this.#insert.get(digest, text))?.['id']);
    this.#ids.set(price, id);
    this.#fresh.push(price);
    return id;
  }

  priceOf(id: number | null): Price | undefined {
    if (id === null) return undefined;
    const known = this.#prices.get(id);
    if (known !== undefined) return known;
    const text = this.#read.get(id)?.['price'];
    if (typeof text !== 'string') return undefined;
    const price = readPrice(text);
    this.#prices.set(id, price);
    return price;
  }

  commit(): void {
    if (this.#fresh.length > 0) this.#fresh = [];
  }

  rollback(): void {
    if (this.#fresh.length === 0) return;
    for (const price of this.#fresh) this.#ids.delete(price);
    this.#prices.clear();
    this.#fresh = [];
  }
}

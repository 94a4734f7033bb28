import { priceDigest, writePrice } from '../../../ledger/price-version.ts';
import type { Price } from '../../../pricing.ts';
import type { Session } from '../session.ts';

const FIND = 'SELECT id FROM tokenharbor.prices WHERE digest = $1';
const INSERT = 'INSERT INTO tokenharbor.prices (digest, price) VALUES ($1, $2) ON CONFLICT DO NOTHING';

/** Every price something was ever held for at: a bill of last year is recomputed by the prices of last year. */
export class PriceVersions {
  /** By object: a configuration's prices are the same objects for as long as it is in use. */
  readonly #ids = new WeakMap<Price, number>();

  /** Makes the numbers of these prices known; outside of any transaction. */
  async learn(session: Session, prices: readonly (Price | undefined)[]): Promise<void> {
    for (const price of prices) {
      if (price === undefined || this.#ids.has(price)) continue;
      const text = writePrice(price);
      const digest = priceDigest(text);
      let [row] = await session.send(FIND, [digest]);
      if (row === undefined) {
        await session.send(INSERT, [digest, text]);
        [row] = await session.send(FIND, [digest]);
      }
      this.#ids.set(price, Number(row?.['id']));
    }
  }

  /** Of a price that was made known. */
  idOf(price: Price | undefined): number | null {
    return price === undefined ? null : (this.#ids.get(price) ?? null);
  }
}

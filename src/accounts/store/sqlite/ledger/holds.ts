import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { requestIdText } from '../../../ledger/request-id.ts';
import type { JournalEntry, OpenHold } from '../../../ledger/ports.ts';
import { readRareCounts, writeRareCounts } from '../../../ledger/usage-counts.ts';
import type { Names } from './names.ts';
import type { PriceVersions } from './price-versions.ts';

/** An open hold, by the numbers that stand for its texts. */
export interface Hold {
  readonly keyId: number;
  readonly accountId: number;
  readonly modelId: number;
  readonly priceId: number | null;
  readonly amountNano: bigint;
  readonly atMs: number;
}

/** The requests that are held for and not settled yet: a small table, whatever was settled before. */
export class Holds {
  readonly #insert;
  readonly #delete;
  readonly #take;
  readonly #journal;
  readonly #ofBoot;
  readonly #names: Names;
  readonly #prices: PriceVersions;

  constructor(db: DatabaseSync, names: Names, prices: PriceVersions) {
    this.#names = names;
    this.#prices = prices;
    this.#insert = db.prepare(
      `INSERT INTO holds (request_id, boot_id, key_id, account_id, model_id, price_id, amount_nano, at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#delete = db.prepare('DELETE FROM holds WHERE request_id = ?');
    this.#take = db.prepare(
      'DELETE FROM holds WHERE request_id = ? RETURNING key_id, account_id, model_id, price_id, amount_nano, at_ms',
    );
    this.#take.setReadBigInts(true);
    this.#journal = db.prepare(
      `UPDATE holds SET journaled_at = ?, input_tokens = ?, output_tokens = ?, cache_read_tokens = ?,
         cache_write_tokens = ?, reasoning_tokens = ?, rare_counts = ? WHERE request_id = ?`,
    );
    this.#ofBoot = db.prepare('SELECT * FROM holds WHERE boot_id = ? ORDER BY request_id');
    this.#ofBoot.setReadBigInts(true);
  }

  /** False: the request is held for already. */
  insert(id: Uint8Array, bootId: number, hold: Hold): boolean {
    const { keyId, accountId, modelId, priceId, amountNano, atMs } = hold;
    return this.#insert.run(id, bootId, keyId, accountId, modelId, priceId, amountNano, atMs).changes !== 0;
  }

  /** Ends a hold whose contents are known; false: there is none. Half the time of `take`. */
  delete(id: Uint8Array): boolean {
    return this.#delete.run(id).changes !== 0;
  }

  /** Ends a hold and says what it was. */
  take(id: Uint8Array): Hold | undefined {
    const row = this.#take.get(id);
    if (row === undefined) return undefined;
    return {
      keyId: Number(row['key_id']),
      accountId: Number(row['account_id']),
      modelId: Number(row['model_id']),
      priceId: row['price_id'] === null ? null : Number(row['price_id']),
      amountNano: row['amount_nano'] as bigint,
      atMs: Number(row['at_ms']),
    };
  }

  journal(id: Uint8Array, { atMs, usage }: JournalEntry): boolean {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
    return (
      this.#journal.run(
        atMs,
        inputTokens,
        outputTokens,
        cacheReadTokens,
        cacheWriteTokens,
        reasoningTokens,
        writeRareCounts(usage),
        id,
      ).changes !== 0
    );
  }

  ofBoot(bootId: number): OpenHold[] {
    return this.#ofBoot.all(bootId).map((row) => this.#read(row));
  }

  #read(row: Record<string, SQLOutputValue>): OpenHold {
    const requestId = requestIdText(row['request_id'] as Uint8Array);
    const number = (name: string) => Number(row[name]);
    const journal: JournalEntry | undefined =
      row['journaled_at'] === null
        ? undefined
        : {
            requestId,
            atMs: number('journaled_at'),
            usage: {
              inputTokens: number('input_tokens'),
              outputTokens: number('output_tokens'),
              cacheReadTokens: number('cache_read_tokens'),
              cacheWriteTokens: number('cache_write_tokens'),
              reasoningTokens: number('reasoning_tokens'),
              ...readRareCounts(row['rare_counts'] as string | null),
            },
          };
    return {
      requestId,
      keyId: this.#names.textOf(number('key_id')),
      account: this.#names.textOf(number('account_id')),
      model: this.#names.textOf(number('model_id')),
      price: this.#prices.priceOf(row['price_id'] === null ? null : number('price_id')),
      amountNano: row['amount_nano'] as bigint,
      atMs: number('at_ms'),
      journal,
    };
  }
}

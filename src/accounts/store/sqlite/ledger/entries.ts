import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { requestIdText } from '../../../ledger/request-id.ts';
import type { LedgerEntry, Settlement } from '../../../ledger/ports.ts';
import { readRareCounts, writeRareCounts } from '../../../ledger/usage-counts.ts';
import type { Hold } from './holds.ts';
import { readLost, writeLost } from '../../../ledger/lost-attempts.ts';
import type { Names } from './names.ts';
import type { PriceVersions } from './price-versions.ts';

const COLUMNS = `request_id, key_id, account_id, model_id, price_id, held_nano, at_ms, settled_at, outcome_id,
  input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, rare_counts, cost_nano,
  estimated, provider_id, upstream_model_id, attempts, lost, steering_tokens`;

/** The entries: written once, never changed. */
export class Entries {
  readonly #insert;
  readonly #find;
  readonly #names: Names;
  readonly #prices: PriceVersions;

  constructor(db: DatabaseSync, names: Names, prices: PriceVersions) {
    this.#names = names;
    this.#prices = prices;
    this.#insert = db.prepare(
      `INSERT INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#find = db.prepare(`SELECT ${COLUMNS} FROM entries WHERE request_id = ?`);
    this.#find.setReadBigInts(true);
  }

  /** False: the request has its entry already. `modelId`: of the model it counts for. */
  insert(id: Uint8Array, hold: Hold, modelId: number, settlement: Settlement): boolean {
    const { usage, price, provider, upstreamModel } = settlement;
    const names = this.#names;
    const { changes } = this.#insert.run(
      id,
      hold.keyId,
      hold.accountId,
      modelId,
      price === undefined ? hold.priceId : this.#prices.idOf(price),
      hold.amountNano,
      hold.atMs,
      settlement.settledAtMs,
      names.idOf(settlement.outcome),
      usage.inputTokens,
      usage.outputTokens,
      usage.cacheReadTokens,
      usage.cacheWriteTokens,
      usage.reasoningTokens,
      writeRareCounts(usage),
      settlement.costNano,
      settlement.estimated ? 1 : 0,
      provider === undefined ? null : names.idOf(provider),
      upstreamModel === undefined ? null : names.idOf(upstreamModel),
      settlement.attempts,
      writeLost(settlement.lost),
      settlement.steeringTokens,
    );
    return changes !== 0;
  }

  find(id: Uint8Array): LedgerEntry | undefined {
    const row = this.#find.get(id);
    return row === undefined ? undefined : this.read(row);
  }

  /** A row that was read with big integers. */
  read(row: Record<string, SQLOutputValue>): LedgerEntry {
    const number = (name: string) => Number(row[name]);
    const text = (name: string) => this.#names.textOf(Number(row[name]));
    const optional = (name: string) => (row[name] === null ? undefined : text(name));
    return {
      requestId: requestIdText(row['request_id'] as Uint8Array),
      keyId: text('key_id'),
      account: text('account_id'),
      model: text('model_id'),
      price: this.#prices.priceOf(row['price_id'] === null ? null : number('price_id')),
      heldNano: row['held_nano'] as bigint,
      atMs: number('at_ms'),
      settledAtMs: number('settled_at'),
      outcome: text('outcome_id'),
      usage: {
        inputTokens: number('input_tokens'),
        outputTokens: number('output_tokens'),
        cacheReadTokens: number('cache_read_tokens'),
        cacheWriteTokens: number('cache_write_tokens'),
        reasoningTokens: number('reasoning_tokens'),
        ...readRareCounts(row['rare_counts'] as string | null),
      },
      costNano: row['cost_nano'] as bigint,
      estimated: number('estimated') === 1,
      provider: optional('provider_id'),
      upstreamModel: optional('upstream_model_id'),
      attempts: number('attempts'),
      lost: readLost(row['lost'] as string | null),
      steeringTokens: number('steering_tokens'),
    };
  }
}

import type { DatabaseSync } from 'node:sqlite';
import { type RollupPart, RollupSums } from '../../../ledger/rollup-sums.ts';

export const ROLLUP_COLUMNS = `day, key_id, account_id, model_id, requests, input_tokens, output_tokens,
  cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_nano, estimated`;

const ADD = `
  INSERT INTO rollups (${ROLLUP_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    requests = requests + excluded.requests,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
    cost_nano = cost_nano + excluded.cost_nano,
    estimated = estimated + excluded.estimated`;

/** What one transaction adds to the roll-ups. */
export class Rollups {
  readonly #add;
  readonly #sums = new RollupSums();

  constructor(db: DatabaseSync) {
    this.#add = db.prepare(ADD);
  }

  add(part: RollupPart): void {
    this.#sums.add(part);
  }

  /** Writes what was added; within the transaction. */
  flush(): void {
    if (this.#sums.size === 0) return;
    for (const sum of this.#sums.values()) {
      this.#add.run(
        sum.day,
        sum.keyId,
        sum.accountId,
        sum.modelId,
        sum.requests,
        sum.inputTokens,
        sum.outputTokens,
        sum.cacheReadTokens,
        sum.cacheWriteTokens,
        sum.reasoningTokens,
        sum.costNano,
        sum.estimated,
      );
    }
    this.#sums.clear();
  }

  rollback(): void {
    this.#sums.clear();
  }
}

import type { DatabaseSync } from 'node:sqlite';
import type { Usage } from '../../../../protocol/usage.ts';

/** Counts of one day, key, account and model. */
interface Sum {
  readonly day: number;
  readonly keyId: number;
  readonly accountId: number;
  readonly modelId: number;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  costNano: bigint;
  estimated: number;
}

export interface RollupPart {
  readonly day: number;
  readonly keyId: number;
  readonly accountId: number;
  readonly modelId: number;
  readonly usage: Usage;
  readonly requests: number;
  readonly costNano: bigint;
  readonly estimated: number;
}

export const ROLLUP_COLUMNS = `day, key_id, account_id, model_id, requests, input_tokens, output_tokens,
  cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_nano, estimated`;

/** Adds a row to a table of the roll-ups' form. */
export function addingTo(table: 'rollups' | 'usage_before_entries'): string {
  return `INSERT INTO ${table} (${ROLLUP_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
      requests = requests + excluded.requests,
      input_tokens = input_tokens + excluded.input_tokens,
      output_tokens = output_tokens + excluded.output_tokens,
      cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
      cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
      reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
      cost_nano = cost_nano + excluded.cost_nano,
      estimated = estimated + excluded.estimated`;
}

/** The sums of one transaction: what many entries of a batch add to one row is written once. */
export class Rollups {
  readonly #add;
  readonly #sums = new Map<string, Sum>();

  constructor(db: DatabaseSync) {
    this.#add = db.prepare(addingTo('rollups'));
  }

  add(part: RollupPart): void {
    const { day, keyId, accountId, modelId, usage } = part;
    const id = `${day} ${keyId} ${accountId} ${modelId}`;
    const sum = this.#sums.get(id);
    if (sum === undefined) {
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
      const { requests, costNano, estimated } = part;
      this.#sums.set(id, {
        day,
        keyId,
        accountId,
        modelId,
        requests,
        inputTokens,
        outputTokens,
        cacheReadTokens,
        cacheWriteTokens,
        reasoningTokens,
        costNano,
        estimated,
      });
      return;
    }
    sum.requests += part.requests;
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    sum.cacheReadTokens += usage.cacheReadTokens;
    sum.cacheWriteTokens += usage.cacheWriteTokens;
    sum.reasoningTokens += usage.reasoningTokens;
    sum.costNano += part.costNano;
    sum.estimated += part.estimated;
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

import type { Usage } from '../../protocol/usage.ts';

/** Counts of one day, key, account and model, by the numbers that stand for them. */
export interface RollupSum {
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

/** What one request adds. */
export interface RollupPart {
  readonly day: number;
  readonly keyId: number;
  readonly accountId: number;
  readonly modelId: number;
  readonly usage: Usage;
  readonly costNano: bigint;
  readonly estimated: boolean;
}

/** The sums of one transaction: what many entries of a batch add to one row is written once. */
export class RollupSums {
  readonly #sums = new Map<string, RollupSum>();

  get size(): number {
    return this.#sums.size;
  }

  add(part: RollupPart): void {
    const { day, keyId, accountId, modelId, usage, costNano } = part;
    const estimated = part.estimated ? 1 : 0;
    const id = `${day} ${keyId} ${accountId} ${modelId}`;
    const sum = this.#sums.get(id);
    if (sum === undefined) {
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
      this.#sums.set(id, {
        day,
        keyId,
        accountId,
        modelId,
        requests: 1,
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
    sum.requests += 1;
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    sum.cacheReadTokens += usage.cacheReadTokens;
    sum.cacheWriteTokens += usage.cacheWriteTokens;
    sum.reasoningTokens += usage.reasoningTokens;
    sum.costNano += costNano;
    sum.estimated += estimated;
  }

  values(): Iterable<RollupSum> {
    return this.#sums.values();
  }

  clear(): void {
    this.#sums.clear();
  }
}

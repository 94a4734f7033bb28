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

/** The sums of one transaction: what many entries of a batch add to one row is written once. */
export class RollupSums {
  readonly #sums = new Map<string, RollupSum>();

  get size(): number {
    return this.#sums.size;
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

  values(): Iterable<RollupSum> {
    return this.#sums.values();
  }

  clear(): void {
    this.#sums.clear();
  }
}

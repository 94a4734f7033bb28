import type { Usage } from '../../protocol/usage.ts';

/** What a key is charged for, and how much was left out of it. */
export interface WithoutSteering {
  readonly usage: Usage;
  /** Tokens that were taken out; fewer than asked for where the whole input has fewer. */
  readonly taken: number;
}

/**
 * The usage without the tokens of a directive, which the client did not send. Where they were counted is not told:
 * input at full price goes first, then what was written to the cache, then what was read from it.
 */
export function withoutSteering(usage: Usage, tokens: number): WithoutSteering {
  const input = Math.min(tokens, usage.inputTokens);
  const written = Math.min(tokens - input, usage.cacheWriteTokens);
  const read = Math.min(tokens - input - written, usage.cacheReadTokens);
  return {
    usage: {
      ...usage,
      inputTokens: usage.inputTokens - input,
      cacheWriteTokens: usage.cacheWriteTokens - written,
      cacheReadTokens: usage.cacheReadTokens - read,
    },
    taken: input + written + read,
  };
}

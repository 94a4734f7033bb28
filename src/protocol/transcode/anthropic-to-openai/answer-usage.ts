import { NO_USAGE, type Usage } from '../../usage.ts';

/** How many bytes of text a token has, at the least: an estimate that errs upward. */
const BYTES_PER_TOKEN = 3;

/** False for all zeros: some vendors fill the member before they know, or without ever knowing. */
export function isCounted({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens }: Usage): boolean {
  return inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens > 0;
}

/**
 * Counts that came later over those that came before. Counts are cumulative; zeros, which some vendors send in a last
 * chunk, change nothing.
 */
export function laterUsage(before: Usage | undefined, later: Usage): Usage {
  if (before === undefined) return later;
  const input = isCounted({ ...later, outputTokens: 0 }) ? later : before;
  const outputTokens = later.outputTokens || before.outputTokens;
  return {
    inputTokens: input.inputTokens,
    cacheReadTokens: input.cacheReadTokens,
    cacheWriteTokens: input.cacheWriteTokens,
    outputTokens,
    reasoningTokens: Math.min(later.reasoningTokens || before.reasoningTokens, outputTokens),
  };
}

/** The usage of an answer whose upstream told none. */
export function estimateUsage(inputTokens: number, writtenBytes: number, reasoningBytes: number): Usage {
  return {
    ...NO_USAGE,
    inputTokens,
    outputTokens: Math.ceil(writtenBytes / BYTES_PER_TOKEN),
    reasoningTokens: Math.ceil(reasoningBytes / BYTES_PER_TOKEN),
  };
}

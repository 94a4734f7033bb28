import { NO_USAGE, tokenCount, type Usage } from '../usage.ts';

/**
 * Merges a messages `usage` object into what is known so far. Counts are cumulative, so the last one wins, field by
 * field; an absent count changes nothing, and a 0 never overwrites a positive input or cache count (some upstreams
 * send zeros in `message_delta`). Undefined when nothing is known.
 */
export function mergeAnthropicUsage(known: Usage | undefined, value: unknown): Usage | undefined {
  if (typeof value !== 'object' || value === null) return known;
  const usage = value as Record<string, unknown>;
  const before = known ?? NO_USAGE;
  const details = usage.output_tokens_details;
  const thinking =
    typeof details === 'object' && details !== null
      ? tokenCount((details as Record<string, unknown>).thinking_tokens)
      : undefined;
  return {
    inputTokens: tokenCount(usage.input_tokens) || before.inputTokens,
    outputTokens: tokenCount(usage.output_tokens) ?? before.outputTokens,
    cacheReadTokens: tokenCount(usage.cache_read_input_tokens) || before.cacheReadTokens,
    cacheWriteTokens: tokenCount(usage.cache_creation_input_tokens) || before.cacheWriteTokens,
    reasoningTokens: thinking ?? before.reasoningTokens,
  };
}

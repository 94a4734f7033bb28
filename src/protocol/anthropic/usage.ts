import { counted, NO_USAGE, tokenCount, type Usage } from '../usage.ts';

type JsonObject = Record<string, unknown>;

/**
 * Merges a messages `usage` object into what is known so far. Counts are cumulative, so the last one wins, field by
 * field; an absent count changes nothing, and a 0 never overwrites a positive input or cache count (some upstreams
 * send zeros in `message_delta`). Undefined when nothing is known.
 */
export function mergeAnthropicUsage(known: Usage | undefined, value: unknown): Usage | undefined {
  if (!isObject(value)) return known;
  const before = known ?? NO_USAGE;
  const passes = countedPasses(value);
  const count = (name: string) => (passes.length > 0 ? sum(passes, name) : tokenCount(value[name]));
  const details = value.output_tokens_details;
  const outputTokens = count('output_tokens') ?? before.outputTokens;
  const thinking = (isObject(details) ? tokenCount(details.thinking_tokens) : undefined) ?? before.reasoningTokens;
  return {
    inputTokens: count('input_tokens') || before.inputTokens,
    outputTokens,
    cacheReadTokens: count('cache_read_input_tokens') || before.cacheReadTokens,
    cacheWriteTokens: count('cache_creation_input_tokens') || before.cacheWriteTokens,
    reasoningTokens: Math.min(thinking, outputTokens),
    ...counted('cacheWrite1hTokens', hourly(value, passes) ?? before.cacheWrite1hTokens),
    ...counted('serverToolUses', searches(value) ?? before.serverToolUses),
  };
}

/** What was written to the cache for an hour, which costs more than the usual five minutes. */
function hourly(usage: JsonObject, passes: readonly JsonObject[]): number | undefined {
  const counts = (passes.length > 0 ? passes : [usage])
    .map(({ cache_creation: lifetimes }) => (isObject(lifetimes) ? lifetimes.ephemeral_1h_input_tokens : undefined))
    .flatMap((count) => tokenCount(count) || []);
  return counts.length === 0 ? undefined : tokenCount(counts.reduce((total, count) => total + count));
}

/** Of the tools that the vendor runs, the web search is charged by use; fetching is free, and code is charged by time. */
function searches({ server_tool_use: uses }: JsonObject): number | undefined {
  return (isObject(uses) ? tokenCount(uses.web_search_requests) : undefined) || undefined;
}

/**
 * The passes of the model that one answer took. With context compaction the counts beside them are those of the last
 * pass alone, though all are charged (60,997 input tokens where 612 were named). Passes of another model (an advisor)
 * are not the asked model's; where a fallback model took over, the counts beside are right.
 */
function countedPasses(usage: JsonObject): JsonObject[] {
  const passes = Array.isArray(usage.iterations) ? usage.iterations.filter(isObject) : [];
  if (passes.some(({ type }) => type === 'fallback_message')) return [];
  return passes.filter(({ type }) => type === 'message' || type === 'compaction');
}

function sum(passes: readonly JsonObject[], name: string): number | undefined {
  const counts = passes.map((pass) => tokenCount(pass[name])).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : tokenCount(counts.reduce((total, count) => total + count, 0));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The counts every `usage` object bears, in a message and in `message_delta`. */
export function anthropicCounts(usage: Usage) {
  return {
    input_tokens: usage.inputTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    output_tokens: usage.outputTokens,
    output_tokens_details: { thinking_tokens: usage.reasoningTokens },
    server_tool_use: null,
  };
}

/** The `usage` object of a whole message. Never a null count: the SDK's accumulators add them up. */
export function renderAnthropicUsage(usage: Usage): string {
  return JSON.stringify({ ...anthropicCounts(usage), cache_creation: null, service_tier: 'standard' });
}

import { countPlaces, type Counts, mergeCounts, readCounts } from '../usage-counts.ts';
import type { Usage } from '../usage.ts';

type JsonObject = Record<string, unknown>;

/** Counts of each pass of the model. `input` excludes what was read from and written to the cache. */
const PASS_PLACES = countPlaces({
  input: ['input_tokens'],
  output: ['output_tokens'],
  cacheRead: ['cache_read_input_tokens'],
  cacheWrite: ['cache_creation_input_tokens'],
  cacheWrite5m: ['cache_creation.ephemeral_5m_input_tokens'],
  cacheWrite1h: ['cache_creation.ephemeral_1h_input_tokens'],
});

const BESIDE_PLACES = countPlaces({
  thinking: ['output_tokens_details.thinking_tokens'],
  // Fetches cost nothing but their tokens, and code is charged by the hour.
  serverToolUses: ['server_tool_use.web_search_requests'],
});

/** The counts of a message, as far as they are told. */
export type AnthropicCounts = Counts<(typeof PASS_PLACES | typeof BESIDE_PLACES)[number][0]>;

/** Reads a messages `usage` object; undefined when it is none. */
export function readAnthropicCounts(value: unknown, onMalformed?: () => void): AnthropicCounts | undefined {
  if (!isObject(value)) return undefined;
  const beside = readCounts(value, BESIDE_PLACES, onMalformed);
  const passes = countedPasses(value);
  if (passes.length === 0) return { ...readCounts(value, PASS_PLACES, onMalformed), ...beside };
  const sums: { [Key in (typeof PASS_PLACES)[number][0]]?: number } = {};
  for (const pass of passes) {
    const counts = readCounts(pass, PASS_PLACES, onMalformed);
    for (const [name] of PASS_PLACES) {
      const count = counts[name];
      if (count !== undefined) sums[name] = (sums[name] ?? 0) + count;
    }
  }
  return { ...sums, ...beside };
}

/**
 * What was told later over what was told before. An output of 0 does overwrite: a stream starts with a count of next to
 * nothing, which is less true than none.
 */
export function mergeAnthropicCounts(before: AnthropicCounts | undefined, later: AnthropicCounts): AnthropicCounts {
  const merged = mergeCounts(before, later);
  return later.output === undefined ? merged : { ...merged, output: later.output };
}

export function anthropicUsageOf(counts: AnthropicCounts): Usage {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, thinking = 0 } = counts;
  const cacheWriteTokens = counts.cacheWrite || cacheWrite5m + cacheWrite1h;
  const cacheWrite1hTokens = Math.min(cacheWrite1h, cacheWriteTokens);
  const serverToolUses = counts.serverToolUses ?? 0;
  return {
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens,
    reasoningTokens: Math.min(thinking, output),
    ...(cacheWrite1hTokens > 0 && { cacheWrite1hTokens }),
    ...(serverToolUses > 0 && { serverToolUses }),
  };
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

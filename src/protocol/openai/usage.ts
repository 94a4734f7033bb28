import { countPlaces, type Counts, mergeCounts, readCounts } from '../usage-counts.ts';
import type { Usage } from '../usage.ts';

/**
 * Where vendors put the counts of a chat completion. `prompt` includes what was read from and written to the cache, by
 * OpenAI's convention; `completion` includes reasoning. Who keeps to neither is told by their own `total`.
 */
const PLACES = countPlaces({
  prompt: ['prompt_tokens'],
  completion: ['completion_tokens'],
  total: ['total_tokens'],
  // OpenAI and most others; DeepSeek; Databricks, Venice and gateways before Anthropic; Moonshot, Together; Mistral.
  cacheRead: [
    'prompt_tokens_details.cached_tokens',
    'prompt_cache_hit_tokens',
    'cache_read_input_tokens',
    'cached_tokens',
    'num_cached_tokens',
  ],
  // OpenAI, OpenRouter; Databricks, Vercel and other gateways before Anthropic.
  cacheWrite: ['prompt_tokens_details.cache_write_tokens', 'cache_creation_input_tokens'],
  cacheWrite1h: ['cache_creation.ephemeral_1h_input_tokens'],
  // Copilot and Together have it at the top.
  reasoning: ['completion_tokens_details.reasoning_tokens', 'reasoning_tokens'],
  inputAudio: ['prompt_tokens_details.audio_tokens', 'audio_prompt_tokens'],
  inputImage: ['prompt_tokens_details.image_tokens'],
  outputAudio: ['completion_tokens_details.audio_tokens'],
  // OpenRouter; gateways before Anthropic; xAI, by the source; Perplexity.
  serverToolUses: [
    'server_tool_use_details.web_search_requests',
    'server_tool_use.web_search_requests',
    'num_sources_used',
    'num_search_queries',
  ],
});

/** The counts of a chat completion, as far as they are told. */
export type OpenAiCounts = Counts<(typeof PLACES)[number][0]>;

/** Reads a chat-completions `usage` object. Undefined when it is none. */
export function readOpenAiUsage(value: unknown): Usage | undefined {
  const counts = readOpenAiCounts(value);
  return counts === undefined ? undefined : openAiUsageOf(counts);
}

/** The same as counts, which can be merged: undefined where neither prompt nor completion is counted. */
export function readOpenAiCounts(value: unknown, onMalformed?: () => void): OpenAiCounts | undefined {
  if (!isObject(value)) return undefined;
  const counts = readCounts(value, PLACES, onMalformed);
  return counts.prompt === undefined && counts.completion === undefined ? undefined : counts;
}

/** What was told later over what was told before. A total is that of the counts it came with. */
export function mergeOpenAiCounts(before: OpenAiCounts | undefined, later: OpenAiCounts): OpenAiCounts {
  return { ...mergeCounts(before, later), total: later.total ?? 0 };
}

/** Cached tokens are taken out of the input, once. */
export function openAiUsageOf(counts: OpenAiCounts): Usage {
  const { prompt = 0, completion = 0, cacheRead = 0, cacheWrite = 0, reasoning = 0, inputAudio = 0 } = counts;
  const leftOut = (counts.total ?? 0) - prompt - completion;
  let inputTokens = Math.max(0, prompt - cacheRead - cacheWrite);
  let outputTokens = completion;
  if (leftOut > 0) {
    if (leftOut === reasoning) outputTokens += leftOut;
    // Mistral counts sound beside the prompt, some gateways what was cached.
    else if (leftOut === inputAudio) inputTokens += leftOut;
    else if (leftOut === cacheRead + cacheWrite) inputTokens = prompt;
  }
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    // Some count reasoning with another tokenizer than the answer, and arrive at more than the whole.
    reasoningTokens: Math.min(reasoning, outputTokens),
    ...kindsOf(counts, inputTokens, outputTokens),
  };
}

/** The kinds that are told, each no more than what it is a part of. */
function kindsOf(counts: OpenAiCounts, inputTokens: number, outputTokens: number): Partial<Usage> {
  const cacheWrite1hTokens = Math.min(counts.cacheWrite1h ?? 0, counts.cacheWrite ?? 0);
  const inputAudioTokens = Math.min(counts.inputAudio ?? 0, inputTokens);
  const inputImageTokens = Math.min(counts.inputImage ?? 0, inputTokens - inputAudioTokens);
  const outputAudioTokens = Math.min(counts.outputAudio ?? 0, outputTokens);
  const serverToolUses = counts.serverToolUses ?? 0;
  return {
    ...(cacheWrite1hTokens > 0 && { cacheWrite1hTokens }),
    ...(inputAudioTokens > 0 && { inputAudioTokens }),
    ...(inputImageTokens > 0 && { inputImageTokens }),
    ...(outputAudioTokens > 0 && { outputAudioTokens }),
    ...(serverToolUses > 0 && { serverToolUses }),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The `usage` object of a completion. Both identities hold: total = prompt + completion, prompt = input + cached. */
export function renderOpenAiUsage(usage: Usage): string {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  const promptTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
  return JSON.stringify({
    prompt_tokens: promptTokens,
    completion_tokens: outputTokens,
    total_tokens: promptTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  });
}

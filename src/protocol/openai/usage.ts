import { counted, tokenCount, type Usage } from '../usage.ts';

/**
 * Reads a chat-completions `usage` object. `prompt_tokens` includes cached tokens, so they are taken out once.
 * Vendors name the cached part differently (OpenAI, DeepSeek, Anthropic-like); a vendor that leaves reasoning out of
 * `completion_tokens` is told by its own total. Undefined when it is no usage object at all.
 */
export function readOpenAiUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = tokenCount(value.prompt_tokens);
  const completion = tokenCount(value.completion_tokens);
  if (prompt === undefined && completion === undefined) return undefined;
  const promptDetails = isObject(value.prompt_tokens_details) ? value.prompt_tokens_details : {};
  const completionDetails = isObject(value.completion_tokens_details) ? value.completion_tokens_details : {};
  const cacheReadTokens =
    tokenCount(promptDetails.cached_tokens) ??
    tokenCount(value.prompt_cache_hit_tokens) ??
    tokenCount(value.cache_read_input_tokens) ??
    0;
  const cacheWriteTokens =
    tokenCount(promptDetails.cache_write_tokens) ?? tokenCount(value.cache_creation_input_tokens) ?? 0;
  const reasoningTokens = tokenCount(completionDetails.reasoning_tokens) ?? 0;
  const total = tokenCount(value.total_tokens) ?? 0;
  const promptTokens = prompt ?? 0;
  const completionTokens = completion ?? 0;
  const leftOut = total - promptTokens - completionTokens;
  const outputTokens = leftOut > 0 && leftOut === reasoningTokens ? completionTokens + leftOut : completionTokens;
  return {
    inputTokens: Math.max(0, promptTokens - cacheReadTokens - cacheWriteTokens),
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    // Some count reasoning with another tokenizer than the answer, and arrive at more than the whole.
    reasoningTokens: Math.min(reasoningTokens, outputTokens),
    ...counted('inputAudioTokens', promptDetails.audio_tokens),
    ...counted('inputImageTokens', promptDetails.image_tokens),
    ...counted('outputAudioTokens', completionDetails.audio_tokens),
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

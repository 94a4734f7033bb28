import type { Place } from './frames.ts';

/** Both identities of a completion's `usage` object. */
export function checkOpenAiUsage(value: unknown, place: Place): void {
  const usage = place.object(value, 'usage');
  const prompt = place.count(usage.prompt_tokens, 'usage.prompt_tokens');
  const completion = place.count(usage.completion_tokens, 'usage.completion_tokens');
  const total = place.count(usage.total_tokens, 'usage.total_tokens');
  if (total !== prompt + completion) place.fail(`usage: ${total} tokens in total, but ${prompt} + ${completion}`);
  const before = place.object(usage.prompt_tokens_details, 'usage.prompt_tokens_details');
  const cached = place.count(before.cached_tokens, 'usage.prompt_tokens_details.cached_tokens');
  const written = place.count(before.cache_write_tokens, 'usage.prompt_tokens_details.cache_write_tokens');
  if (cached + written > prompt) place.fail(`usage: ${cached} + ${written} cached tokens of ${prompt}`);
  const after = place.object(usage.completion_tokens_details, 'usage.completion_tokens_details');
  const reasoning = place.count(after.reasoning_tokens, 'usage.completion_tokens_details.reasoning_tokens');
  if (reasoning > completion) place.fail(`usage: ${reasoning} reasoning tokens of ${completion}`);
}

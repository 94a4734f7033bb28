import type { Place } from './frames.ts';

/** Null or absent counts make the SDKs throw or add up to NaN. */
export function checkAnthropicUsage(value: unknown, place: Place): void {
  const usage = place.object(value, 'usage');
  place.count(usage.input_tokens, 'usage.input_tokens');
  place.count(usage.cache_creation_input_tokens, 'usage.cache_creation_input_tokens');
  place.count(usage.cache_read_input_tokens, 'usage.cache_read_input_tokens');
  const output = place.count(usage.output_tokens, 'usage.output_tokens');
  if (usage.output_tokens_details === undefined || usage.output_tokens_details === null) return;
  const details = place.object(usage.output_tokens_details, 'usage.output_tokens_details');
  const thinking = place.count(details.thinking_tokens, 'usage.output_tokens_details.thinking_tokens');
  if (thinking > output) place.fail(`usage has ${thinking} thinking tokens among ${output} output tokens`);
}

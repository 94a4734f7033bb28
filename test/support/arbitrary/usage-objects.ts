/** `usage` objects as vendors and liars write them. */
import fc from 'fast-check';

const count = fc.oneof(
  { weight: 8, arbitrary: fc.nat(100_000) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(0, null, -1, 1.5, '7', 2 ** 49, 1e300, true, {}, undefined),
  },
);

export const oddOpenAiUsage = fc.record(
  {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    prompt_cache_hit_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    prompt_tokens_details: fc.option(
      fc.record({ cached_tokens: count, cache_write_tokens: count }, { requiredKeys: [] }),
    ),
    completion_tokens_details: fc.option(fc.record({ reasoning_tokens: count }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);

export const oddAnthropicUsage = fc.record(
  {
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    output_tokens_details: fc.option(fc.record({ thinking_tokens: count }, { requiredKeys: [] })),
    iterations: fc.option(
      fc.array(
        fc.record(
          {
            type: fc.constantFrom('message', 'compaction', 'fallback_message'),
            input_tokens: count,
            output_tokens: count,
          },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
    ),
  },
  { requiredKeys: [] },
);

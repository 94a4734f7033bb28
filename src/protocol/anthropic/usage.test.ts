import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type AnthropicCounts, anthropicUsageOf, mergeAnthropicCounts, readAnthropicCounts } from './usage.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);

/** What a stream's usage objects come to. */
function merge(...values: unknown[]) {
  const read = values.map((value) => readAnthropicCounts(value)).filter((counts) => counts !== undefined);
  return read.length === 0
    ? undefined
    : anthropicUsageOf(read.reduce(mergeAnthropicCounts, undefined as AnthropicCounts | undefined) as AnthropicCounts);
}

describe('what an Anthropic upstream tells of its usage', () => {
  test('C029, F1: input excludes what was cached, and stays so', () => {
    expect(
      merge({ input_tokens: 20, cache_creation_input_tokens: 5, cache_read_input_tokens: 75, output_tokens: 7 }),
    ).toEqual({ inputTokens: 20, cacheWriteTokens: 5, cacheReadTokens: 75, outputTokens: 7, reasoningTokens: 0 });
  });

  test('F5: counts are cumulative: the last one wins, none are summed', () => {
    expect(merge({ input_tokens: 10, output_tokens: 1 }, { output_tokens: 5 }, { output_tokens: 9 })).toMatchObject({
      inputTokens: 10,
      outputTokens: 9,
    });
    // Server tools raise the input while the answer is written.
    expect(merge({ input_tokens: 10, output_tokens: 1 }, { input_tokens: 900, output_tokens: 5 })).toMatchObject({
      inputTokens: 900,
    });
  });

  test('F6: a 0 or an absent count takes nothing back', () => {
    const start = { input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 3, output_tokens: 1 };
    const zeros = { input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 8 };
    for (const later of [zeros, { output_tokens: 8 }, { input_tokens: null, output_tokens: 8 }]) {
      expect(merge(start, later)).toEqual({
        inputTokens: 10,
        cacheReadTokens: 4,
        cacheWriteTokens: 3,
        outputTokens: 8,
        reasoningTokens: 0,
      });
    }
  });

  test('zeros at the start and the truth at the end give the truth', () => {
    expect(merge({ input_tokens: 0, output_tokens: 0 }, { input_tokens: 30, output_tokens: 8 })).toMatchObject({
      inputTokens: 30,
      outputTokens: 8,
    });
  });

  test('every pass of the model counts where an answer took several', () => {
    const passes = (...types: string[]) => ({
      input_tokens: 612,
      output_tokens: 2819,
      cache_read_input_tokens: 1,
      cache_creation_input_tokens: 0,
      iterations: types.map((type, i) => ({
        type,
        input_tokens: [60_385, 612][i] ?? 7,
        output_tokens: [522, 2819][i] ?? 7,
        cache_read_input_tokens: i,
        cache_creation_input_tokens: 100,
      })),
    });
    expect(merge({ input_tokens: 60_385, output_tokens: 2 }, passes('compaction', 'message'))).toEqual({
      inputTokens: 60_997,
      outputTokens: 3341,
      cacheReadTokens: 1,
      cacheWriteTokens: 200,
      reasoningTokens: 0,
    });
    // An advisor is another model; where a fallback took over, the counts beside are the ones that are charged.
    expect(merge(passes('compaction', 'message', 'advisor_message'))).toMatchObject({ inputTokens: 60_997 });
    expect(merge(passes('message', 'fallback_message'))).toMatchObject({ inputTokens: 612, outputTokens: 2819 });
    for (const iterations of [null, [], 'x', [null], [{ type: 'unknown', input_tokens: 9 }], [7]]) {
      expect(merge({ input_tokens: 5, output_tokens: 6, iterations })).toMatchObject({
        inputTokens: 5,
        outputTokens: 6,
      });
    }
  });

  test('thinking is a part of the output', () => {
    expect(merge({ output_tokens: 30, output_tokens_details: { thinking_tokens: 12 } })?.reasoningTokens).toBe(12);
    expect(merge({ output_tokens: 30, output_tokens_details: { thinking_tokens: 40 } })?.reasoningTokens).toBe(30);
    expect(merge({ output_tokens: 30, output_tokens_details: null })?.reasoningTokens).toBe(0);
  });

  test('what is no usage object leaves what was known', () => {
    for (const value of [undefined, null, 'x', 7, [], true]) {
      expect(merge(value)).toBeUndefined();
      expect(merge({ input_tokens: 5 }, value)).toMatchObject({ inputTokens: 5 });
    }
  });

  test.each([
    [{ input_tokens: -5, output_tokens: 3 }, 0, 3],
    [{ input_tokens: '5', output_tokens: 3 }, 0, 3],
    [{ input_tokens: 1e300, output_tokens: 3 }, 0, 3],
    [{ input_tokens: 5.9, output_tokens: 3.9 }, 5, 3],
    [{ input_tokens: Number.NaN, output_tokens: Number.POSITIVE_INFINITY }, 0, 0],
    [{}, 0, 0],
  ])('fault 42: of %j what can be believed is counted', (value, input, output) => {
    expect(merge(value)).toMatchObject({ inputTokens: input, outputTokens: output });
  });

  test('fault 42: no sequence of events makes a count negative, broken or smaller than its thinking', () => {
    const value = fc.dictionary(
      fc.constantFrom(
        'input_tokens',
        'output_tokens',
        'cache_read_input_tokens',
        'output_tokens_details',
        'iterations',
      ),
      fc.oneof(
        fc.double(),
        fc.jsonValue(),
        fc.record({ thinking_tokens: fc.double() }),
        fc.array(fc.record({ type: fc.constantFrom('message', 'compaction', 'x'), input_tokens: fc.double() })),
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), (events) => {
        const usage = merge(...events);
        for (const part of Object.values(usage ?? {})) expect(Number.isSafeInteger(part) && part >= 0).toBe(true);
        if (usage !== undefined) expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens);
      }),
      { numRuns: RUNS },
    );
  });
});

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readOpenAiUsage } from './usage.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);

describe('readOpenAiUsage', () => {
  test('C028, F1, F2: cached tokens are taken out of the prompt once', () => {
    expect(
      readOpenAiUsage({
        prompt_tokens: 100,
        completion_tokens: 5,
        total_tokens: 105,
        prompt_tokens_details: { cached_tokens: 80 },
      }),
    ).toEqual({ inputTokens: 20, outputTokens: 5, cacheReadTokens: 80, cacheWriteTokens: 0, reasoningTokens: 0 });
  });

  test('F9: vendors name the cached part differently; the first name present counts', () => {
    const base = { prompt_tokens: 100, completion_tokens: 5 };
    const read = (more: object) => {
      const usage = readOpenAiUsage({ ...base, ...more })!;
      return [usage.inputTokens, usage.cacheReadTokens, usage.cacheWriteTokens];
    };
    expect(read({ prompt_cache_hit_tokens: 60, prompt_cache_miss_tokens: 40 })).toEqual([40, 60, 0]);
    expect(read({ cache_read_input_tokens: 30, cache_creation_input_tokens: 10 })).toEqual([60, 30, 10]);
    expect(read({ prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 10 } })).toEqual([60, 30, 10]);
    expect(read({ prompt_tokens_details: { cached_tokens: 0 }, prompt_cache_hit_tokens: 60 })).toEqual([100, 0, 0]);
    expect(read({ prompt_tokens_details: { cached_tokens: null }, prompt_cache_hit_tokens: 60 })).toEqual([40, 60, 0]);
    expect(read({ prompt_tokens_details: null, cache_read_input_tokens: 1 })).toEqual([99, 1, 0]);
  });

  test('F10: a vendor that leaves reasoning out of completion_tokens is told by its own total', () => {
    const xai = {
      prompt_tokens: 10,
      completion_tokens: 31,
      total_tokens: 331,
      completion_tokens_details: { reasoning_tokens: 290 },
    };
    expect(readOpenAiUsage(xai)).toMatchObject({ inputTokens: 10, outputTokens: 321, reasoningTokens: 290 });
    const openai = { ...xai, completion_tokens: 321 };
    expect(readOpenAiUsage(openai)).toMatchObject({ outputTokens: 321, reasoningTokens: 290 });
    // A difference that is not the reasoning is somebody's else (audio seconds, images): it is not output.
    expect(readOpenAiUsage({ ...xai, total_tokens: 400 })).toMatchObject({ outputTokens: 31 });
  });

  test('reasoning is a part of the output, also where a vendor counts it higher', () => {
    const usage = readOpenAiUsage({
      prompt_tokens: 229,
      completion_tokens: 173,
      total_tokens: 402,
      completion_tokens_details: { reasoning_tokens: 179 },
    });
    expect(usage).toMatchObject({ outputTokens: 173, reasoningTokens: 173 });
  });

  test.each([
    [undefined],
    [null],
    ['usage'],
    [7],
    [[]],
    [{}],
    [{ total_tokens: 9 }],
    [{ prompt_tokens: null, completion_tokens: null }],
    [{ prompt_tokens: -1, completion_tokens: '7' }],
  ])('fault 42: %j is no usage', (value) => {
    expect(readOpenAiUsage(value)).toBeUndefined();
  });

  test.each([
    [{ prompt_tokens: 10, completion_tokens: null }, 10, 0],
    [{ completion_tokens: 4 }, 0, 4],
    [{ prompt_tokens: -5, completion_tokens: 4 }, 0, 4],
    [{ prompt_tokens: '10', completion_tokens: 4 }, 0, 4],
    [{ prompt_tokens: 10.9, completion_tokens: 4.2 }, 10, 4],
    [{ prompt_tokens: 1e300, completion_tokens: 4 }, 0, 4],
    [{ prompt_tokens: 1_000_000_000, completion_tokens: 0 }, 1_000_000_000, 0],
    [{ prompt_tokens: 1_000_000_001, completion_tokens: 4 }, 0, 4],
    [{ prompt_tokens: Number.NaN, completion_tokens: 4 }, 0, 4],
    [{ prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: { cached_tokens: -3 } }, 10, 4],
    [{ prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: 'all' }, 10, 4],
    [{ prompt_tokens: 10, completion_tokens: 4, total_tokens: -1 }, 10, 4],
  ])('fault 42: of %j what can be believed is counted, and nothing is negative', (value, input, output) => {
    expect(readOpenAiUsage(value)).toMatchObject({ inputTokens: input, outputTokens: output });
  });

  test('both identities hold for any honest vendor, and nothing is ever negative or broken', () => {
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(count, count, count, count, fc.boolean(), (fresh, read, write, output, apart) => {
        const reasoning = Math.floor(output / 2);
        const prompt = fresh + read + write;
        const usage = readOpenAiUsage({
          prompt_tokens: prompt,
          completion_tokens: apart ? output - reasoning : output,
          total_tokens: prompt + output,
          prompt_tokens_details: { cached_tokens: read, cache_write_tokens: write },
          completion_tokens_details: { reasoning_tokens: reasoning },
        })!;
        expect(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens).toBe(prompt);
        expect(usage.outputTokens).toBe(output);
      }),
      { numRuns: RUNS },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(fc.double(), fc.jsonValue())), (value) => {
        const usage = readOpenAiUsage(value);
        for (const part of Object.values(usage ?? {})) expect(Number.isSafeInteger(part) && part >= 0).toBe(true);
        if (usage !== undefined) expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens);
      }),
      { numRuns: RUNS },
    );
  });
});

const NAMES = [
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'prompt_tokens_details',
  'completion_tokens_details',
  'prompt_cache_hit_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
];

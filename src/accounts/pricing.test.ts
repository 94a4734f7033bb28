import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { NO_USAGE } from '../protocol/usage.ts';
import { costNano, formatExactNano, formatExactUsd, formatUsd, itemiseCost, mostNano, roundNano } from './pricing.ts';

const price = { input: 1_200_000_000n, output: 6_000_000_000n, cacheRead: 240_000_000n, cacheWrite: 1_500_000_000n };

/** Counts of every kind. */
const count = fc.nat({ max: 1_000_000_000 });
const TOKENS = {
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  reasoningTokens: count,
  cacheWrite1hTokens: count,
  inputAudioTokens: count,
  inputImageTokens: count,
  outputAudioTokens: count,
};
const COUNTS = { ...TOKENS, serverToolUses: count };

test('the documented bill: 36 tokens in and 600 out at 1.20 and 6 dollars a million', () => {
  expect(formatUsd(costNano({ ...NO_USAGE, inputTokens: 36, outputTokens: 600 }, price))).toBe('0.003643200');
});

test('cached tokens have prices of their own, reasoning is a part of the output', () => {
  const usage = { inputTokens: 1, outputTokens: 10, cacheReadTokens: 100, cacheWriteTokens: 1000, reasoningTokens: 9 };
  expect(costNano(usage, price)).toBe(1200n + 60_000n + 24_000n + 1_500_000n);
});

test('a kind with a price of its own costs that, one without what the kind costs that it is a part of', () => {
  const usage = {
    inputTokens: 100,
    outputTokens: 50,
    cacheReadTokens: 0,
    cacheWriteTokens: 40,
    reasoningTokens: 20,
    cacheWrite1hTokens: 10,
    inputAudioTokens: 30,
    inputImageTokens: 25,
    outputAudioTokens: 15,
    serverToolUses: 3,
  };
  const million = 1_000_000n;
  const plain = { input: million, output: 2n * million, cacheRead: 0n, cacheWrite: 3n * million };
  expect(costNano(usage, plain)).toBe(100n + 2n * 50n + 3n * 40n);
  const all = {
    ...plain,
    cacheWrite1h: 5n * million,
    reasoning: 7n * million,
    inputAudio: 11n * million,
    inputImage: 13n * million,
    outputAudio: 17n * million,
    serverToolUse: 10_000_000n,
    request: 4n,
  };
  expect(costNano(usage, all)).toBe(
    45n + 11n * 30n + 13n * 25n + 2n * 15n + 7n * 20n + 17n * 15n + 3n * 30n + 5n * 10n + 30_000_000n + 4n,
  );
  expect(costNano({ ...NO_USAGE }, all)).toBe(4n);
});

test('no part is charged for more than its whole, so no cost is negative', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
  fc.assert(
    fc.property(
      fc.record(COUNTS),
      fc.record({ input: amount, output: amount, cacheRead: amount, cacheWrite: amount }),
      (usage, dear) => {
        const free = { cacheWrite1h: 0n, reasoning: 0n, inputAudio: 0n, inputImage: 0n, outputAudio: 0n };
        const cost = costNano(usage, { ...dear, ...free });
        expect(cost).toBeGreaterThanOrEqual(0n);
        expect(cost).toBeLessThanOrEqual(costNano(usage, dear));
      },
    ),
  );
});

test('nothing costs more than what is held for it, whatever kinds its tokens turn out to be of', () => {
  const million = 1_000_000n;
  const price = { input: million, output: 2n * million, cacheRead: 0n, cacheWrite: 3n * million };
  expect(mostNano(100, 10, price)).toBe(300n + 20n);
  expect(mostNano(100, 10, { ...price, reasoning: 5n * million, request: 7n })).toBe(300n + 50n + 7n);
  const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const prices = fc.record(
    {
      input: amount,
      output: amount,
      cacheRead: amount,
      cacheWrite: amount,
      cacheWrite1h: amount,
      reasoning: amount,
      inputAudio: amount,
      inputImage: amount,
      outputAudio: amount,
      request: amount,
    },
    { requiredKeys: ['input', 'output', 'cacheRead', 'cacheWrite'] },
  );
  fc.assert(
    fc.property(fc.record(TOKENS), prices, (usage, of) => {
      const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
      expect(mostNano(input, usage.outputTokens, of)).toBeGreaterThanOrEqual(costNano(usage, of));
    }),
  );
});

test('rounds once, half up', () => {
  const tiny = { input: 500_000n, output: 499_999n, cacheRead: 0n, cacheWrite: 0n };
  expect(costNano({ ...NO_USAGE, inputTokens: 1 }, tiny)).toBe(1n);
  expect(costNano({ ...NO_USAGE, outputTokens: 1 }, tiny)).toBe(0n);
  expect(costNano({ ...NO_USAGE, inputTokens: 1, outputTokens: 1 }, tiny)).toBe(1n);
});

test('is exact where a float is not', () => {
  const usage = { ...NO_USAGE, inputTokens: Number.MAX_SAFE_INTEGER };
  expect(costNano(usage, { ...price, input: 1_000_000_007n })).toBe(
    (9_007_199_254_740_991n * 1_000_000_007n + 500_000n) / 1_000_000n,
  );
});

test('a count that is no whole number is an error, not a price', () => {
  expect(() => costNano({ ...NO_USAGE, inputTokens: 1.5 }, price)).toThrow(RangeError);
  expect(() => costNano({ ...NO_USAGE, outputTokens: NaN }, price)).toThrow(RangeError);
});

test('formatUsd loses nothing and always has nine decimals', () => {
  expect(formatUsd(0n)).toBe('0.000000000');
  expect(formatUsd(-1n)).toBe('-0.000000001');
  expect(formatUsd(1_234_567_890_123n)).toBe('1234.567890123');
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (nano) => {
      const text = formatUsd(nano);
      expect(text).toMatch(/^-?\d+\.\d{9}$/);
      expect(BigInt(text.replace('.', ''))).toBe(nano);
    }),
  );
});

test('each kind with a price of its own is a line, and what is left of its whole is another', () => {
  const usage = { ...NO_USAGE, inputTokens: 100, outputTokens: 50, reasoningTokens: 20, inputAudioTokens: 30 };
  expect(itemiseCost(usage, { ...price, reasoning: 9_000_000_001n, inputAudio: 5n, request: 3n })).toEqual([
    { kind: 'input_audio', count: 30n, priceNano: 5n, millionths: 150n },
    { kind: 'reasoning', count: 20n, priceNano: 9_000_000_001n, millionths: 180_000_000_020n },
    { kind: 'input', count: 70n, priceNano: price.input, millionths: 84_000_000_000n },
    { kind: 'output', count: 30n, priceNano: price.output, millionths: 180_000_000_000n },
    { kind: 'request', count: 1n, priceNano: 3n, millionths: 3_000_000n },
  ]);
  expect(itemiseCost(NO_USAGE, price)).toEqual([]);
});

test('the lines come to the cost, and their counts to the tokens, whatever was reported', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const own = ['cacheWrite1h', 'reasoning', 'inputAudio', 'inputImage', 'outputAudio', 'serverToolUse', 'request'];
  const plain = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;
  const model = Object.fromEntries([...plain, ...own].map((kind) => [kind, amount])) as Record<'input', typeof amount>;
  fc.assert(
    fc.property(fc.record(COUNTS), fc.record(model, { requiredKeys: [...plain] as never[] }), (usage, of) => {
      const items = itemiseCost(usage, of as unknown as typeof price);
      const exact = items.reduce((sum, { millionths }) => sum + millionths, 0n);
      expect(roundNano(exact)).toBe(costNano(usage, of as unknown as typeof price));
      const tokens = items.filter(({ kind }) => kind !== 'server_tool_use' && kind !== 'request');
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
      expect(tokens.reduce((sum, item) => sum + item.count, 0n)).toBe(
        BigInt(inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens),
      );
      for (const item of tokens) expect(item.millionths).toBe(item.count * item.priceNano);
    }),
  );
});

test('what is exact is told exactly', () => {
  expect(formatExactUsd(14_400_500_000n)).toBe('0.000014400500000');
  expect(formatExactNano(14_400_500_000n)).toBe('14400.5');
  expect(formatExactNano(14_400_000_000n)).toBe('14400');
  expect(formatExactNano(0n)).toBe('0');
  expect(formatExactNano(1n)).toBe('0.000001');
});

import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { withoutSteering } from './without-steering.ts';

const usage = (inputTokens: number, cacheWriteTokens: number, cacheReadTokens: number) => ({
  inputTokens,
  outputTokens: 7,
  cacheReadTokens,
  cacheWriteTokens,
  reasoningTokens: 3,
});

test.each([
  ['input first', usage(500, 40, 30), usage(400, 40, 30), 100],
  ['then what was written to the cache', usage(60, 50, 30), usage(0, 10, 30), 100],
  ['then what was read from it', usage(10, 20, 300), usage(0, 0, 230), 100],
  ['never below nothing', usage(10, 20, 30), usage(0, 0, 0), 60],
  ['an answer without input', usage(0, 0, 0), usage(0, 0, 0), 0],
])('%s', (_, before, after, taken) => {
  expect(withoutSteering(before, 100)).toEqual({ usage: after, taken });
});

test('nothing to take out changes nothing', () => {
  expect(withoutSteering(usage(5, 6, 7), 0)).toEqual({ usage: usage(5, 6, 7), taken: 0 });
});

test('what is left and what was taken are all there was', () => {
  const count = fc.nat(400);
  fc.assert(
    fc.property(count, count, count, count, (input, written, read, tokens) => {
      const { usage: left, taken } = withoutSteering(usage(input, written, read), tokens);
      expect(left.inputTokens + left.cacheWriteTokens + left.cacheReadTokens + taken).toBe(input + written + read);
      expect(taken).toBe(Math.min(tokens, input + written + read));
      expect(Math.min(left.inputTokens, left.cacheWriteTokens, left.cacheReadTokens)).toBeGreaterThanOrEqual(0);
      expect([left.outputTokens, left.reasoningTokens]).toEqual([7, 3]);
    }),
  );
});

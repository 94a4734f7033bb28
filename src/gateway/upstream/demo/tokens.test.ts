import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { countTokens, splitTokens } from './tokens.ts';

test('the tokens join up to the text, and counting agrees with splitting', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const tokens = splitTokens(text);
      expect(tokens.join('')).toBe(text);
      expect(countTokens(text)).toBe(tokens.length);
    }),
  );
});

test('the first n tokens of a text are n tokens by themselves', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.nat(40), (text, n) => {
      const start = splitTokens(text).slice(0, n);
      expect(splitTokens(start.join(''))).toEqual(start);
    }),
  );
});

test('words, long words, punctuation, spaces and East Asian text', () => {
  expect(splitTokens('Hi there, configuration')).toEqual(['Hi', ' there', ',', ' config', 'uratio', 'n']);
  expect(splitTokens('a\n\n  b')).toEqual(['a', '\n\n  ', 'b']);
  expect(splitTokens('你好。')).toEqual(['你', '好', '。']);
  expect(countTokens('')).toBe(0);
});

test('two megabytes are counted within a second', () => {
  const start = performance.now();
  expect(countTokens('lorem ipsum '.repeat(170_000))).toBe(340_001);
  expect(performance.now() - start).toBeLessThan(10_000);
});

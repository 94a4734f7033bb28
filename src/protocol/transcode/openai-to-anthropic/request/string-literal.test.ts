import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { JsonNode } from '../../../json/node.ts';
import { isBlank, trimLiteralEnd, wordOf } from './string-literal.ts';

/** Pieces of a literal: white space as escapes and as it is, and what only looks like it. */
const PIECES: readonly string[] = String.raw`\n \t \r \f \b \u0020 \u00a0 \u3000 \u200b \ufeff \u0041 \\n \" \/ a`
  .split(' ')
  .concat(Array.from(' \u00a0\u1680\u2003\u2028\u202f\u205f\u3000\ufeff\u200b\u0085é漢ﬀ🌍'));

const literal = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => `"${pieces.join('')}"`);

describe('string literals', () => {
  test('are blank when their text is', () => {
    fc.assert(
      fc.property(literal, (text) => {
        expect(isBlank(JsonNode.parse(text))).toBe((JSON.parse(text) as string).trim() === '');
      }),
      { numRuns: 2000 },
    );
    expect(() => isBlank(JsonNode.parse('{"a":7}').require('a'))).toThrow('must be a string');
  });

  test('lose the white space at their end, and nothing else', () => {
    fc.assert(
      fc.property(literal, (text) => {
        const trimmed = trimLiteralEnd(text);
        expect(JSON.parse(trimmed)).toBe((JSON.parse(text) as string).trimEnd());
        expect(text.startsWith(trimmed.slice(0, -1))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('are words, whatever their spelling', () => {
    expect([wordOf(JsonNode.parse('"us\\u0065r"')), wordOf(JsonNode.parse('7'))]).toEqual(['user', undefined]);
  });
});

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { hasLegalEscapes } from './escape.ts';

const encoder = new TextEncoder();

describe('hasLegalEscapes', () => {
  const legal = (literal: string) => hasLegalEscapes(encoder.encode(literal), 0, encoder.encode(literal).length);

  test('is what JSON.parse says, of anything without quotes and control characters', () => {
    const unit = fc.constantFrom(
      '\\',
      '\\u',
      '\\u00',
      '\\uD83d',
      '\\"',
      '\\n',
      '\\q',
      'u',
      'n',
      '0',
      'F',
      'é',
      '🌍',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
        const literal = units.join('');
        fc.pre(!literal.replace(/\\[^]/g, '').includes('"'));
        let parses = true;
        try {
          JSON.parse(`"${literal}"`);
        } catch {
          parses = false;
        }
        expect([literal, legal(literal)]).toEqual([literal, parses]);
      }),
    );
  });
});

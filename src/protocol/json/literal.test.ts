import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { cutLiteral, Literal, literalOf, textOf } from './literal.ts';
import { JsonNode } from './node.ts';
import { insideOf } from './span.ts';

const encoder = new TextEncoder();
/** Any literal: some characters escaped that need not be, in either case. */
const written = fc.string({ unit: 'binary', maxLength: 40 }).chain((text) =>
  fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }).map((how) => {
    const units = [...text].map((c, i) => {
      const plain = JSON.stringify(c).slice(1, -1);
      if (how[i % 40] === 0) return plain;
      const hex = [...Array(c.length).keys()].map((k) => c.charCodeAt(k).toString(16).padStart(4, '0'));
      return hex.map((h) => `\\u${how[i % 40] === 1 ? h : h.toUpperCase()}`).join('');
    });
    return { text, literal: units.join('') };
  }),
);

test('a literal stands for its text, whole or in parts', () => {
  fc.assert(
    fc.property(fc.array(written), (parts) => {
      const literal = new Literal();
      for (const part of parts) literal.add(insideOf(JsonNode.parse(`"${part.literal}"`)));
      const text = parts.map((part) => part.text).join('');
      // Lone surrogates do not survive UTF-8 unless they are escaped.
      expect(literal.text).toBe(JSON.parse(`"${Buffer.from(parts.map((p) => p.literal).join('')).toString()}"`));
      if (text.isWellFormed()) expect(literal.text).toBe(text);
      expect(JSON.parse(literal.json)).toBe(literal.text);
      expect(textOf(literalOf(text))).toBe(text);
    }),
  );
});

test('a literal is cut within no escape, no character and no surrogate pair', () => {
  fc.assert(
    fc.property(written, fc.integer({ min: 1, max: 20 }), ({ literal }, most) => {
      const bytes = encoder.encode(literal);
      const span = { bytes, start: 0, end: bytes.length };
      const whole = textOf(span);
      let text = '';
      for (let from = 0; from < bytes.length;) {
        const to = cutLiteral(span, from, most);
        expect(to).toBeGreaterThan(from);
        expect(to - from <= most || to === cutLiteral(span, from, 1)).toBe(true);
        const slice = textOf({ bytes, start: from, end: to });
        if (whole.isWellFormed()) expect(slice.isWellFormed()).toBe(true);
        text += slice;
        from = to;
      }
      expect(text).toBe(whole);
    }),
  );
});

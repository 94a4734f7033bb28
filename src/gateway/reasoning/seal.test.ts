import { describe, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createSealer, SEAL_BYTES } from './seal.ts';

const SECRET = randomBytes(32);
const sealer = createSealer(SECRET);

describe('createSealer', () => {
  test('a text comes back in its own context and with its own secret alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, context, other) => {
        const sealed = sealer.seal(text, context);
        expect(sealed).toHaveLength(Buffer.byteLength(text) + SEAL_BYTES);
        expect(createSealer(SECRET).open(sealed, context)).toBe(text);
        expect(createSealer(randomBytes(32)).open(sealed, context)).toBeUndefined();
        if (other !== context) expect(sealer.open(sealed, other)).toBeUndefined();
      }),
    );
  });

  test('bytes come back as bytes, and what was sealed for one purpose cannot be opened for another', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, context) => {
        const sealed = createSealer(SECRET, 'kept answers').seal(bytes, context);
        expect(sealed).toHaveLength(bytes.length + SEAL_BYTES);
        expect([...(createSealer(SECRET, 'kept answers').openBytes(sealed, context) ?? 'nothing')]).toEqual([...bytes]);
        expect(sealer.openBytes(sealed, context)).toBeUndefined();
        expect(sealer.open(sealed, context)).toBeUndefined();
      }),
    );
  });

  test('one bit flipped anywhere, a byte more or a byte less is nothing', () => {
    const sealed = sealer.seal('reasoning', 'place');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = sealed.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(sealer.open(altered, 'place')).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(sealer.open(sealed.slice(0, length), 'place')).toBeUndefined();
    }
    expect(sealer.open(new Uint8Array([...sealed, 0]), 'place')).toBeUndefined();
  });

  test('the text cannot be seen in what is kept, nor that two texts are the same', () => {
    const [one, two] = [sealer.seal('the same text', 'a'), sealer.seal('the same text', 'a')];
    expect(Buffer.from(one).includes('same')).toBe(false);
    expect(Buffer.from(one).equals(two)).toBe(false);
  });
});

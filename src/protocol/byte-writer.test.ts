import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { ByteWriter } from './byte-writer.ts';

const SMALL = 3;

test('what is written comes out front to back, whatever lengths it is written in', () => {
  const piece = fc.record({ length: fc.nat(3000), from: fc.nat(200), whole: fc.boolean() });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const writer = new ByteWriter(SMALL);
      const again = new ByteWriter(SMALL);
      const expected: number[] = [];
      for (const { length, from, whole } of pieces) {
        const bytes = Uint8Array.from({ length }, (_, i) => i + length);
        const start = whole ? 0 : Math.min(from, length);
        for (const one of [writer, again]) {
          if (whole) one.write(bytes);
          else one.writeRange(bytes, start, length);
        }
        expected.push(...bytes.slice(start));
      }
      expect([...writer.take()]).toEqual(expected);
      expect([...again.finish()]).toEqual(expected);
    }),
  );
});

test('what was taken is not written into afterwards, and what was cleared is not taken', () => {
  const writer = new ByteWriter(SMALL);
  writer.write(Uint8Array.of(1, 2));
  const taken = writer.take();
  writer.write(Uint8Array.of(3, 4));
  expect([...taken]).toEqual([1, 2]);
  writer.clear();
  expect(writer.take().length).toBe(0);
  writer.write(Uint8Array.of(5));
  expect([...writer.take()]).toEqual([5]);
});

test('it goes on after an answer so large that its memory is given back', () => {
  const writer = new ByteWriter(SMALL);
  writer.write(new Uint8Array(2_000_000).fill(7));
  expect(writer.take().length).toBe(2_000_000);
  writer.writeRange(Uint8Array.of(1, 2, 3, 4, 5), 1, 5);
  expect([...writer.take()]).toEqual([2, 3, 4, 5]);
});

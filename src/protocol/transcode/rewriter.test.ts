import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Rewriter } from './rewriter.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);

/** Replacements from front to back: where, how long, and what the range becomes. */
const changes = fc.array(
  fc.record({
    skip: fc.nat(90),
    length: fc.nat(120),
    text: fc.uint8Array({ maxLength: 90 }),
    /** Keeps a part of its own bytes between `text` and `after`. */
    keep: fc.option(fc.tuple(fc.nat(30), fc.nat(30), fc.uint8Array({ maxLength: 9 })), { nil: undefined }),
  }),
  { maxLength: 12 },
);

test('every replacement stands in its place, and every other byte stays', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 900 }), changes, fc.boolean(), (bytes, list, short) => {
      const before = bytes.slice();
      const rewriter = new Rewriter(bytes);
      const expected: number[] = [];
      let at = 0;
      for (const { skip, length, text, keep } of list) {
        const start = at + skip;
        const end = start + length;
        if (end > bytes.length) break;
        expected.push(...bytes.subarray(at, start), ...text);
        if (keep === undefined) rewriter.replace(start, end, text);
        else {
          const from = Math.min(end, start + keep[0]);
          const to = Math.max(from, end - keep[1]);
          rewriter.surround(start, from, to, end, text, keep[2]);
          expected.push(...bytes.subarray(from, to), ...keep[2]);
        }
        at = end;
      }
      const stop = short ? at : bytes.length;
      expected.push(...bytes.subarray(at, stop));
      expect([...rewriter.finish(stop)]).toEqual(expected);
      expect(bytes).toEqual(before);
    }),
    { numRuns: RUNS * 3 },
  );
});

test('without a replacement the very array comes back, or a view of its beginning', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(new Rewriter(bytes).finish(3)).toBe(bytes);
  expect(new Rewriter(bytes).finish(2).buffer).toBe(bytes.buffer);
  expect([...new Rewriter(bytes).finish(0)]).toEqual([]);
});

test('a replacement by nothing at the very start is one', () => {
  const rewriter = new Rewriter(Uint8Array.of(1, 2, 3));
  rewriter.replace(0, 2, new Uint8Array(0));
  expect([...rewriter.finish(3)]).toEqual([3]);
});

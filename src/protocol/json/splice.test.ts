import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { type Edit, splice } from './splice.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);

/** A text and edits of it, in order and apart from each other. */
const edited = fc
  .tuple(fc.uint8Array({ maxLength: 60 }), fc.array(fc.tuple(fc.nat(60), fc.uint8Array({ maxLength: 5 }))))
  .map(([bytes, raw]) => {
    const places = raw.map(([at]) => at % (bytes.length + 1)).sort((a, b) => a - b);
    const edits: Edit[] = [];
    for (let i = 0; i + 1 < places.length; i += 2) {
      edits.push({ start: places[i]!, end: places[i + 1]!, text: raw[i]![1] });
    }
    return { bytes, edits };
  });

describe('splice', () => {
  test('puts every edit in its place and keeps every other byte', () => {
    fc.assert(
      fc.property(edited, ({ bytes, edits }) => {
        const before = bytes.slice();
        // From behind, so that no offset moves: slow, and plainly right.
        const expected = [...bytes];
        for (const { start, end, text } of edits.toReversed()) expected.splice(start, end - start, ...text);
        expect([...splice(bytes, edits)]).toEqual(expected);
        expect(bytes).toEqual(before);
      }),
      { numRuns: RUNS },
    );
  });

  test('without edits the very same array comes back', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(splice(bytes, [])).toBe(bytes);
  });

  test('works on a view of a larger buffer', () => {
    const view = new Uint8Array(Uint8Array.of(9, 9, 1, 2, 3, 9).buffer, 2, 3);
    expect([...splice(view, [{ start: 1, end: 2, text: Uint8Array.of(7, 8) }])]).toEqual([1, 7, 8, 3]);
  });
});

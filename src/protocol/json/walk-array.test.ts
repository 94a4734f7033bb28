import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { scanArray } from './scan.ts';
import { walkArray } from './walk-array.ts';

test('walks over the elements that a scan lists', () => {
  const array = fc
    .tuple(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.constantFrom('', ' ', '\n\t'))
    .map(([items, gap]) => `[${gap}${items.map((item) => JSON.stringify(item)).join(`${gap},${gap}`)}${gap}]`);
  fc.assert(
    fc.property(array, fc.constantFrom('', ',1]'), (text, behind) => {
      const bytes = new TextEncoder().encode(` ${text}${behind}`);
      const end = bytes.length - behind.length;
      expect([...walkArray(bytes, 1, end)]).toEqual(scanArray(bytes, 1, end).map(([a, b]) => [a, b]));
    }),
  );
});

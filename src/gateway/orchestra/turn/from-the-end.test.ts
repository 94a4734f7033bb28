import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { elementsFromEnd } from './from-the-end.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function elements(text: string): string[] {
  const bytes = bytesOf(text);
  return [...elementsFromEnd(bytes, 0, bytes.length)].map(([start, end]) =>
    new TextDecoder().decode(bytes.slice(start, end)),
  );
}

describe('elementsFromEnd', () => {
  test('the last one first', () => {
    expect(elements('[1, "a" ,{"b":[2,{}]} , null,-3.5e+2]')).toEqual(['-3.5e+2', 'null', '{"b":[2,{}]}', '"a"', '1']);
    expect(elements('[]')).toEqual([]);
    expect(elements('[ ]')).toEqual([]);
    expect(elements('[[]]')).toEqual(['[]']);
  });

  test('quotes, backslashes and brackets within texts are texts', () => {
    const texts = ['\\', '"', '\\"', '\\\\"', '}]{[', '","', 'a\\\\', '"}', ''];
    expect(elements(JSON.stringify(texts)).map((text) => JSON.parse(text) as unknown)).toEqual(texts.toReversed());
    const objects = texts.map((text) => ({ [text]: [text] }));
    expect(elements(JSON.stringify(objects)).map((text) => JSON.parse(text) as unknown)).toEqual(objects.toReversed());
  });

  test('any array, however it is written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2, '\t'), (array, space) => {
        const text = JSON.stringify(array, undefined, space);
        expect(elements(text).map((element) => JSON.parse(element) as unknown)).toEqual(
          (JSON.parse(text) as unknown[]).toReversed(),
        );
      }),
    );
  });
});

import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { closeTruncated } from './truncated-input.ts';

test('every prefix of an object can be closed, and nothing is in it that was not written', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(object, fc.nat(), (value, at) => {
      const text = JSON.stringify(value);
      const prefix = text.slice(0, 1 + (at % text.length));
      const closed = closeTruncated(prefix);
      expect([prefix, closed]).not.toEqual([prefix, undefined]);
      const read = JSON.parse(closed as string) as Record<string, unknown>;
      if (prefix === text) expect(read).toEqual(value as never);
      const names = Object.keys(value);
      // All members but the last are whole.
      for (const name of Object.keys(read).slice(0, -1)) {
        expect(names).toContain(name);
        expect(JSON.stringify(read[name])).toBe(JSON.stringify(value[name]));
      }
    }),
  );
});

test('keeps what there is of a text, and drops a member that has no value', () => {
  expect(closeTruncated('{"a":"x')).toBe('{"a":"x"}');
  expect(closeTruncated('{"a":1,"b')).toBe('{"a":1}');
  expect(closeTruncated('{"a":[1,tr')).toBe('{"a":[1]}');
  expect(closeTruncated('{"a":[-')).toBe('{"a":[]}');
  expect(closeTruncated('{"a":1 , "b" :\n')).toBe('{"a":1 }');
  expect(closeTruncated('{"a":"x\\u00')).toBe('{}');
  expect(closeTruncated('{"\\"')).toBe('{}');
  expect(closeTruncated('{"a":{"b":1},"c":"x\\')).toBe('{"a":{"b":1}}');
});

test('what is not the start of an object is not closed', () => {
  for (const text of ['', '[1', '"a', 'ls', '{"a" 1, "b":2', '{a:1,b:2']) expect(closeTruncated(text)).toBeUndefined();
  for (const text of ['{"a":[1}', '{"a":1}}', '{"a":[]}]', '{"a":[[]}', '{"a"x', '{"a" b "'])
    expect(closeTruncated(text)).toBeUndefined();
});

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Literal, literalOf } from '../json/literal.ts';
import { JsonNode } from '../json/node.ts';
import { ArgumentScanner } from './argument-scanner.ts';
import { readCallDelta, ToolCalls } from './tool-calls.ts';

/** The calls that these deltas make, each as [id, name, arguments]. */
function resolve(...deltas: object[]) {
  const calls = new ToolCalls();
  for (const delta of deltas) {
    const read = readCallDelta(JsonNode.parse(JSON.stringify(delta)));
    const call = calls.resolve(read);
    call?.take(read);
    if (read.args !== undefined) call?.append(read.args);
  }
  return calls.order.map(({ id, name, args }) => [id, name, args.text]);
}
const fn = (name: string | undefined, args?: unknown) => ({ function: { name, arguments: args } });

describe('which call a delta belongs to', () => {
  test('C056 id-repeat: a known id is the same call, and its name stays one', () => {
    expect(resolve({ index: 0, id: 'a', ...fn('f', '{"x"') }, { index: 0, id: 'a', ...fn('f', ':1}') })).toEqual([
      ['a', 'f', '{"x":1}'],
    ]);
  });

  test('C058 index-reuse: a new id with a name starts a call where the one at its index is whole', () => {
    expect(resolve({ index: 0, id: 'a', ...fn('f', '{"x":1}') }, { index: 0, id: 'b', ...fn('f', '{"x":2}') })).toEqual(
      [
        ['a', 'f', '{"x":1}'],
        ['b', 'f', '{"x":2}'],
      ],
    );
    expect(resolve({ index: 0, id: 'a', ...fn('f', '') }, { index: 0, id: 'b', ...fn('g', '{}') })).toEqual([
      ['a', 'f', ''],
      ['b', 'g', '{}'],
    ]);
  });

  test('C058 index-reuse: without ids, a whole call with a name behind a whole call at its index is another', () => {
    const whole = (name: string, args: string) => ({ index: 0, id: '', ...fn(name, args) });
    expect(resolve(whole('f', '{"x":1}'), whole('f', '{"x":2}'), whole('g', '{}'))).toEqual([
      [undefined, 'f', '{"x":1}'],
      [undefined, 'f', '{"x":2}'],
      [undefined, 'g', '{}'],
    ]);
    const fragments = [whole('f', '{"x"'), whole('f', ':1}'), whole('f', '')];
    expect(resolve(...fragments)).toEqual([[undefined, 'f', '{"x":1}']]);
    expect(resolve(whole('f', '{}'), whole('f', '{"x":1}'))).toEqual([[undefined, 'f', '{}{"x":1}']]);
  });

  test('C058b id-per-fragment: otherwise it is the same call, under its first id', () => {
    const expected = [['a', 'f', '{"x":1}']];
    expect(resolve({ index: 0, id: 'a', ...fn('f', '{"x"') }, { index: 0, id: 'b', ...fn(undefined, ':1}') })).toEqual(
      expected,
    );
    expect(resolve({ index: 0, id: 'a', ...fn('f', '{"x"') }, { index: 0, id: 'b', ...fn('f', ':1}') })).toEqual(
      expected,
    );
    expect(resolve({ index: 0, id: 'a', ...fn('f', '') }, { index: 0, id: 'b', ...fn('f', '{"x":1}') })).toEqual(
      expected,
    );
  });

  test('an id that comes late is the id of the call at its index', () => {
    expect(resolve({ index: 0, ...fn('f', '{') }, { index: 0, id: 'a', ...fn(undefined, '}') })).toEqual([
      ['a', 'f', '{}'],
    ]);
  });

  test('C009: an index alone is the call at that index, or a new one', () => {
    expect(
      resolve(
        { index: 0, id: 'a', ...fn('f', '') },
        { index: 1, id: 'b', ...fn('g', '') },
        { index: 0, ...fn(undefined, '{"x":1}') },
        { index: 1, ...fn(undefined, '{"y":2}') },
        { index: 4, ...fn('h', '{}') },
      ),
    ).toEqual([
      ['a', 'f', '{"x":1}'],
      ['b', 'g', '{"y":2}'],
      [undefined, 'h', '{}'],
    ]);
  });

  test('C057 no-index: an id alone is its call; a name starts one; neither goes on with the last', () => {
    expect(
      resolve(
        { id: 'a', ...fn('f', '') },
        { id: 'b', ...fn('g', '') },
        { id: 'a', ...fn(undefined, '{"x":1}') },
        fn(undefined, '{"y":2}'),
        fn('h', '{}'),
        { id: 'c', ...fn(undefined, ' ') },
      ),
    ).toEqual([
      ['a', 'f', '{"x":1}'],
      ['b', 'g', '{"y":2}'],
      [undefined, 'h', '{} '],
    ]);
    expect(resolve(fn(undefined, 'x'))).toEqual([]);
  });

  test('a whole call under the id of another, at a place of its own, is another', () => {
    expect(resolve({ index: 0, id: 'a', ...fn('f', '{}') }, { index: 1, id: 'a', ...fn('f', '{"x":1}') })).toEqual([
      ['a', 'f', '{}'],
      [undefined, 'f', '{"x":1}'],
    ]);
  });

  test('blank and null members are absent ones', () => {
    expect(
      resolve(
        { index: 0, id: 'a', ...fn('f', '{"x"') },
        { index: 0, id: '', ...fn('', ':1}') },
        { index: 0, id: null, ...fn(undefined, null) },
        { index: null, id: ' ', function: null },
      ),
    ).toEqual([['a', 'f', '{"x":1}']]);
  });

  test('C061 args-object: an object is taken once, as it was written', () => {
    const calls = new ToolCalls();
    for (const text of [
      '{"index":0,"function":{"name":"f","arguments":{"10":1.0,"2":[]}}}',
      '{"index":0,"function":{"arguments":{}}}',
    ]) {
      const delta = readCallDelta(JsonNode.parse(text));
      const call = calls.resolve(delta);
      call?.append(delta.args as JsonNode);
    }
    expect(calls.order[0]?.args.text).toBe('{"10":1.0,"2":[]}');
  });
});

describe('ArgumentScanner', () => {
  const scan = (...parts: string[]) => {
    const literal = new Literal();
    const scanner = new ArgumentScanner();
    const seen = parts.map((part) => {
      literal.add(literalOf(part));
      scanner.scan(literal);
      return scanner.end >= 0;
    });
    return { seen, scanner, literal };
  };

  test('says at which part the object is whole', () => {
    expect(scan('{"a":"}', '\\"', '}"', ',"b":[{}', ']', '}').seen).toEqual([false, false, false, false, false, true]);
    expect(scan(' ', '\n{', '}').seen).toEqual([false, false, true]);
  });

  test('starts anew behind a placeholder, and knows what is no object', () => {
    expect(scan('{}', '{"a"', ':1}', ' {').seen).toEqual([true, false, true, true]);
    const { scanner, literal } = scan('{}', '{"a":1}', '</tool_call>');
    expect(Buffer.from(literal.bytes.slice(scanner.start, scanner.end)).toString()).toBe('{\\"a\\":1}');
    expect(scan('"{}"').scanner.isBroken).toBe(true);
    expect(scan('[{}]').scanner.isBroken).toBe(true);
  });

  test('agrees with JSON.parse on every prefix of any object, however it is cut', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(object, fc.array(fc.nat(30)), (value, cuts) => {
        const text = JSON.stringify(value);
        const places = [...new Set(cuts.map((cut) => cut % text.length))].sort((a, b) => a - b);
        // A surrogate pair is not cut: strings that arrive are well-formed.
        const parts = [0, ...places].map((from, i) => text.slice(from, places[i]));
        const { seen } = scan(...parts);
        expect(seen).toEqual(parts.map((_, i) => i === parts.length - 1));
      }),
    );
  });
});

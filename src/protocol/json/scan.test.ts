import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { arbitraryBody } from '../../../test/support/arbitrary-body.ts';
import { firstWrongByte } from './first-wrong-byte.fixture.ts';
import { findMember, isFault, type ObjectScan, scanArray, scanObject } from './scan.ts';
import { MAX_DEPTH } from './skip.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);
const encoder = new TextEncoder();
/** Keeps a byte order mark, as the scanner does. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** A byte a character. */
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

const body = fc.oneof(arbitraryBody('openai', 'm'), arbitraryBody('anthropic', 'm')).map(({ text }) => text);

/** Bytes of a body with a few of them replaced, taken out, put in, doubled or cut off. */
const mutated = fc
  .tuple(
    body.filter((text) => text.length < 4000),
    fc.array(
      fc.tuple(
        fc.constantFrom('replace', 'remove', 'insert', 'double', 'cut'),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.oneof(fc.constantFrom(...Array.from('{}[],:"\\ \n0.-+eEtfnu1/', (c) => c.charCodeAt(0))), fc.nat(255)),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([text, changes]) => {
    let bytes: number[] = [...encoder.encode(text)];
    for (const [kind, place, byte] of changes) {
      const at = Math.floor(place * bytes.length);
      if (kind === 'replace') bytes[at] = byte;
      else if (kind === 'remove') bytes.splice(at, 1);
      else if (kind === 'insert') bytes.splice(at, 0, byte);
      else if (kind === 'double') bytes.splice(at, 0, ...bytes.slice(at, at + 8));
      else bytes = bytes.slice(0, at);
    }
    return Uint8Array.from(bytes);
  });

function scanOf(text: string): ObjectScan {
  const scan = scanObject(encoder.encode(text));
  if (isFault(scan)) throw new Error(`${scan.message} at ${scan.offset}`);
  return scan;
}

function faultOf(bytes: Uint8Array): { offset: number; message: string } {
  const scan = scanObject(bytes);
  if (!isFault(scan)) throw new Error('it was taken for JSON');
  return scan;
}

/** What `JSON.parse` says of a text that has to be an object. */
function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** How deep a text nests, whether it is JSON or not. */
function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const c = String.fromCharCode(bytes[i]!);
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') deepest = Math.max(deepest, ++depth);
    else if (c === '}' || c === ']') depth--;
  }
  return deepest;
}

describe('scanObject', () => {
  test('takes every object JSON.parse takes, and says where the members lie', () => {
    fc.assert(
      fc.property(body, (text) => {
        const bytes = encoder.encode(text);
        const scan = scanOf(text);
        const members = scan.members.map((member) => ({
          name: JSON.parse(decoder.decode(bytes.subarray(member.start, bytes.indexOf(0x3a, nameEnd(bytes, member))))),
          read: member.name,
          value: JSON.parse(decoder.decode(bytes.subarray(member.valueStart, member.valueEnd))) as unknown,
          edges: [bytes[member.valueStart]!, bytes[member.valueEnd - 1]!],
        }));
        for (const { name, read, edges } of members) {
          expect(read).toBe(name as string);
          for (const edge of edges) expect(edge).toBeGreaterThan(0x20);
        }
        expect(Object.fromEntries(members.map(({ read, value }) => [read, value]))).toEqual(
          JSON.parse(text) as Record<string, unknown>,
        );
        expect([bytes[scan.open], bytes[scan.close]]).toEqual([0x7b, 0x7d]);
      }),
      { numRuns: RUNS },
    );
  });

  test('takes and refuses what JSON.parse does, whatever was done to the bytes', () => {
    let taken = 0;
    fc.assert(
      fc.property(mutated, (bytes) => {
        fc.pre(depthOf(bytes) <= MAX_DEPTH);
        const accepted = !isFault(scanObject(bytes));
        if (accepted) taken++;
        expect(accepted).toBe(isObjectText(decoder.decode(bytes)));
      }),
      { numRuns: RUNS * 5 },
    );
    expect(taken).toBeGreaterThan(RUNS / 20);
  });

  test('names the first byte that cannot stand where it stands, whatever was done to the bytes', () => {
    fc.assert(
      fc.property(mutated, (bytes) => {
        fc.pre(depthOf(bytes) <= MAX_DEPTH);
        const scan = scanObject(bytes);
        const wrong = isFault(scan) ? scan.offset : undefined;
        if (wrong !== firstWrongByte(bytes)) {
          throw new Error(`${JSON.stringify(latin1(bytes))}: ${wrong} instead of ${firstWrongByte(bytes)}`);
        }
      }),
      { numRuns: RUNS * 5 },
    );
  });

  test.each([
    ['', 0],
    ['   ', 3],
    ['x', 0],
    ['[1]', 0],
    ['"a"', 0],
    ['null', 0],
    ['{', 1],
    ['{ ', 2],
    ['{,}', 1],
    ['{"a"', 4],
    ['{"a" 1}', 5],
    ['{"a":', 5],
    ['{"a":}', 5],
    ['{"a":1', 6],
    ['{"a":1,', 7],
    ['{"a":1,}', 7],
    ['{"a":1 "b":2}', 7],
    ['{"a":1}}', 7],
    ['{"a":1} x', 8],
    ["{'a':1}", 1],
    ['{a:1}', 1],
    ['{"a":01}', 6],
    ['{"a":-}', 6],
    ['{"a":1.}', 7],
    ['{"a":.5}', 5],
    ['{"a":+1}', 5],
    ['{"a":1e}', 7],
    ['{"a":1e+}', 8],
    ['{"a":1e5.2}', 8],
    ['{"a":0x1}', 6],
    ['{"a":NaN}', 5],
    ['{"a":Infinity}', 5],
    ['{"a":tru}', 8],
    ['{"a":trueish}', 9],
    ['{"a":nul', 8],
    ['{"a":"\\x"}', 7],
    ['{"a":"\\u12g4"}', 10],
    ['{"a":"\\u12', 10],
    ['{"a":"\\', 7],
    ['{"a":"b\n"}', 7],
    ['{"a":"b', 7],
    ['{"a\tb":1}', 3],
    ['{"a":[1,]}', 8],
    ['{"a":[1 2]}', 8],
    ['{"a":[1}', 7],
    ['{"a":{"b":1]}', 11],
    ['{"a":{"b"}}', 9],
    ['{"a":{1:2}}', 6],
    ['{"a":1}\u0000', 7],
    ['\ufeff{"a":1}', 0],
  ])('%j: the first wrong byte is %d', (text, offset) => {
    const bytes = encoder.encode(text);
    expect(faultOf(bytes).offset).toBe(offset);
    expect(faultOf(bytes).message.length).toBeGreaterThan(10);
    expect(firstWrongByte(bytes)).toBe(offset);
    expect(isObjectText(text)).toBe(false);
  });

  test('reads only the given range: what stands behind it neither completes nor breaks a text', () => {
    const whole = 'xx{"a":tru';
    for (const behind of ['e}', '', 'x', '"']) {
      const bytes = encoder.encode(whole + behind);
      expect(scanObject(bytes, 2, whole.length)).toMatchObject({ offset: whole.length });
    }
    const cases = [
      '{"a":1',
      '{"a":"\\u00',
      '{"a":"b',
      '{"a":-',
      '{"a":1.',
      '{"a":1e',
      '{"a":[',
      '{"a":[1',
      '{"a"',
      '{',
    ];
    for (const text of cases) {
      const bytes = encoder.encode(`${text}00"]}:1}`);
      expect(scanObject(bytes, 0, text.length)).toMatchObject({ offset: text.length });
    }
    const inner = scanObject(encoder.encode('[{"a":1},2]'), 1, 8);
    expect(isFault(inner)).toBe(false);
  });

  test('names with escapes are decoded, so an escaped spelling hides nothing', () => {
    const scan = scanOf('{"mod\\u0065l":1,"\\u006d\\u006F\\u0064el":2,"a\\"b\\\\\\/\\n":3,"é🌍\\ud83c\\udf0d":4,"":5}');
    expect(scan.members.map(({ name }) => name)).toEqual(['model', 'model', 'a"b\\/\n', 'é🌍🌍', '']);
  });

  test('duplicates are kept, and the last one is found, as JSON.parse has it', () => {
    const scan = scanOf('{"a":1,"b":2,"a":3}');
    expect(scan.members.map(({ name }) => name)).toEqual(['a', 'b', 'a']);
    expect(findMember(scan, 'a')).toBe(scan.members[2]);
    expect(findMember(scan, 'c')).toBeUndefined();
  });

  test('fault 11: __proto__, constructor and toString are names like others', () => {
    const scan = scanOf('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1}');
    expect(scan.members.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(findMember(scanOf('{}'), '__proto__')).toBeUndefined();
    expect(findMember(scanOf('{}'), 'hasOwnProperty')).toBeUndefined();
  });

  test(`nesting of ${MAX_DEPTH} passes, one more is refused where it begins`, () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      for (const inner of ['1', '[]', '{}'] as const) {
        const containers = inner === '1' ? MAX_DEPTH - 1 : MAX_DEPTH - 2;
        const fits = `{"x":${open.repeat(containers)}${inner}${close.repeat(containers)}}`;
        expect(isFault(scanObject(encoder.encode(fits)))).toBe(false);
        const tooDeep = `{"x":${open.repeat(containers + 1)}${inner}${close.repeat(containers + 1)}}`;
        const fault = faultOf(encoder.encode(tooDeep));
        expect(fault.message).toContain('deep');
        expect(fault.offset).toBe(5 + open.length * (MAX_DEPTH - 1));
      }
    }
    // Siblings do not add up.
    expect(isFault(scanObject(encoder.encode(`{"x":[${'[[]],'.repeat(1000)}0]}`)))).toBe(false);
  });

  test('fault 8: 8 MB of [, of {"a": and of names are refused at once', () => {
    const size = 8_000_000;
    const bodies = [
      `{"a":${'['.repeat(size)}`,
      '{"a":'.repeat(size / 5),
      '['.repeat(size),
      `{${'"a":1,'.repeat(size / 6)}"b":2}`,
      `{"a":[${'[],'.repeat(size / 3)}`,
      `{"a":"${'\\'.repeat(size)}`,
      `{"a":${'1'.repeat(size)}`,
      `${' '.repeat(size)}`,
    ].map((text) => encoder.encode(text));
    for (const bytes of bodies) {
      const start = performance.now();
      expect(isFault(scanObject(bytes))).toBe(true);
      // Alone it takes less than 100 ms; what grows with the square of the length takes minutes, on any machine.
      expect(performance.now() - start).toBeLessThan(5_000);
    }
  });

  test('fault 9: bytes that are no UTF-8 stay where they are and break nothing', () => {
    const bytes = Uint8Array.from([0x7b, 0x22, 0xff, 0xc0, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]);
    const scan = scanObject(bytes);
    if (isFault(scan)) throw new Error(scan.message);
    expect(scan.members).toMatchObject([{ start: 1, valueStart: 6, valueEnd: 11 }]);
  });
});

describe('scanArray', () => {
  test('gives the slices of the elements', () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 5 }), fc.constantFrom('', ' ', '\n\t'), (items, space) => {
        const text = `[${space}${items.join(`${space},${space}`)}${space}]`;
        const bytes = encoder.encode(text);
        const slices = scanArray(bytes, 0, bytes.length).map(
          ([start, end]) => JSON.parse(decoder.decode(bytes.subarray(start, end))) as unknown,
        );
        expect(slices).toEqual(JSON.parse(text) as unknown[]);
      }),
      { numRuns: RUNS },
    );
  });

  test('an empty array has none, and the range is kept to', () => {
    const bytes = encoder.encode('{"a":[ ],"b":["x",{"y":[1]},"]"],"c":[9]}');
    const scan = scanOf('{"a":[ ],"b":["x",{"y":[1]},"]"],"c":[9]}');
    const elements = (name: string) => {
      const { valueStart, valueEnd } = findMember(scan, name)!;
      return scanArray(bytes, valueStart, valueEnd).map(([start, end]) => decoder.decode(bytes.subarray(start, end)));
    };
    expect([elements('a'), elements('b'), elements('c')]).toEqual([[], ['"x"', '{"y":[1]}', '"]"'], ['9']]);
  });
});

/** Behind the name that starts at a member's offset. */
function nameEnd(bytes: Uint8Array, { start }: { readonly start: number }): number {
  let i = start + 1;
  while (bytes[i] !== 0x22) i += bytes[i] === 0x5c ? 2 : 1;
  return i + 1;
}

test('where long strings lie is noted, at any depth, and of no other text', () => {
  const long = 'x'.repeat(1022) + '\\"y"';
  const text = `{"a":[{"t":"${long.slice(0, -1)}"}],"${'n'.repeat(1024)}":1,"s":"${'z'.repeat(1023)}","e":"${'é'.repeat(512)}"}`;
  const bytes = new TextEncoder().encode(text);
  const scan = scanObject(bytes) as ObjectScan;
  const found = [];
  for (let i = 0; i < scan.longStrings.length; i += 2) {
    const [from, to] = [scan.longStrings[i] as number, scan.longStrings[i + 1] as number];
    expect([bytes[from - 1], bytes[to]]).toEqual([0x22, 0x22]);
    found.push(new TextDecoder().decode(bytes.slice(from, to)));
  }
  expect(found).toEqual([long.slice(0, -1), 'n'.repeat(1024), 'é'.repeat(512)]);
  expect(isFault(scanObject(new TextEncoder().encode(`{"a":"${'x'.repeat(2000)}",}`)))).toBe(true);
  expect((scanObject(new TextEncoder().encode('{"a":"b"}')) as ObjectScan).longStrings).toEqual([]);
});

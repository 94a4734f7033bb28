import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { arbitraryBody } from '../../../test/support/arbitrary-body.ts';
import { takeApart } from '../../../test/support/json-tokens.ts';
import { isNull, parseValue, removeMembers } from './members.ts';
import { findMember, isFault, type ObjectScan, scanObject } from './scan.ts';
import { splice } from './splice.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function scanOf(bytes: Uint8Array): ObjectScan {
  const scan = scanObject(bytes);
  if (isFault(scan)) throw new Error(scan.message);
  return scan;
}

function without(text: string, names: (name: string, index: number) => boolean): string {
  const bytes = encoder.encode(text);
  const scan = scanOf(bytes);
  const removed = new Set(scan.members.filter(({ name }, i) => names(name, i)));
  return decoder.decode(
    splice(
      bytes,
      removeMembers(scan, (member) => removed.has(member)),
    ),
  );
}

describe('removeMembers', () => {
  test('any choice of members leaves valid JSON without them, and the bytes of the others as they were', () => {
    const body = fc.oneof(arbitraryBody('openai', 'm'), arbitraryBody('anthropic', 'm'));
    fc.assert(
      fc.property(body, fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }), ({ text }, choice) => {
        const left = without(text, (_, i) => choice[i % choice.length]!);
        const raw = (source: string) =>
          takeApart(Buffer.from(source, 'utf8').toString('latin1')).members.map((member) => member.raw);
        expect(raw(left)).toEqual(raw(text).filter((_, i) => !choice[i % choice.length]!));
        JSON.parse(left);
      }),
      { numRuns: RUNS },
    );
  });

  test('every subset of four members, in a text with space everywhere', () => {
    const text = ' { "a" : 1 , "b" : "," , "c" : [ { } , 2 ] , "d" : null } ';
    for (let mask = 0; mask < 16; mask++) {
      const left = without(text, (name) => ((mask >> 'abcd'.indexOf(name)) & 1) === 1);
      const whole = JSON.parse(text) as Record<string, unknown>;
      const kept = Object.entries(whole).filter(([name]) => ((mask >> 'abcd'.indexOf(name)) & 1) === 0);
      expect(JSON.parse(left)).toEqual(Object.fromEntries(kept));
    }
  });

  test('nothing to take out is nothing to edit', () => {
    expect(removeMembers(scanOf(encoder.encode('{"a":1}')), () => false)).toEqual([]);
    expect(removeMembers(scanOf(encoder.encode('{}')), () => true)).toEqual([]);
  });

  test('of two members of one name each is taken or left by itself', () => {
    expect(without('{"a":1,"a":2,"a":3}', (_, i) => i === 1)).toBe('{"a":1,"a":3}');
  });
});

describe('a member’s value', () => {
  const bytes = encoder.encode(
    '{"s":"x\\u00e9\\n","n":-1.5e3,"o":{"__proto__":{"p":1}},"z":null,"t":true,"note":"null"}',
  );
  const scan = scanOf(bytes);

  test('is what JSON.parse makes of it', () => {
    const value = (name: string) => parseValue(bytes, findMember(scan, name)!);
    expect([value('s'), value('n'), value('z'), value('t')]).toEqual(['xé\n', -1500, null, true]);
    expect(Object.keys(value('o') as object)).toEqual(['__proto__']);
  });

  test('is null only where null is written', () => {
    expect(scan.members.filter((member) => isNull(bytes, member)).map(({ name }) => name)).toEqual(['z']);
  });
});

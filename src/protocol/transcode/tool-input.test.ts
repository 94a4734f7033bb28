import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readToolInput, toArguments } from './tool-input.ts';

describe('readToolInput', () => {
  const json = (text: string) => readToolInput(text).json;

  test('keeps an object as it was written, but for space around it', () => {
    const text = '{"10":1.0,"2":12345678901234567890, "a":"\\u00e9"}';
    expect(readToolInput(text)).toEqual({ json: text, intact: true });
    expect(readToolInput(` ${text}\n`)).toEqual({ json: text, intact: true });
  });

  test('C025: nothing is an empty object', () => {
    for (const text of ['', '  ', 'null', '""', '" "'])
      expect(readToolInput(text)).toEqual({ json: '{}', intact: false });
  });

  test('unwraps an object within a string once, and once only', () => {
    expect(json(JSON.stringify('{"a":1}'))).toBe('{"a":1}');
    const twice = JSON.stringify(JSON.stringify('{"a":1}'));
    expect(json(twice)).toBe(JSON.stringify({ _raw_arguments: twice }));
  });

  test('C063: leaves out a placeholder before and leftovers behind', () => {
    expect(json('{}{"a":1}')).toBe('{"a":1}');
    expect(json('{} {} {"a":1}')).toBe('{"a":1}');
    expect(json('{}{}')).toBe('{}');
    expect(json('{}'.repeat(100_000) + '{"a":1}')).toBe('{"a":1}');
    expect(json('{"a":1}</tool_call>')).toBe('{"a":1}');
    expect(json('{"a":"}"}}')).toBe('{"a":"}"}');
    expect(json('{"a":1}\n```')).toBe('{"a":1}');
    expect(readToolInput('{"a":1}x').intact).toBe(false);
  });

  test('C062: wraps what is no object, and gives it back', () => {
    const junk = ['{"a": tru,}', '{"a":1', '[1]', '7', 'ls -la', '{"a":1}{"b":2}', '{"a":1} 7', '"text"', ' {"a" '];
    for (const text of junk) {
      expect(JSON.parse(json(text))).toEqual({ _raw_arguments: text });
      expect(toArguments(json(text))).toBe(text);
    }
  });

  test('refuses nesting that the client could not return', () => {
    const deep = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    expect(json(deep(56))).toBe(deep(56));
    expect(toArguments(json(deep(57)))).toBe(deep(57));
    expect(json(`{"a":${'['.repeat(1_000_000)}`)).toStartWith('{"_raw_arguments"');
  });

  test('always gives an object, and it can always be had back', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((j) => j.slice(0, -1)),
    );
    fc.assert(
      fc.property(text, (args) => {
        const { json: input, intact } = readToolInput(args);
        const value: unknown = JSON.parse(input);
        expect(typeof value === 'object' && value !== null && !Array.isArray(value)).toBe(true);
        if (intact) expect(input).toBe(args.trim());
      }),
    );
  });
});

test('toArguments leaves inputs alone that only look wrapped', () => {
  for (const text of [
    '{"_raw_arguments":1}',
    '{"_raw_arguments":"x","b":1}',
    '{"a":"_raw_arguments"}',
    '{"10":1,"2":2.0}',
  ]) {
    expect(toArguments(text)).toBe(text);
  }
});

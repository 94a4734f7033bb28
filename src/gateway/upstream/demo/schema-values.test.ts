import { describe, expect, test } from 'bun:test';
import { type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { PromptValues } from './prompt-values.ts';
import { fillSchema } from './schema-values.ts';

function fill(schema: unknown, prompt = 'Use the tool please'): unknown {
  return fillSchema(schema, new PromptValues(prompt));
}

describe('what is filled in is valid', () => {
  const schemas: Record<string, TSchema> = {
    'required and optional': Type.Object({ a: Type.String(), b: Type.Optional(Type.Number()) }),
    'nested objects and arrays': Type.Object({
      list: Type.Array(Type.Object({ n: Type.Integer(), deep: Type.Array(Type.Boolean(), { minItems: 2 }) })),
    }),
    'a tuple': Type.Object({ pair: Type.Tuple([Type.String(), Type.Integer()]) }),
    'bounds of numbers': Type.Object({
      a: Type.Integer({ minimum: 10, maximum: 12 }),
      b: Type.Integer({ exclusiveMinimum: 5 }),
      c: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 0.5 }),
      d: Type.Integer({ maximum: -3 }),
      e: Type.Integer({ minimum: 10, multipleOf: 7 }),
      f: Type.Number({ exclusiveMaximum: -2 }),
    }),
    'lengths of strings': Type.Object({ a: Type.String({ minLength: 60 }), b: Type.String({ maxLength: 3 }) }),
    'no items at all': Type.Array(Type.String(), { maxItems: 0 }),
    unions: Type.Object({
      a: Type.Union([Type.Null(), Type.Integer()]),
      b: Type.Union([Type.Literal('x'), Type.Literal('y')]),
      c: Type.Intersect([Type.Object({ p: Type.String() }), Type.Object({ q: Type.Integer() })]),
    }),
    null: Type.Object({ nothing: Type.Null() }),
  };
  for (const [name, schema] of Object.entries(schemas)) {
    test(name, () => {
      const value = fill(JSON.parse(JSON.stringify(schema)));
      expect([...Value.Errors(schema, value)]).toEqual([]);
    });
  }
});

describe('where the values come from', () => {
  const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

  test('a proper name in the prompt', () => {
    expect(fill(city, 'Please call get_weather for New York now')).toEqual({ city: 'New York' });
  });
  test('a quotation comes before a proper name', () => {
    expect(fill(city, 'For Anna call get_weather with "Sao Paulo"')).toEqual({ city: 'Sao Paulo' });
  });
  test('what is labelled with the property comes first', () => {
    expect(fill(city, 'Tell Anna: get_weather "x", city: Berlin.')).toEqual({ city: 'Berlin' });
  });
  test('otherwise the start of the prompt', () => {
    expect(fill(city, 'call get_weather')).toEqual({ city: 'call get_weather' });
    expect(fill(city, '')).toEqual({ city: 'demo' });
  });
  test('numbers in their order, as far as they fit', () => {
    const sum = {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'number', maximum: 5 } },
      required: ['a', 'b'],
    };
    expect(fill(sum, 'add 17.5 and 20 and 3.5')).toEqual({ a: 20, b: 3.5 });
  });
  test('an enum value that the prompt names, else the first', () => {
    const unit = { type: 'object', properties: { unit: { enum: ['celsius', 'kelvin'] } }, required: ['unit'] };
    expect(fill(unit, 'in kelvin')).toEqual({ unit: 'kelvin' });
    expect(fill(unit, 'warm?')).toEqual({ unit: 'celsius' });
  });
  test('default, const and format', () => {
    const schema = {
      type: 'object',
      properties: { a: { default: 7 }, b: { const: null }, c: { type: 'string', format: 'date' } },
    };
    expect(fill(schema)).toEqual({ a: 7, b: null, c: '2026-01-31' });
  });
  test('only what is required; all of it where the schema does not say', () => {
    const properties = { a: { type: 'boolean' }, b: { type: 'boolean' } };
    expect(fill({ type: 'object', properties, required: ['b'] })).toEqual({ b: false });
    expect(fill({ type: 'object', properties, required: [] })).toEqual({});
    expect(fill({ type: 'object', properties })).toEqual({ a: false, b: false });
    expect(fill({ type: 'object' })).toEqual({});
  });
});

describe('schemas that are hostile or odd', () => {
  test('$ref and $defs', () => {
    const schema = {
      $defs: { 'a/b': { type: 'integer', minimum: 4 } },
      type: 'object',
      properties: { n: { $ref: '#/$defs/a~1b' } },
      required: ['n'],
    };
    expect(fill(schema)).toEqual({ n: 4 });
  });
  test('a schema that requires itself ends', () => {
    const schema = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
    expect(JSON.stringify(fill(schema)).length).toBeLessThan(400);
    expect(fill({ $ref: '#' })).toBe(null);
    expect(fill({ allOf: [{ $ref: '#' }] })).toBe(null);
  });
  test('nested arrays of many items stay small', () => {
    let schema: object = { type: 'string' };
    for (let i = 0; i < 8; i++) schema = { type: 'array', minItems: 1000, items: schema };
    const start = performance.now();
    expect(JSON.stringify(fill(schema)).length).toBeLessThan(100_000);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
  test('property names with special meaning', () => {
    const names = ['__proto__', 'constructor', 'a b.(c', '\\', 'toString'];
    const filled = fill({ type: 'object', required: names }) as object;
    expect(Object.keys(filled)).toEqual(names);
    expect(Object.getPrototypeOf(filled)).toBe(Object.prototype);
  });
  test('no schema at all', () => {
    expect(fill(true)).toBeString();
    expect(fill({ type: 'object', properties: { x: true } })).toEqual({ x: expect.any(String) });
  });
});

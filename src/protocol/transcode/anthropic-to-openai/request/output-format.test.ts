import { describe, expect, test } from 'bun:test';
import { prepare, refused } from './prepare.fixture.ts';

describe('the form of the answer', () => {
  const strict = {
    type: 'object',
    properties: {
      a: { type: 'array', items: { type: 'object', properties: {}, required: [], additionalProperties: false } },
    },
    required: ['a'],
    additionalProperties: false,
  };

  test('C080 output-config: optional members make it strict:false, the schema stays as it is', () => {
    const schema =
      '{"type":"object","properties":{"10":{"type":"string"},"2":{"type":"number","minimum":1.0}},"required":["2"]}';
    const body = `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"output_config":{"format":{"type":"json_schema","schema":${schema}}}}`;
    expect(prepare(body).text).toContain(
      `"response_format":{"type":"json_schema","json_schema":{"name":"output","schema":${schema},"strict":false}}`,
    );
  });

  test('strict where every object is closed and every property required', () => {
    const strictness = (schema: object) =>
      prepare({ output_config: { format: { type: 'json_schema', schema } } }).json.response_format.json_schema.strict;
    expect(strictness(strict)).toBe(true);
    expect(strictness({ ...strict, additionalProperties: true })).toBe(false);
    expect(strictness({ ...strict, required: [] })).toBe(false);
    expect(strictness({ ...strict, $defs: { x: { type: 'object' } } })).toBe(false);
    expect(strictness({ anyOf: [strict, { type: 'null' }] })).toBe(true);
    expect(strictness({ ...strict, properties: { a: { enum: [{ properties: { b: 1 } }] } } })).toBe(true);
    const properties = { properties: { type: 'string' } };
    expect(strictness({ type: 'object', properties, required: ['properties'], additionalProperties: false })).toBe(
      true,
    );
  });

  test('M5: the older member does the same, and the newer goes before it', () => {
    const output_format = { type: 'json_schema', schema: strict };
    expect(prepare({ output_format }).json.response_format.json_schema.schema).toEqual(strict);
    const both = prepare({
      output_format,
      output_config: { format: { type: 'json_schema', schema: { type: 'null' } } },
    });
    expect(both.json.response_format.json_schema.schema).toEqual({ type: 'null' });
    expect(both.codes).toEqual(['dropped.output_format']);
  });

  test('M7: upstreams that know less', () => {
    const request = { output_config: { format: { type: 'json_schema', schema: strict } } };
    expect('strict' in prepare(request, { structured: 'schema' }).json.response_format.json_schema).toBe(false);
    const approx = prepare(request, { structured: 'json_object' });
    expect(approx.json.response_format).toEqual({ type: 'json_object' });
    expect(approx.codes).toEqual(['approx.output_format=output_config.format']);
    expect(refused(request, { structured: 'none' })).toBe('unsupported_value output_config.format');
  });

  test('wrong formats', () => {
    expect(refused({ output_config: { format: { type: 'xml' } } })).toBe('unsupported_value output_config.format.type');
    expect(refused({ output_format: { type: 'json_schema' } })).toBe('missing_required_parameter output_format.schema');
    expect(prepare({ output_config: { task_budget: { type: 'tokens', total: 5 } } }).codes).toEqual([
      'dropped.task_budget=output_config.task_budget',
    ]);
  });
});

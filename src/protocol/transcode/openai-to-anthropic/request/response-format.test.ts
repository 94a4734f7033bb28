import { describe, expect, test } from 'bun:test';
import { prepare, refusalOf } from './prepare.fixture.ts';

const format = (schema: unknown, more: Record<string, unknown> = {}) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema, ...more } },
});
const relaxed = (schema: unknown) => prepare(format(schema)).sent.output_config.format.schema as unknown;

describe('response_format', () => {
  test('C081 json-object: text is the default, JSON without a schema is up to the prompt, disclosed', () => {
    expect(prepare({ response_format: { type: 'text' } }).warnings).toEqual([]);
    const json = prepare({ response_format: { type: 'json_object' } });
    expect(json.sent.output_config).toBeUndefined();
    expect(json.warnings).toEqual(['dropped.response_format']);
  });

  test('C079 json-schema: M5: a schema holds the answer, in the keywords the upstream takes', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 2, description: 'Who' },
        kind: { oneOf: [{ type: 'string', enum: ['a', 'b'] }, { type: 'null' }] },
        tags: { type: 'array', items: { type: 'string', pattern: '^a"' }, minItems: 1, maxItems: 3 },
        when: { type: 'string', format: 'date-time' },
        code: { type: 'string', format: 'iban' },
        inner: { $ref: '#/$defs/inner', description: 'lost beside $ref' },
      },
      required: ['name'],
      $defs: { inner: { type: 'object', properties: {}, additionalProperties: { type: 'number' } } },
    };
    const { sent, warnings } = prepare(format(schema));
    expect(sent.output_config.format).toEqual({
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'Who\n\n{minLength: 2}' },
          kind: { anyOf: [{ type: 'string', enum: ['a', 'b'] }, { type: 'null' }] },
          tags: {
            type: 'array',
            items: { type: 'string', description: '{pattern: "^a\\""}' },
            minItems: 1,
            description: '{maxItems: 3}',
          },
          when: { type: 'string', format: 'date-time' },
          code: { type: 'string', description: '{format: "iban"}' },
          inner: { $ref: '#/$defs/inner' },
        },
        required: ['name'],
        $defs: { inner: { type: 'object', properties: {}, additionalProperties: false } },
        additionalProperties: false,
      },
    });
    expect(warnings).toEqual(['approx.response_format']);
  });

  test('a schema the upstream takes whole crosses whole: order and numbers as they were written', () => {
    const schema =
      '{"type":"object","properties":{"10":{"const":1.0},"2":{"enum":[12345678901234567890,"\\u00e9"]}},"required":["10","2"],"additionalProperties":false}';
    const body = `{"model":"m","messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":${schema}}}}`;
    const { text, warnings } = prepare(body);
    expect(text).toContain(`"output_config":{"format":{"type":"json_schema","schema":${schema}}}`);
    expect(warnings).toEqual([]);
  });

  test('numbers that move into a description stay as they were written', () => {
    const body = `{"model":"m","messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"number","minimum":1.0,"maximum":1e400}}}}`;
    expect(prepare(body).text).toContain('{"type":"number","description":"{minimum: 1.0, maximum: 1e400}"}');
  });

  test('older schemas and odd ones', () => {
    expect(relaxed({ $ref: '#/definitions/A', definitions: { A: { type: 'string' } } })).toEqual({
      $defs: { A: { type: 'string' } },
      $ref: '#/$defs/A',
    });
    expect(relaxed({ definitions: { A: {} }, $defs: { B: {} }, type: 'null' })).toEqual({
      $defs: { A: {}, B: {} },
      type: 'null',
    });
    expect(relaxed({ anyOf: [{ type: 'null' }], oneOf: [{}], title: 'T', description: null })).toEqual({
      anyOf: [{ type: 'null' }],
      title: 'T',
      description: '{oneOf: [{}]}',
    });
    expect(relaxed({ type: 'array', items: [{}], minItems: 2, enum: [{ a: 1 }], const: null })).toEqual({
      type: 'array',
      const: null,
      description: '{items: [{}], minItems: 2, enum: [{"a":1}]}',
    });
    expect(relaxed({ type: ['object', 'null'], allOf: [{ properties: { a: true } }] })).toEqual({
      type: ['object', 'null'],
      allOf: [{ properties: { a: true }, additionalProperties: false }],
      additionalProperties: false,
    });
  });

  test('C14, M7: a model without it is refused it, rather than answering in prose', () => {
    for (const structured of ['none', 'json_object'] as const) {
      expect(refusalOf(format({ type: 'object' }), { structured })).toBe('unsupported_value response_format.type');
    }
    expect(refusalOf({ response_format: { type: 'grammar' } })).toBe('unsupported_value response_format.type');
    expect(refusalOf({ response_format: { type: 'json_schema', json_schema: { name: 'n' } } })).toBe(
      'missing_required_parameter response_format.json_schema.schema',
    );
    expect(refusalOf(format([]))).toBe('invalid_value response_format.json_schema.schema');
    expect(refusalOf(format({ properties: [] }))).toBe('invalid_value response_format.json_schema.schema.properties');
  });

  test('Anthropic’s own format goes before it', () => {
    const own = { type: 'json_schema', schema: { type: 'object', minProperties: 1 } };
    const { sent, warnings } = prepare({ ...format({ type: 'string' }), output_config: { format: own } });
    expect(sent.output_config).toEqual({ format: own });
    expect(warnings).toEqual(['dropped.response_format']);
    expect(prepare(format({ type: 'string' }, { description: 'D' })).warnings).toEqual([
      'dropped.response_format.description=response_format.json_schema.description',
    ]);
  });
});

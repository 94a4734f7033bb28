import { beforeAll, describe, expect, test } from 'bun:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { DATA_ERRORS } from '../error-meanings.ts';
import { FIELDS as ANTHROPIC_FIELDS } from '../../protocol/transcode/anthropic-to-openai/request/fields.ts';
import { FIELDS as OPENAI_FIELDS } from '../../protocol/transcode/openai-to-anthropic/request/fields.ts';
import { dataRoutes } from '../data-routes.ts';
import { documentedPath, openApiDocument } from './document.ts';

interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name?: string; readonly in?: string; readonly $ref?: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly headers: object }>>;
}
interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly headers: object;
    readonly parameters: object;
  };
}

// Nothing is called: the table is read.
const routes = dataRoutes({} as Parameters<typeof dataRoutes>[0]);
/** As it is sent: TypeBox's own marks are symbols, which JSON leaves out. */
const document = JSON.parse(JSON.stringify(openApiDocument(routes))) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('is OpenAPI 3.1 to a validator that somebody else keeps', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document) as never);
  expect(result).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('has every route of the table, and no other', () => {
  expect(routes.length).toBeGreaterThan(12);
  const listed = operations.map(({ path, method }) => `${method} ${path}`);
  expect(listed).toEqual(routes.map((route) => `${route.method.toLowerCase()} ${documentedPath(route)}`));
  expect(new Set(listed).size).toBe(routes.length);
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(routes.length);
});

test('says of each whether it needs a key, and which errors its status may mean', () => {
  for (const [at, { operation }] of operations.entries()) {
    const isOpen = routes[at]?.guard === 'open';
    expect(operation.security).toEqual(isOpen ? [] : undefined);
    expect(operation.responses['401'] !== undefined).toBe(!isOpen);
    expect(operation.responses['500']?.description).toContain('`internal_error`');
  }
});

test('names every other path of a route', () => {
  for (const [at, { operation }] of operations.entries()) {
    const aliases = routes[at]?.aliases ?? [];
    expect(aliases.filter((path) => !operation.description?.includes(`\`${path}\``))).toEqual([]);
  }
});

test('what stands in a path between braces is a parameter of it', () => {
  for (const { path, operation } of operations) {
    const braced = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
    expect(named).toEqual(braced);
  }
});

test('every reference leads somewhere, and every schema is referred to', () => {
  const text = JSON.stringify(document);
  const referred = new Set([...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, name = '']) => name));
  const { schemas, headers, parameters } = document.components;
  const there = Object.entries({ schemas, headers, parameters }).flatMap(([kind, all]) =>
    Object.keys(all).map((name) => `${kind}/${name}`),
  );
  expect([...referred].filter((name) => !there.includes(name))).toEqual([]);
  expect(there.filter((name) => !referred.has(name))).toEqual([]);
});

describe('errors', () => {
  const described = (path: string, status: number) => document.paths[path]?.['post']?.responses[status]?.description;

  test.each([
    ['/v1/chat/completions', 'openai'],
    ['/v1/messages', 'anthropic'],
  ])('every code that %s can answer with is at its status', (path, shape) => {
    const elsewhere = ['unknown_url', 'method_not_allowed'];
    for (const { code, ...row } of DATA_ERRORS) {
      const status = shape === 'openai' ? row.status : row.anthropicStatus;
      const found = described(path, status)?.includes(`\`${code}\``) ?? false;
      expect({ code, found }).toEqual({ code, found: !elsewhere.includes(code) });
    }
  });
});

describe('bodies', () => {
  let ajv: Ajv;
  beforeAll(() => {
    ajv = new Ajv({ strict: false });
    addFormats(ajv);
    ajv.addSchema({ $id: 'api', ...document });
  });
  const check = (schema: string, value: unknown) => ajv.validate(`api#/components/schemas/${schema}`, value);

  test.each([
    ['ChatCompletionRequest', OPENAI_FIELDS],
    ['MessageRequest', ANTHROPIC_FIELDS],
  ])('%s has every member that is understood, and is open for more', (name, fields) => {
    const { properties = {}, additionalProperties } = document.components.schemas[name] ?? {};
    expect(
      Object.keys(properties)
        .filter((member) => member !== 'th_steering')
        .toSorted(),
    ).toEqual(Object.keys(fields).toSorted());
    expect(additionalProperties).toBe(true);
  });

  const messages = [{ role: 'user', content: 'Say hello' }];
  test.each([
    ['ChatCompletionRequest', { model: 'm', messages, unheard_of: 1, stream: null }, true],
    ['ChatCompletionRequest', { model: 'm' }, false],
    ['ChatCompletionRequest', { model: 'm', messages, temperature: 'warm' }, false],
    ['ChatCompletionRequest', { model: 'm', messages: [{ role: 'assistant', content: null, tool_calls: [] }] }, true],
    ['MessageRequest', { model: 'm', messages, max_tokens: 256, system: [{ type: 'text', text: 't' }] }, true],
    ['MessageRequest', { messages, max_tokens: 256 }, false],
    ['MessageRequest', { model: 'm', messages, th_steering: 'on' }, false],
  ])('%s: %j is one: %p', (schema, body, isOne) => {
    expect(check(schema, body)).toBe(isOne);
  });
});

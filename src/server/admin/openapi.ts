import type { TObject, TSchema } from '@sinclair/typebox';
import { CSRF_HEADER } from './admit.ts';
import type { AdminRoute } from './route-table.ts';
import { COOKIE } from './session-cookie.ts';

/** The admin listener's routes as an OpenAPI 3.1 document, whose schemas are JSON Schema as TypeBox writes it. */
export function openApiOf(routes: readonly AdminRoute[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const row of routes) {
    const path = row.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[row.method.toLowerCase()] = operationOf(row);
  }
  return {
    openapi: '3.1.0',
    info: { title: "Token Harbor, the operator's API", version },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: COOKIE },
        csrf: { type: 'apiKey', in: 'header', name: CSRF_HEADER },
      },
      responses: { Error: { description: 'What is wrong', content: json(ERROR) } },
    },
  };
}

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        param: { type: 'string', description: 'The member that is at fault.' },
      },
    },
  },
};

function operationOf(row: AdminRoute): Record<string, unknown> {
  const { method, path, guard, summary, query, body } = row;
  const parameters = [...pathParameters(path), ...queryParameters(query)];
  return {
    summary,
    tags: [path.split('/')[path.startsWith('/api/') ? 2 : 1] || 'page'],
    security: guard === 'open' ? [] : [method === 'GET' ? { session: [] } : { session: [], csrf: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: { ...answerOf(row), default: { $ref: '#/components/responses/Error' } },
  };
}

function answerOf({ answer, status, types = [], summary }: AdminRoute): Record<string, unknown> {
  const others = Object.fromEntries(types.map((type) => [type, {}]));
  if (answer === undefined && types.length === 0) return { [status ?? 204]: { description: 'Done' } };
  const content = { ...(answer === undefined ? {} : json(answer)), ...others };
  return { [status ?? 200]: { description: summary, content } };
}

function pathParameters(path: string) {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: TObject | undefined) {
  if (query === undefined) return [];
  const required: readonly string[] = query.required ?? [];
  return Object.entries(query.properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function json(schema: TSchema | object) {
  return { 'application/json': { schema } };
}

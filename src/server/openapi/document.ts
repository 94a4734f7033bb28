import type { TSchema } from '@sinclair/typebox';
import type { RequestHeader } from '../request-headers.ts';
import { REQUEST_HEADERS } from '../request-headers.ts';
import { RESPONSE_HEADERS, type Occasion } from '../response-headers.ts';
import type { Route } from '../route-table.ts';
import { CHAT_SCHEMAS } from './chat-completions.ts';
import { errorAnswers } from './error-answers.ts';
import { OF_ALL, OF_KEYS } from './failures.ts';
import { GATEWAY_SCHEMAS } from './gateway-schemas.ts';
import { MESSAGE_SCHEMAS } from './messages.ts';
import { type Content, type Parameter, TAGS } from './operation.ts';

/** The API as OpenAPI 3.1, all of it but where it is served: made of the route table, row by row. */
export function openApiDocument(routes: readonly Route[]): Record<string, unknown> {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Token Harbor',
      summary: 'Any model, by OpenAI’s or Anthropic’s API.',
      description:
        'Every GET answers HEAD. Requests and answers may have more members than are listed. ' +
        'An error that came of a provider bears the headers that tell which one it was, too.',
      // Of the API, not of the program: strangers need not know which version of it they have before them.
      version: 'v1',
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] }, { apiKey: [] }],
    paths: pathsOf(routes),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of the gateway, thk_live_… or thk_test_…' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The same key, on every endpoint.' },
      },
      headers: Object.fromEntries(
        RESPONSE_HEADERS.map(({ name, meaning, example }) => [
          name,
          { description: meaning, schema: { type: 'string' }, example },
        ]),
      ),
      parameters: Object.fromEntries(REQUEST_HEADERS.map((header) => [header.name, switchParameter(header)])),
      schemas: { ...CHAT_SCHEMAS, ...MESSAGE_SCHEMAS, ...GATEWAY_SCHEMAS },
    },
  };
}

function pathsOf(routes: readonly Route[]): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    (paths[documentedPath(route)] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  return paths;
}

/** `/v1/models/*` as OpenAPI writes it: `/v1/models/{id}`. */
export function documentedPath({ path, doc }: Route): string {
  return path.replace('*', `{${doc.rest?.name ?? 'rest'}}`);
}

function operationOf({ doc, guard, shape, aliases }: Route): Record<string, unknown> {
  const fails = [...OF_ALL, ...(guard === 'key' ? OF_KEYS : []), ...doc.fails];
  const parameters = [
    ...(doc.rest === undefined ? [] : [parameter('path', doc.rest)]),
    ...(doc.query ?? []).map((one) => parameter('query', one)),
    ...(doc.takesSwitches ? REQUEST_HEADERS.map(({ name }) => ({ $ref: `#/components/parameters/${name}` })) : []),
  ];
  const errors = Object.entries(errorAnswers(fails, shape)).map(([status, answer]) => [
    status,
    { ...answer, headers: headersOf('errors', ...(status === '429' ? (['limits'] as const) : [])) },
  ]);
  return {
    operationId: doc.id,
    tags: [doc.tag],
    summary: doc.summary,
    ...describe(doc.details, aliases),
    ...(guard === 'open' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(doc.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: doc.body } } } }),
    responses: {
      ...Object.fromEntries(errors),
      200: answerOf(doc.answer, headersOf(...(doc.asksModel ? OF_ANSWERS : []))),
      ...Object.fromEntries(
        Object.entries(doc.also ?? {}).map(([status, answer]) => [status, answerOf(answer, headersOf())]),
      ),
    },
  };
}

/** What is said of an operation, and the other paths it has for base URLs given with and without `/v1`. */
function describe(details: string | undefined, aliases: readonly string[]): object {
  const elsewhere = aliases.length === 0 ? [] : [`Also at ${aliases.map((path) => `\`${path}\``).join(', ')}.`];
  const description = [...(details === undefined ? [] : [details]), ...elsewhere].join('\n\n');
  return description === '' ? {} : { description };
}

function answerOf({ meaning, content }: { meaning: string; content: Content }, headers: object): object {
  return { description: meaning, headers, content: mapValues(content, (schema) => ({ schema })) };
}

const OF_ANSWERS: readonly Occasion[] = ['answers of a model', 'JSON answers', 'answers given again', 'limits'];

/** The headers of every answer and those of some occasions. */
function headersOf(...occasions: readonly Occasion[]): object {
  const names = RESPONSE_HEADERS.filter(({ on }) => on === 'every answer' || occasions.includes(on));
  return Object.fromEntries(names.map(({ name }) => [name, { $ref: `#/components/headers/${name}` }]));
}

function parameter(place: 'path' | 'query', { name, meaning, schema }: Parameter): object {
  return { name, in: place, required: place === 'path', description: meaning, schema };
}

function switchParameter({ name, values, meaning }: RequestHeader): object {
  const schema = values === undefined ? { type: 'string' } : { type: 'string', enum: values };
  return { name, in: 'header', required: false, description: meaning, schema };
}

function mapValues(content: Readonly<Record<string, TSchema>>, to: (schema: TSchema) => object): object {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, to(schema)]));
}

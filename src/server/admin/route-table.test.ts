import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'bun:test';
import { KeyRequestError } from '../../accounts/keys/lifecycle.ts';
import { StoreError } from '../../accounts/store/store-error.ts';
import { appOf, CSRF, errorOf, SESSION } from './app.fixture.ts';
import { openApiOf } from './openapi.ts';
import { type AdminRoute, route } from './route-table.ts';
import { Fields } from './schema.ts';

const PATH = '/api/things/:id/parts/:part';
const Body = Fields({
  name: Type.String({ minLength: 1, maxLength: 5 }),
  sizes: Type.Optional(Type.Array(Fields({ n: Type.Integer({ minimum: 1 }) }))),
});

let fails: unknown;
const calls: unknown[] = [];
const ROUTES: readonly AdminRoute[] = [
  route({
    method: 'GET',
    path: '/api/things',
    guard: 'operator',
    summary: 'list',
    query: Fields({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })), q: Type.Optional(Type.String()) }),
    answer: Fields({ limit: Type.Integer(), q: Type.String(), by: Type.String() }),
    handle: ({ query, operator }) => {
      if (fails !== undefined) throw fails;
      return { limit: query.limit ?? 5, q: query.q ?? '', by: operator.name };
    },
  }),
  route({
    method: 'PATCH',
    path: PATH,
    guard: 'operator',
    summary: 'change',
    body: Body,
    answer: Type.Any(),
    status: 201,
    handle: ({ params, body }) => {
      calls.push(body);
      return { id: params.id, part: params.part, name: body.name };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/things',
    guard: 'operator',
    summary: 'remove all',
    handle: () => void calls.push('deleted'),
  }),
  route({
    method: 'POST',
    path: '/api/echo',
    guard: 'open',
    summary: 'echo',
    handle: ({ request }) => new Response(request.body),
  }),
  route({
    method: 'GET',
    path: '/api/stream',
    guard: 'operator',
    summary: 'events',
    types: ['text/event-stream'],
    handle: ({ holdOpen }) => {
      holdOpen();
      const parts = ['data: 1\n\n', 'data: 2\n\n'];
      const stream = new ReadableStream({
        async pull(controller) {
          const part = parts.shift();
          await Promise.resolve();
          if (part === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(part));
        },
      });
      return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
    },
  }),
];

describe('a row of the admin table', () => {
  const { ask, asPage, faults, held } = appOf(ROUTES);
  const page = { cookie: SESSION, origin: 'http://localhost:8788', 'x-th-csrf': CSRF };

  test('has its path, query and body read for it, and its answer written', async () => {
    const listed = await asPage('GET', '/api/things?limit=7&q=01');
    expect([listed.status, await listed.json()]).toEqual([200, { limit: 7, q: '01', by: 'ada' }]);
    const changed = await asPage('PATCH', '/api/things/a%2Fb%20c/parts/2', { name: 'new' });
    expect([changed.status, await changed.json()]).toEqual([201, { id: 'a/b c', part: '2', name: 'new' }]);
    const removed = await asPage('DELETE', '/api/things');
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    expect(removed.headers.get('content-security-policy')).toStartWith("default-src 'self'; object-src 'none'");
  });

  test('tells by its path what is wrong with what it is given', async () => {
    const at = async (path: string) => errorOf(await asPage('GET', path));
    expect(await at('/api/things?limit=0')).toEqual([400, 'invalid_value', 'limit']);
    expect(await at('/api/things?limit=x')).toEqual([400, 'invalid_value', 'limit']);
    expect(await at('/api/things?limit=1&limit=2')).toEqual([400, 'invalid_value', 'limit']);
    expect(await at('/api/things?limti=1')).toEqual([400, 'invalid_value', 'limti']);
    expect(await at('/api/things?__proto__=1')).toEqual([400, 'invalid_value', '__proto__']);
    const body = async (value: unknown) => errorOf(await asPage('PATCH', '/api/things/1/parts/2', value));
    expect(await body({})).toEqual([400, 'missing_required_parameter', 'name']);
    expect(await body({ name: '' })).toEqual([400, 'invalid_value', 'name']);
    expect(await body({ name: 7 })).toEqual([400, 'invalid_value', 'name']);
    expect(await body({ name: 'a', sizes: [{ n: 1 }, { n: 0 }] })).toEqual([400, 'invalid_value', 'sizes[1].n']);
    expect(await body({ name: 'a', nmae: 'b' })).toEqual([400, 'invalid_value', 'nmae']);
    expect(await body([])).toEqual([400, 'invalid_value', 'body']);
    expect(await body(null)).toEqual([400, 'invalid_value', 'body']);
  });

  test('is not found by a step of its path that is no percent-encoded text, and fails of none', async () => {
    for (const step of ['%', '%ff', '%f0%9f', 'a%2']) {
      const answer = await asPage('PATCH', `/api/things/${step}/parts/1`, { name: 'x' });
      expect([step, ...(await errorOf(answer))]).toEqual([step, 404, 'not_found', undefined]);
    }
    expect(faults).toEqual([]);
  });

  test('takes JSON, and no more of it than a form has', async () => {
    const send = async (text: string, type = 'application/json') =>
      (await errorOf(await ask('PATCH', '/api/things/1/parts/2', { ...page, 'content-type': type }, text))).slice(0, 2);
    expect(await send('{"name":')).toEqual([400, 'invalid_json']);
    expect(await send('{"name":"a"}', 'text/plain')).toEqual([415, 'unsupported_media_type']);
    expect(await send('{"name":"a"}', 'application/x-www-form-urlencoded')).toEqual([415, 'unsupported_media_type']);
    expect(await send(JSON.stringify({ name: 'x'.repeat(70_000) }))).toEqual([413, 'request_too_large']);
  });

  test('names the methods that its path takes', async () => {
    const answer = await asPage('PUT', '/api/things');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE']);
    expect((await asPage('GET', '/api/things/1/parts/2')).headers.get('allow')).toBe('PATCH');
  });

  test('may answer with a stream of events, which HEAD does not begin', async () => {
    const answer = await asPage('GET', '/api/stream');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await answer.text()).toBe('data: 1\n\ndata: 2\n\n');
    expect(held).toHaveLength(1);
    const head = await asPage('HEAD', '/api/stream');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('tells what the rooms behind it refuse, and nothing of their faults', async () => {
    const failing = async (cause: unknown) => {
      fails = cause;
      const error = await errorOf(await asPage('GET', '/api/things'));
      fails = undefined;
      return error.slice(0, 2);
    };
    expect(await failing(new KeyRequestError('not_active', 'no'))).toEqual([409, 'conflict']);
    expect(await failing(new KeyRequestError('not_found', 'no'))).toEqual([404, 'not_found']);
    expect(faults).toEqual([]);
    expect(await failing(new StoreError('busy', 'secret'))).toEqual([503, 'service_unavailable']);
    expect(await failing(new StoreError('corrupt', 'secret'))).toEqual([500, 'internal_error']);
    expect(faults).toHaveLength(2);
  });
});

describe('the guard of a row', () => {
  const { ask } = appOf(ROUTES);
  const change = (headers: Record<string, string>) => ask('DELETE', '/api/things', headers);
  const own = { cookie: SESSION, 'x-th-csrf': CSRF, origin: 'http://localhost:8788' };

  test('open: anybody may ask', async () => {
    expect(await (await ask('POST', '/api/echo', {}, 'hello')).text()).toBe('hello');
  });

  test('operator: no session, no answer', async () => {
    for (const headers of [
      {},
      { cookie: 'th_session=forged' },
      { authorization: `Bearer thk_live_${'0'.repeat(54)}` },
      { 'x-api-key': `thk_live_${'0'.repeat(54)}` },
    ] as Record<string, string>[]) {
      expect(await errorOf(await ask('GET', '/api/things', headers))).toEqual([
        401,
        'authentication_failed',
        undefined,
      ]);
    }
    expect((await ask('HEAD', '/api/things')).status).toBe(401);
    expect((await ask('GET', '/api/things', { cookie: SESSION })).status).toBe(200);
  });

  test('operator: what changes something is asked by the page itself', async () => {
    const before = calls.length;
    const { 'x-th-csrf': _, ...without } = own;
    for (const headers of [
      without,
      { ...own, 'x-th-csrf': '' },
      { ...own, 'x-th-csrf': `${CSRF}x` },
      { cookie: SESSION, 'x-th-csrf': CSRF },
      { ...own, origin: 'http://localhost:3000' },
      { ...own, origin: 'null' },
      { ...own, 'sec-fetch-site': 'same-site' },
      { ...own, 'sec-fetch-site': 'cross-site' },
    ] as Record<string, string>[]) {
      expect([headers, (await change(headers)).status]).toEqual([headers, 403]);
    }
    expect(calls).toHaveLength(before);
    expect((await change(own)).status).toBe(204);
    expect((await change({ cookie: SESSION, 'x-th-csrf': CSRF, 'sec-fetch-site': 'same-origin' })).status).toBe(204);
  });

  test('operator: a page of another port is not even told anything', async () => {
    const site = { cookie: SESSION, 'sec-fetch-site': 'same-site' };
    expect((await ask('GET', '/api/things', site)).status).toBe(403);
  });
});

test('the OpenAPI document is made from the rows', () => {
  const { paths } = openApiOf(ROUTES, '1.2.3') as { paths: Record<string, Record<string, Record<string, unknown>>> };
  expect(Object.keys(paths)).toEqual(['/api/things', '/api/things/{id}/parts/{part}', '/api/echo', '/api/stream']);
  const change = paths['/api/things/{id}/parts/{part}']?.['patch'];
  expect(change).toMatchObject({
    summary: 'change',
    tags: ['things'],
    security: [{ session: [], csrf: [] }],
    parameters: [{ name: 'id', in: 'path' }, { name: 'part' }],
    requestBody: { content: { 'application/json': { schema: Body } } },
  });
  expect(Object.keys(change?.['responses'] as object)).toEqual(['201', 'default']);
  expect(paths['/api/things']?.['get']?.['parameters']).toMatchObject([{ name: 'limit', in: 'query' }, { name: 'q' }]);
  expect(paths['/api/echo']?.['post']?.['security']).toEqual([]);
});

test('what a row lacks or answers wrongly is found by the types', () => {
  const row = { method: 'GET', path: '/x', summary: 'x' } as const;
  const rows = [
    // @ts-expect-error It states no guard.
    route({ ...row, handle: () => new Response() }),
    // @ts-expect-error Its answer is not of its schema.
    route({ ...row, guard: 'open', answer: Fields({ n: Type.Integer() }), handle: () => ({ n: 'one' }) }),
    // @ts-expect-error Nobody is logged in where anybody may ask.
    route({ ...row, guard: 'open', handle: ({ operator }) => new Response(operator.name) }),
    // @ts-expect-error Its path has no such step.
    route({ ...row, guard: 'open', handle: ({ params }) => new Response(params.id) }),
  ];
  expect(rows.map(({ path }) => path)).toEqual(['/x', '/x', '/x', '/x']);
});

/** Providers that answer in every way there is. */
import { afterEach, describe, expect, test } from 'bun:test';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configOf } from '../../config/load.fixture.ts';
import type { ProviderConfig } from '../../config/config.ts';
import { checkProvider } from './providers.ts';

const SECRET = 'sk-made-up-secret-1234567890';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

type Answerer = (seen: Seen, response: ServerResponse) => unknown;

/** A provider; `seen` is what it was asked. */
async function provider(answer: Answerer): Promise<{ readonly url: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const key = headers.authorization?.replace('Bearer ', '') ?? (headers['x-api-key'] as string | undefined);
    request.resume();
    request.on('end', () => {
      seen.push({ method, path: url, key, headers });
      answer({ method, path: url, key, headers }, response);
      if (!response.writableEnded) response.end('{}');
    });
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** What is found of a provider with these settings. */
async function check(settings: object) {
  const { providers } = configOf(JSON.stringify({ providers: { p: settings } }));
  const report = await checkProvider(providers[0] as ProviderConfig, 'tokenharbor/test');
  expect(JSON.stringify(report)).not.toContain('sk-');
  return report;
}

/** The same of one that has a key and answers so. */
async function examine(answer: Answerer) {
  const { url, seen } = await provider(answer);
  const { findings } = await check({ shape: 'openai', base_url: `${url}/v1`, api_key: SECRET });
  return { ...findings[0], seen };
}

const needsKey: Answerer = ({ key }, response) => (response.statusCode = key === SECRET ? 200 : 401);
const anybody =
  (status: number): Answerer =>
  ({ method, key }, response) =>
    (response.statusCode = method === 'GET' ? 200 : key === SECRET ? status : 401);

describe('a provider', () => {
  test('that lists its models for a key', async () => {
    const { status, detail, seen } = await examine(needsKey);
    expect({ status, detail }).toEqual({ status: 'ok', detail: 'reached; it takes the key' });
    expect(seen.map(({ method, path, key }) => [method, path, key])).toEqual([
      ['GET', '/v1/models', SECRET],
      ['GET', '/v1/models', undefined],
    ]);
  });

  test('of the other shape', async () => {
    const { url, seen } = await provider(needsKey);
    const { findings } = await check({ shape: 'anthropic', base_url: url, api_key: SECRET });
    expect(findings).toMatchObject([{ check: 'provider p', status: 'ok' }]);
    expect(seen[0]).toMatchObject({
      path: '/v1/models',
      headers: { 'x-api-key': SECRET, 'anthropic-version': '2023-06-01' },
    });
  });

  test('that lists them for anybody shows what it takes by a request that is no request', async () => {
    const { status, seen } = await examine(anybody(400));
    expect(status).toBe('ok');
    expect(seen.at(-1)).toMatchObject({ method: 'POST', path: '/v1/chat/completions', key: SECRET });
    expect((await examine(anybody(401))).status).toBe('fail');
    expect((await examine(anybody(404))).status).toBe('warn');
  });

  test.each([
    [401, 'fail', 'refuses the key'],
    [403, 'fail', 'refuses the key'],
    [400, 'fail', 'refuses the key'],
    [429, 'warn', 'too much'],
    [503, 'fail', 'out of order'],
    [307, 'fail', 'elsewhere'],
  ])('that answers %d: %s', async (code, status, words) => {
    const found = await examine((_, response) => response.writeHead(code, { location: 'http://127.0.0.1:9/' }));
    expect(found).toMatchObject({ status, detail: expect.stringContaining(words) });
    expect(found.seen).toHaveLength(1);
  });

  test('without a list of models', async () => {
    const answer: Answerer = ({ method }, response) => (response.statusCode = method === 'GET' ? 404 : 422);
    expect(await examine(answer)).toMatchObject({ status: 'ok', detail: 'reached; it takes the key' });
  });

  test('without a key: its headers are sent, and one that wants a key is told', async () => {
    const { url, seen } = await provider(
      ({ headers }, response) => (response.statusCode = headers['x-team'] === 'blue' ? 200 : 401),
    );
    const keyless = async (headers: object) => (await check({ shape: 'openai', base_url: url, headers })).findings[0];
    expect(await keyless({ 'x-team': 'blue' })).toMatchObject({ status: 'ok' });
    expect((await keyless({}))?.detail).toBe('reached; it wants a key (401)');
    expect(seen).toHaveLength(2);
  });

  test('that is not there, or does not speak HTTP', async () => {
    const { findings } = await check({ shape: 'openai', base_url: 'http://127.0.0.1:9/v1', api_key: SECRET });
    expect(findings).toMatchObject([{ status: 'fail', detail: 'not reached: ECONNREFUSED' }]);
    expect(await examine((_, response) => response.socket?.destroy())).toMatchObject({ status: 'fail' });
  });

  test('with several keys: each is tried', async () => {
    const { url } = await provider(needsKey);
    const { findings } = await check({ shape: 'openai', base_url: url, api_keys: [SECRET, 'sk-other-made-up-key'] });
    expect(findings).toMatchObject([
      { check: 'provider p, key 1', status: 'ok' },
      { check: 'provider p, key 2', status: 'fail' },
    ]);
  });

  test('whose clock is another', async () => {
    const { url } = await provider((_, response) => response.setHeader('date', 'Thu, 01 Jan 2026 00:00:00 GMT'));
    const { clock } = await check({ shape: 'openai', base_url: url });
    expect(clock).toEqual([{ host: new URL(url).host, aheadMs: expect.any(Number) }]);
    expect(clock[0]?.aheadMs).toBeGreaterThan(1_000_000);
  });
});

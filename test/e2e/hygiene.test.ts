import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { openaiCompletion } from '../support/answers.ts';
import { post, requestBody } from '../support/clients.ts';
import { startLatencyProbe } from '../support/latency-probe.ts';
import { exchangeRaw, RawClient, rawRequest } from '../support/raw.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import { testWithinRuntime } from '../support/runtime-limits.ts';

setDefaultTimeout(60_000);

const MiB = 1024 * 1024;

describe('the data listener against bad input', () => {
  let relay: RelayFixture;
  let target: Target;
  let auth: readonly (readonly [string, string])[];
  beforeAll(async () => {
    relay = await startRelay({ targets: 8 });
    target = relay.target('openai', (exchange) => exchange.json(200, openaiCompletion()));
    auth = [['authorization', `Bearer ${relay.key}`]];
  });
  afterAll(() => relay?.stop());

  const jsonHeaders = () => [...auth, ['content-type', 'application/json']] as const;
  const get = (path: string, host?: string | null) =>
    exchangeRaw(relay.gateway.port, rawRequest(path, { headers: auth, ...(host === undefined ? {} : { host }) }));

  test('fault 2: a Host that is none, or two, is refused before anything else', async () => {
    const hosts = [
      'a b',
      'x/y?z',
      '[::1',
      '',
      'a\tb',
      'user@host',
      'host:port',
      'h#x',
      'h\\x',
      `${'a'.repeat(300)}.example`,
    ];
    for (const host of hosts) {
      for (const path of ['/livez', '/v1/models', '/v1/chat/completions']) {
        expect((await get(path, host))?.status, `${JSON.stringify(host)} ${path}`).toBe(400);
      }
    }
    const twice = rawRequest('/livez', { headers: [['Host', 'other.example']] });
    expect((await exchangeRaw(relay.gateway.port, twice))?.status).toBe(400);
  });

  test('a Host as clients really send it is served', async () => {
    for (const host of [
      'localhost',
      '127.0.0.1:8787',
      '[::1]:8787',
      'gateway.example.com',
      'gateway',
      'GATEWAY.example.',
    ]) {
      expect((await get('/v1/models', host))?.status, host).toBe(200);
    }
  });

  test('fault 3: a short Host never shifts the path to another route', async () => {
    const routes = ['/livez', '/readyz', '/v1/models', '/v1/usage', '/v1/chat/completions', '/v1/messages', '/'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('a', 'ab', 'a.b', 'x', '1', 'abcdefghijklmnop', 'a:1', '[::1]'),
        async (route, width, host) => {
          const response = await get(`/${'x'.repeat(width)}${route}`, host);
          expect([400, 404], `Host ${host}`).toContain(response!.status);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('fault 4: a path is matched as it was sent, never as something it could be normalised to', async () => {
    const paths = [
      '/x%2f..%2flivez',
      '/v1%2fmodels',
      '//livez',
      '//v1/models',
      '/v1//models',
      '/livez;x',
      '/v1;a=b/models',
      '/livez%00',
      '/livez%20',
      '/livez/x',
      '/LIVEZ',
      '/V1/models',
      '/v1/models%3fx',
      '/%6civez',
      '/livez%2f',
      '/v1/chat%2fcompletions',
      '/admin',
      '/metrics',
      '/debug',
      '/api/keys',
      '/openapi.yaml',
      '/docs/../metrics%2f',
      '/docs%2fpage.css',
      '/dashboard',
    ];
    for (const path of paths) expect([400, 404], path).toContain((await get(path))!.status);
    for (const path of ['livez', '*', '?x']) {
      const response = await get(path).catch(() => undefined);
      if (response !== undefined) expect([400, 404], path).toContain(response.status);
    }
    const nul = await exchangeRaw(relay.gateway.port, `GET /livez\0 HTTP/1.1\r\nHost: a\r\n\r\n`).catch(
      () => undefined,
    );
    if (nul !== undefined) expect([400, 404, 505]).toContain(nul.status);
  });

  test('fault 4: a whole URL as target is its path, whatever host it names', async () => {
    // Bun drops scheme and host of such a target before any handler; a server must accept the form.
    for (const base of ['http://127.0.0.1', 'http://evil.example', 'https://user:pass@evil.example:1']) {
      const open = await exchangeRaw(relay.gateway.port, rawRequest(`${base}/v1/models`));
      expect([400, 401, 404], base).toContain(open!.status);
      expect([200, 400, 404], base).toContain((await get(`${base}/v1/models`))!.status);
      expect([400, 404], base).toContain((await get(`${base}/nowhere`))!.status);
    }
  });

  test('fault 4: dots, which the HTTP server folds as every URL parser does, open no door', async () => {
    for (const path of [
      '/livez/../v1/models',
      '/livez\\..\\v1\\models',
      '/livez/%2e%2e/v1/models',
      '/./v1/./models',
      '/readyz/.%2e/v1/usage',
    ]) {
      const open = await exchangeRaw(relay.gateway.port, rawRequest(path));
      expect([401, 404, 405], path).toContain(open!.status);
    }
  });

  test('fault 5: methods a route does not have are refused, without CORS leave', async () => {
    const routes = [
      '/livez',
      '/v1/models',
      '/v1/usage',
      '/v1/chat/completions',
      '/v1/messages',
      '/v1/messages/count_tokens',
      '/nowhere',
    ];
    for (const path of routes) {
      for (const method of ['TRACE', 'CONNECT', 'FOO', 'PROPFIND', 'DELETE']) {
        const request = rawRequest(path, { method, headers: auth });
        const response = await exchangeRaw(relay.gateway.port, request, { method }).catch(() => undefined);
        // A method no server knows may end the connection instead of an answer.
        if (response === undefined) continue;
        expect(response.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(502);
        expect(response.status).not.toBe(500);
        expect(response.text()).not.toContain(relay.key);
        if (method === 'TRACE') expect(response.status).toBe(path === '/nowhere' ? 404 : 405);
      }
      const head = await exchangeRaw(relay.gateway.port, rawRequest(path, { method: 'HEAD', headers: auth }), {
        method: 'HEAD',
      });
      const known = ['/livez', '/v1/models', '/v1/usage'].includes(path);
      expect(head!.status, `HEAD ${path}`).toBe(known ? 200 : path === '/nowhere' ? 404 : 405);
      expect(head!.body).toHaveLength(0);
    }
  });

  test('fault 6: headers and addresses over the limits are refused, and not logged', async () => {
    const marker = 'MARKER-of-an-oversized-field';
    const big = rawRequest('/livez', { headers: [['x-big', marker.repeat(Math.ceil(16_500 / marker.length))]] });
    const many = rawRequest('/livez', { headers: Array.from({ length: 250 }, (_, i) => [`x-${i}`, marker] as const) });
    const long = rawRequest(`/livez?${marker.repeat(Math.ceil(20_000 / marker.length))}`);
    for (const request of [big, many, long]) {
      const response = await exchangeRaw(relay.gateway.port, request).catch(() => undefined);
      if (response !== undefined) expect([400, 414, 431]).toContain(response.status);
    }
    expect((await get('/livez'))?.status).toBe(200);
    expect(relay.gateway.logs()).not.toContain(marker);
  });

  test('fault 7: a body over 32 MiB is refused early, by its length and by count, in bounded memory', async () => {
    const limit = 32 * MiB;
    const before = relay.gateway.rssKiB();
    const announced = await RawClient.connect(relay.gateway.port);
    const headers = [...jsonHeaders(), ['content-length', String(limit + 1)] as const];
    const sentAt = performance.now();
    await announced.send(rawRequest('/v1/chat/completions', { method: 'POST', headers }));
    await announced.send(' '.repeat(MiB));
    const early = await announced.response({ timeoutMs: 3_000 });
    expect(early?.status).toBe(413);
    expect(performance.now() - sentAt).toBeLessThan(10_000);
    announced.close();

    const counted = await RawClient.connect(relay.gateway.port);
    const chunked = [...jsonHeaders(), ['transfer-encoding', 'chunked'] as const];
    await counted.send(rawRequest('/v1/chat/completions', { method: 'POST', headers: chunked }));
    const chunk = `${MiB.toString(16)}\r\n${' '.repeat(MiB)}\r\n`;
    let sent = 0;
    while (sent <= limit + 2 * MiB && !counted.ended && counted.bytesRead === 0) {
      await counted.send(chunk);
      sent += MiB;
    }
    expect((await counted.response({ timeoutMs: 3_000 }))?.status).toBe(413);
    counted.close();
    expect(relay.gateway.rssKiB() - before).toBeLessThan(40 * 1024);
  });

  test('fault 7: a body of just under 32 MiB is served', async () => {
    const body = requestBody('openai', target.id, { padding: '' });
    const room = 32 * MiB - JSON.stringify(body).length;
    const response = await post(relay, 'openai', { ...body, padding: 'x'.repeat(room) });
    expect(response.status, await response.text()).toBe(200);
  });

  describe('fault 8: a body made to hang a parser is answered at once, and other requests do not wait', () => {
    const start = () => `{"model":${JSON.stringify(target.id)},"messages":`;
    const members = () => Array.from({ length: 400_000 }, (_, i) => `"k${i}":0`).join(',');
    const passes = [200, 400];
    const bodies: Record<string, readonly [build: () => string, statuses: readonly number[]]> = {
      '8 MB of [': [() => '['.repeat(8_000_000), [400]],
      '8 MB of [ in messages': [() => start() + '['.repeat(8_000_000), [400]],
      '4 MB of [ and ]': [() => `${start()}${'['.repeat(4_000_000)}${']'.repeat(4_000_000)}}`, [400]],
      'an object a million deep': [
        () => `${start()}[],"x":${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}}`,
        [400],
      ],
      '400,000 members': [() => `${start()}[{"role":"user","content":"x"}],${members()}}`, [400]],
      '400,000 members further down': [() => `${start()}[{"role":"user","content":"x","y":{${members()}}}]}`, passes],
      '8 MB of escapes': [() => `${start()}[{"role":"user","content":"${'\\u0041'.repeat(1_300_000)}"}]}`, passes],
      '8 MB of an unfinished string': [() => `${start()}"${'\\\\'.repeat(4_000_000)}`, [400]],
    };
    for (const [name, [build, statuses]] of Object.entries(bodies)) {
      test(name, async () => {
        const bytes = new TextEncoder().encode(build());
        relay.upstream.requests.length = 0;
        const probe = await startLatencyProbe(relay.gateway.port);
        const askedAt = performance.now();
        const response = await post(relay, 'openai', bytes);
        await response.text();
        // What is passed on has been decided when the upstream has it: what that one does with it is our own time.
        const tookMs = (relay.upstream.requests[0]?.atMs ?? performance.now()) - askedAt;
        const slowestMs = await probe.stop();
        expect(statuses, `HTTP ${response.status}`).toContain(response.status);
        expect(tookMs).toBeLessThan(10_000);
        // About 100 ms alone; a body that hangs a parser holds everybody up for minutes.
        expect(slowestMs, 'another request').toBeLessThan(5_000);
      });
    }
  });

  test('fault 13: a gzipped body is decoded or refused, multipart and forms are refused', async () => {
    const body = JSON.stringify(requestBody('openai', target.id));
    relay.upstream.requests.length = 0;
    const zipped = await post(relay, 'openai', Bun.gzipSync(body), { headers: { 'content-encoding': 'gzip' } });
    await zipped.text();
    expect([200, 400, 415]).toContain(zipped.status);
    if (zipped.status === 200)
      expect(relay.upstream.requests[0]?.text()).toBe(body.replace(target.id, target.upstreamModel));
    for (const type of ['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'text/plain']) {
      const response = await post(relay, 'openai', body, { headers: { 'content-type': type } });
      expect([400, 415], type).toContain(response.status);
      expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    }
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'application/json;charset=UTF-8',
      'Application/JSON',
    ]) {
      const response = await post(relay, 'openai', body, { headers: { 'content-type': type } });
      await response.text();
      expect(response.status, type).toBe(200);
    }
    const untyped = rawRequest('/v1/chat/completions', { method: 'POST', headers: auth, body });
    expect([400, 415]).toContain((await exchangeRaw(relay.gateway.port, untyped))!.status);
  });

  test('fault 19: Expect: 100-continue with a length over the limit ends in a refusal', async () => {
    const client = await RawClient.connect(relay.gateway.port);
    await client.send(expectContinue(32 * MiB + 1));
    let response = await client.response();
    if (response?.status === 100) response = await client.response();
    expect([413, 417]).toContain(response!.status);
    client.close();
  });

  const early = 'its server sends 100 before the handler';
  testWithinRuntime('fault 19: and gets no 100 first', { bun: early, deno: early }, async () => {
    const client = await RawClient.connect(relay.gateway.port);
    await client.send(expectContinue(32 * MiB + 1));
    const response = await client.response();
    client.close();
    expect(response?.status).not.toBe(100);
  });

  test('Expect: 100-continue with a body within the limit is served', async () => {
    const body = JSON.stringify(requestBody('openai', target.id));
    const client = await RawClient.connect(relay.gateway.port);
    await client.send(expectContinue(body.length));
    expect((await client.response())?.status).toBe(100);
    await client.send(body);
    expect((await client.response())?.status).toBe(200);
    client.close();
  });

  function expectContinue(length: number): Uint8Array {
    const headers = [
      ...jsonHeaders(),
      ['expect', '100-continue'] as const,
      ['content-length', String(length)] as const,
    ];
    return rawRequest('/v1/chat/completions', { method: 'POST', headers });
  }
});

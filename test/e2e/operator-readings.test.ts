/** What operators read of a running gateway: how it does, what was spent, every request to the nano-dollar, where one would go. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openaiCompletion, openaiStream } from '../support/answers.ts';
import { type FailoverFixture, startFailover } from '../support/failover-fixture.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { askAdmin, linkToken, openBrowser, type OperatorBrowser, originOf } from '../support/operator.ts';
import type { Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const answers: Script = (exchange) =>
  exchange.request.text().includes('"stream":true')
    ? exchange.stream(openaiStream({ usage: true }))
    : exchange.json(200, openaiCompletion());
const overloaded: Script = (exchange) => exchange.json(503, { error: { message: 'no', type: 'overloaded' } });

const GUARDED = [
  ['GET', '/api/now'],
  ['GET', '/api/now/stream'],
  ['GET', '/api/spend'],
  ['GET', '/api/requests'],
  ['GET', '/api/requests/req_th_00000000000000000000000000000000'],
  ['GET', '/api/models'],
  ['POST', '/api/route'],
] as const;

describe('an operator', () => {
  let fixture: FailoverFixture;
  let browser: OperatorBrowser;
  beforeAll(async () => {
    fixture = await startFailover(
      {
        plain: { places: [{ shape: 'openai' }] },
        two: { places: [{ shape: 'openai' }, { shape: 'openai' }] },
      },
      { orchestra: { pools: { chat: ['plain'] } } },
    );
    fixture.model('plain').script(answers);
    fixture.model('two').script(overloaded, answers);
    browser = await openBrowser(fixture.gateway, { token: await linkToken(fixture.gateway) });
  });
  afterAll(() => fixture?.stop());

  const read = async (path: string) => {
    const { status, body } = await browser.visit('GET', path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const ask = async (name: string, extra: object = {}, headers: Record<string, string> = {}) => {
    const response = await fixture.ask('openai', fixture.model(name), extra, headers);
    await response.arrayBuffer();
    return response;
  };
  const idOf = (response: Response) => response.headers.get('x-th-request-id') as string;
  /** Once it is told of: that is a moment after its answer. */
  async function detailOf(id: string) {
    for (let tries = 0; ; tries++) {
      const { status, body } = await browser.visit('GET', `/api/requests/${id}`);
      if (status === 200 && body.detail === 'full') return body;
      if (tries === 100) throw new Error(`${id}: ${status} ${JSON.stringify(body)}`);
      await Bun.sleep(20);
    }
  }

  test.each(GUARDED)('has to be logged in for %s %s, and a client’s key is no login', async (method, path) => {
    const { gateway, key } = fixture;
    const body = method === 'POST' ? { model: 'plain', messages: [] } : undefined;
    const origin = { origin: originOf(gateway) };
    const bare = await askAdmin(gateway, method, path, origin, body);
    const withKey = { ...origin, authorization: `Bearer ${key}`, 'x-api-key': key, cookie: `th_session=${key}` };
    const keyed = await askAdmin(gateway, method, path, withKey, body);
    for (const answer of [bare, keyed])
      expect([answer.status, answer.body.error.code]).toEqual([401, 'authentication_failed']);
  });

  test('reads of a request which places were asked, and the arithmetic of what its client was told it costs', async () => {
    const response = await ask('two');
    const detail = await detailOf(idOf(response));
    expect(detail).toMatchObject({
      settled: true,
      key: fixture.gateway.keyId,
      key_name: 't',
      model: 'two',
      provider: 'two-1',
      upstream_model: 'two-1',
      outcome: 'answered',
      status: 200,
      shape: 'openai',
      attempts: 2,
      timeline: [
        { provider: 'two-0', result: 'upstream_overloaded', cost_usd: null },
        { provider: 'two-1', result: 'answered', usage: { input_tokens: 12, output_tokens: 3 } },
      ],
      cost_lines: [
        { kind: 'input', tokens: 12, usd_per_million: '1.000000000', nano_exact: '12000' },
        { kind: 'output', tokens: 3, usd_per_million: '2.000000000', nano_exact: '6000' },
      ],
      rounding: { exact_usd: '0.000018000000000', rounded_usd: '0.000018000', capped_by_hold: false, waived: false },
      charged_usd: '0.000018000',
      finish_reason: 'stop',
    });
    expect(response.headers.get('x-th-cost-usd')).toBe(detail.charged_usd);
    const [first, second] = detail.timeline;
    expect(second.started_ms).toBeGreaterThanOrEqual(first.started_ms + first.took_ms - 1);
    expect(detail.duration_ms).toBeGreaterThanOrEqual(second.started_ms);
  });

  test('reads of requests newest first, refused ones too, and of no prompt', async () => {
    const served = idOf(await ask('plain', { messages: [{ role: 'user', content: 'a secret of mine' }] }));
    const refused = idOf(await ask('plain', {}, { authorization: 'Bearer thk_live_wrong' }));
    await detailOf(refused);
    const { rows, live_since: liveSince } = await read('/api/requests?limit=2');
    expect(rows.map(({ id }: { id: string }) => id)).toEqual([refused, served]);
    expect(rows[0]).toMatchObject({
      settled: false,
      status: 401,
      outcome: 'refused',
      error_code: 'invalid_api_key',
      cost_usd: null,
    });
    expect(Date.parse(liveSince)).toBeLessThan(Date.now());
    const failed = await read('/api/requests?state=failed&limit=200');
    expect(failed.rows.map(({ id }: { id: string }) => id)).toContain(refused);
    expect(failed.rows.map(({ id }: { id: string }) => id)).not.toContain(served);
    const all = JSON.stringify([await detailOf(served), await read('/api/requests?limit=200')]);
    expect(all).not.toContain('a secret of mine');
    expect(all).not.toContain(fixture.key);
  });

  test('reads what was spent, as the books and the verb have it', async () => {
    await ask('plain');
    const spend = await read('/api/spend?by=key,model');
    const verb = JSON.parse((await fixture.gateway.run('usage', '--by', 'key,model', '--json')).stdout);
    expect(spend.rows.map(({ key_name: _name, ...row }: { key_name: string }) => row)).toEqual(verb.rows);
    expect(spend.total).toMatchObject(verb.total);
    expect(spend.forecast.spent_usd).toBe(spend.total.cost_usd);
    const byProvider = await read('/api/spend?by=provider');
    expect(byProvider.total).toEqual(spend.total);
    expect(byProvider.rows.map(({ provider }: { provider: string }) => provider)).toContain('plain-0');
    const { headers, body } = await browser.visit('GET', '/api/spend?by=model&format=csv');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="spend-.*\.csv"$/);
    expect(body.split('\r\n')[0]).toStartWith('model,requests,');
    expect(body).toContain(spend.total.cost_usd.slice(0, 4));
  });

  test('reads how targets do, and what th-orchestra decided', async () => {
    const response = await fixture.ask('openai', { ...fixture.model('plain'), id: 'th-orchestra' });
    await response.arrayBuffer();
    await detailOf(idOf(response));
    const { models, orchestra } = await read('/api/models');
    const plain = models.find(({ id }: { id: string }) => id === 'plain');
    expect(plain).toMatchObject({
      glob: false,
      price: { input: '1', output: '2' },
      price_source: { kind: 'config' },
      targets: [
        {
          provider: 'plain-0',
          breaker: { state: 'closed', retry_at: null },
          first_byte_ms: { requests: expect.any(Number) },
        },
      ],
    });
    expect(orchestra).toMatchObject({ served: true, pools: { chat: ['plain'] } });
    const decision = JSON.parse(response.headers.get('x-th-route-decision') as string);
    expect(orchestra.recent[0]).toMatchObject({ id: idOf(response), ...decision });
    expect(await detailOf(idOf(response))).toMatchObject({ decision, steering: { applied: 'none' } });
  });

  test('asks where a request would go as its client can, and is told the rest too', async () => {
    const { url, key, upstream } = fixture;
    for (const model of ['two', 'th-orchestra']) {
      const body = { model, messages: [{ role: 'user', content: 'Hello' }] };
      const asClient = await fetch(`${url}/v1/route`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { status, body: told } = await browser.visit('POST', '/api/route', body);
      expect(status).toBe(200);
      const { targets, ...rest } = told;
      expect(rest).toEqual(await asClient.json());
      expect(targets.length).toBeGreaterThan(0);
    }
    const crossing = await browser.visit('POST', '/api/route?shape=anthropic', { model: 'plain', messages: [] });
    expect(crossing.body.target).toMatchObject({ provider: 'plain-0', shape: 'openai', crosses: true });
    const unknown = await browser.visit('POST', '/api/route', { model: 'none', messages: [] });
    expect([unknown.status, unknown.body.error.code, unknown.body.error.param]).toEqual([
      404,
      'model_not_found',
      'model',
    ]);
    expect((await browser.visit('POST', '/api/route', '{')).body.error.code).toBe('invalid_json');
    expect(upstream.requestsFor('none')).toEqual([]);
  });

  test('looks on second by second', async () => {
    // What ended before is told before.
    await Bun.sleep(1200);
    const response = await fetch(`${originOf(fixture.gateway)}/api/now/stream`, {
      headers: { cookie: browser.cookie },
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await ask('plain', { stream: true });
    let text = '';
    let seen = 0;
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const events = [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, data]) => JSON.parse(data as string));
      seen = events.reduce((sum, { point }) => sum + point.requests, 0);
      if (seen > 0) break;
    }
    expect(seen).toBe(1);
    const now = await read('/api/now');
    expect(now).toMatchObject({
      ready: true,
      draining: false,
      workers: null,
      streams_open: 0,
      ledger: { unwritten: 0, failure: null },
    });
    expect(now.series.requests).toHaveLength(300);
    expect(now.requests_per_second).toBeGreaterThan(0);
    expect(now.breakers.map(({ provider }: { provider: string }) => provider)).toContain('plain-0');
  });

  test('finds all of it described', async () => {
    const { body } = await askAdmin(fixture.gateway, 'GET', '/openapi.json');
    for (const [method, path] of GUARDED) {
      const operation = body.paths[path.replace(/req_th_0+/, '{id}')]?.[method.toLowerCase()];
      expect(operation?.security).toHaveLength(1);
    }
  });
});

describe.skipIf(process.env.TH_RUNTIME === 'deno')('of several processes', () => {
  let gateway: Gateway;
  afterAll(() => gateway?.stop());

  test('each tells what it did itself, and what all have in the books', async () => {
    gateway = await startGateway({ config: { server: { workers: 2 } } });
    const admins = [gateway, { adminPort: gateway.adminPort + 1 }];
    const browsers = await Promise.all(
      admins.map(async (admin) => openBrowser(admin, { token: await linkToken(gateway) })),
    );
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tokenharbor/demo', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    const { model } = (await response.json()) as { model: string };
    expect([response.status, model]).toEqual([200, 'tokenharbor/demo']);
    const id = response.headers.get('x-th-request-id');
    // Told of a moment after the answer.
    await Bun.sleep(300);
    const details = await Promise.all(browsers.map(({ visit }) => visit('GET', `/api/requests/${id}`)));
    expect(details.map(({ body }) => body.detail).sort()).toEqual(['full', 'ledger']);
    expect(new Set(details.map(({ body }) => body.cost_usd)).size).toBe(1);
    const now = await Promise.all(browsers.map(({ visit }) => visit('GET', '/api/now')));
    expect(now.map(({ body }) => body.workers)).toEqual([
      { index: 0, count: 2 },
      { index: 1, count: 2 },
    ]);
    const requests = (body: { series: { requests: number[] } }) => body.series.requests.reduce((a, b) => a + b, 0);
    await Bun.sleep(1000);
    const later = await Promise.all(browsers.map(({ visit }) => visit('GET', '/api/now')));
    expect(later.map(({ body }) => requests(body)).sort()).toEqual([0, 1]);

    // Who looks on is told of the end, and holds nobody up.
    const looking = await Promise.all(
      admins.map((admin, at) =>
        fetch(`${originOf(admin)}/api/now/stream`, { headers: { cookie: browsers[at]?.cookie ?? '' } }),
      ),
    );
    const told = Promise.all(looking.map((stream) => stream.text()));
    const began = performance.now();
    await gateway.stop();
    for (const text of await told) expect(text).toStartWith('retry: 500\n');
    expect(performance.now() - began).toBeLessThan(4000);
  });
});

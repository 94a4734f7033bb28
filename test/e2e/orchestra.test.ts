import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { startOrchestra, type OrchestraFixture } from '../support/orchestra-fixture.ts';

setDefaultTimeout(60_000);

type Json = Record<string, unknown>;
const SHAPES = ['openai', 'anthropic'] as const;

const decisionOf = (response: Response) => JSON.parse(response.headers.get('x-th-route-decision')!) as Json;

describe('th-orchestra as it comes, without a configuration', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway?.stop());

  test.each([...SHAPES])('answers a client of the shape %s, JSON and streamed', async (shape) => {
    for (const stream of [false, true]) {
      const response = await post(gateway, shape, requestBody(shape, 'th-orchestra', { stream }));
      const text = await response.text();
      expect(response.status, text).toBe(200);
      // What the client asked for is what its answer names; what answered stands in the headers.
      expect(text).toContain('"model":"th-orchestra"');
      expect(decisionOf(response)).toEqual({
        model: 'tokenharbor/demo',
        pool: 'chat',
        reason: expect.any(String),
        confidence: expect.any(Number),
      });
      expect(response.headers.get('x-th-upstream-model')).not.toBeNull();
    }
  });

  test('is listed among the models, first', async () => {
    const headers = { authorization: `Bearer ${gateway.key}` };
    const { data } = (await (await fetch(`${gateway.url}/v1/models`, { headers })).json()) as { data: Json[] };
    expect(data[0]).toMatchObject({ id: 'th-orchestra', owned_by: 'tokenharbor', type: 'model' });
    const one = await fetch(`${gateway.url}/v1/models/th-orchestra`, { headers });
    expect(await one.json()).toEqual(data[0]!);
  });

  test('is not there for a key that may not use it', async () => {
    const { key } = await gateway.mintKey('--models', 'tokenharbor/*');
    const response = await post({ ...gateway, key }, 'openai', requestBody('openai', 'th-orchestra'));
    expect(response.status).toBe(403);
    const { data } = (await (
      await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    ).json()) as { data: Json[] };
    expect(data.map(({ id }) => id)).not.toContain('th-orchestra');
  });

  test('answers a key that may use nothing else, by the models of its pools', async () => {
    const { key } = await gateway.mintKey('--models', 'th-orchestra');
    const response = await post({ ...gateway, key }, 'openai', requestBody('openai', 'th-orchestra'));
    expect(response.status).toBe(200);
    expect(decisionOf(response).model).toBe('tokenharbor/demo');
    expect((await post({ ...gateway, key }, 'openai', requestBody('openai', 'tokenharbor/demo'))).status).toBe(403);
  });

  test('its requests are billed under the model that answered', async () => {
    const headers = { authorization: `Bearer ${gateway.key}` };
    const usage = (await (await fetch(`${gateway.url}/v1/usage`, { headers })).json()) as Json;
    expect(JSON.stringify(usage)).not.toContain('th-orchestra');
  });
});

describe('th-orchestra before a vendor', () => {
  let th: OrchestraFixture;
  beforeAll(async () => {
    th = await startOrchestra('openai', { retry: { attempts: 3 } });
  });
  afterAll(() => th?.stop());

  const ask = (shape: ClientShape, extra: object, headers: Record<string, string> = {}) =>
    post(th, shape, requestBody(shape, 'th-orchestra', extra), { headers });
  const explain = (body: unknown, headers: Record<string, string> = { authorization: `Bearer ${th.key}` }) =>
    fetch(`${th.url}/v1/route`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  test('Claude Code’s mark for a long context is no part of its id', async () => {
    for (const shape of SHAPES) {
      const response = await post(th, shape, requestBody(shape, 'th-orchestra[1m]'), {
        headers: { 'x-th-role': 'planner' },
      });
      expect(response.status).toBe(200);
      expect(((await response.json()) as Json).model).toBe('th-orchestra[1m]');
      expect(decisionOf(response).model).toBe('pool/planner');
      expect(response.headers.get('x-th-steering-applied')).toBe('role:planner');
    }
    const headers = { authorization: `Bearer ${th.key}` };
    expect((await fetch(`${th.url}/v1/models/th-orchestra%5B1m%5D`, { headers })).status).toBe(200);
  });

  test('POST /v1/route says where a request of either shape would go, and sends nothing', async () => {
    const before = th.upstream.requests.length;
    for (const shape of SHAPES) {
      const body = requestBody(shape, 'th-orchestra', {
        messages: [{ role: 'user', content: 'Please summarise this article in three sentences.' }],
        ...(shape === 'anthropic' ? { system: 'Be brief.' } : {}),
      });
      const response = await explain(body);
      expect(response.status).toBe(200);
      const explained = (await response.json()) as Json;
      expect(explained).toMatchObject({
        model: 'pool/summarizer',
        pool: 'summarizer',
        role: 'summarizer',
        steering: 'role:summarizer',
        target: { provider: 'up', model: 'private-summarizer', shape: 'openai', crosses: shape === 'anthropic' },
      });
      expect(explained.confidence).toBeGreaterThan(0.5);
      expect(explained.score).toBeGreaterThanOrEqual(0);
      expect(explained.score).toBeLessThanOrEqual(1);
    }
    const specific = (await (await explain(requestBody('openai', 'pool/chat'))).json()) as Json;
    expect(specific).toMatchObject({ model: 'pool/chat', reason: 'the only target' });
    expect(th.upstream.requests).toHaveLength(before);
  });

  test('POST /v1/route wants a key and a body that makes sense', async () => {
    expect((await explain(requestBody('openai', 'th-orchestra'), {})).status).toBe(401);
    expect((await explain({ model: 'th-orchestra' })).status).toBe(400);
    expect((await explain(requestBody('openai', 'nobody'))).status).toBe(404);
  });

  test('route explain tells the same for a line each, and gives a score to each', async () => {
    const bodies = ['Prove Fermat’s last theorem.', 'Hi'].map((content) => ({
      model: 'th-orchestra',
      messages: [{ role: 'user', content }],
    }));
    const told = await Promise.all(bodies.map(async (body) => (await explain(body)).json() as Promise<Json>));
    const input = bodies.map((body) => `${JSON.stringify(body)}\n`).join('');
    const printed = (await th.gateway.pipe(input, 'route', 'explain', '--jsonl')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);
    expect(printed).toMatchObject(told);
    for (const one of told) expect(one).not.toHaveProperty('targets');
    for (const { model, pool, role, reason, confidence, score } of printed) {
      expect([model, pool, role, reason].every((word) => typeof word === 'string')).toBe(true);
      expect([confidence, score].every((number) => typeof number === 'number')).toBe(true);
    }
  });

  test('a request that a whole model fails is answered by the next one, and the headers say so', async () => {
    const was = th.upstream.requests.length;
    th.upstream.on('private-reviewer', (exchange) => exchange.json(500, { error: { message: 'no' } }));
    const response = await ask('openai', {}, { 'x-th-role': 'reviewer' });
    expect(response.status).toBe(200);
    const asked = th.upstream.requests.slice(was).map((request) => (JSON.parse(request.text()) as Json).model);
    expect(asked[0]).toBe('private-reviewer');
    expect(asked.length).toBeGreaterThan(1);
    expect(response.headers.get('x-th-attempts')).toBe(String(asked.length));
    expect(response.headers.get('x-th-upstream-model')).toBe(asked.at(-1) as string);
    const { model, pool, reason } = decisionOf(response);
    expect(pool).toBe(String(asked.at(-1)).replace('private-', ''));
    expect(model).toBe(`pool/${pool}`);
    expect(reason).toContain('in the place of pool/reviewer');
    expect(response.headers.get('x-th-steering-applied')).toBe('role:reviewer');
  });

  test('count_tokens counts for the model that would answer, without what would be added', async () => {
    const body = requestBody('anthropic', 'th-orchestra', { tools: [{ name: 'f', input_schema: { type: 'object' } }] });
    const count = async (model: string) => {
      const response = await fetch(`${th.url}/v1/messages/count_tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': th.key },
        body: JSON.stringify({ ...body, model }),
      });
      expect(response.status).toBe(200);
      return ((await response.json()) as { input_tokens: number }).input_tokens;
    };
    expect(await count('th-orchestra')).toBe(await count('pool/chat'));
  });

  test('the log names the role, the pool and what was added, and nothing of the prompt', async () => {
    const secret = 'zebra-crossing-41';
    const response = await ask(
      'openai',
      { messages: [{ role: 'user', content: `Plan the work: ${secret}` }] },
      { 'x-th-role': 'planner' },
    );
    await response.text();
    const id = response.headers.get('x-request-id')!;
    let line: Json | undefined;
    for (let tries = 0; line === undefined && tries < 100; tries++) {
      const found = th.gateway
        .logs()
        .split('\n')
        .find((text) => text.includes(id));
      if (found === undefined) await Bun.sleep(20);
      else line = JSON.parse(found) as Json;
    }
    expect(line).toMatchObject({ model: 'pool/planner', pool: 'planner', role: 'planner', steering: 'role:planner' });
    expect(line!.steering_tokens).toBeGreaterThan(0);
    expect(th.gateway.logs()).not.toContain(secret);
  });
});

describe('a gateway whose operator named no model for th-orchestra', () => {
  test('answers 404 and says what to configure', async () => {
    const gateway = await startGateway({ env: { OPENAI_API_KEY: 'sk-none' } });
    try {
      const response = await post(gateway, 'openai', requestBody('openai', 'th-orchestra'));
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('orchestra.pools');
      const headers = { authorization: `Bearer ${gateway.key}` };
      expect(await (await fetch(`${gateway.url}/v1/models`, { headers })).text()).not.toContain('th-orchestra');
    } finally {
      await gateway.stop();
    }
  });
});

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import {
  anthropic0Client,
  anthropicClient,
  anthropicClients,
  openaiClient,
  post,
  requestBody,
} from '../support/clients.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { expectHouseHeaders } from '../support/house-headers.ts';
import { jsonOf, readStream } from '../support/sse-events.ts';

setDefaultTimeout(20_000);

const MODEL = 'tokenharbor/demo';
const messages = [{ role: 'user' as const, content: 'Say hello.' }];

describe('a gateway with no configuration and no keys of vendors', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway?.stop());

  describe('OpenAI shape', () => {
    test('the SDK gets an answer as JSON', async () => {
      const { data, response } = await openaiClient(gateway)
        .chat.completions.create({ model: MODEL, messages })
        .withResponse();
      expect(data).toMatchObject({ object: 'chat.completion', model: MODEL });
      expect(data.choices).toHaveLength(1);
      expect(data.choices[0]).toMatchObject({ index: 0, finish_reason: 'stop', message: { role: 'assistant' } });
      expect(data.choices[0]?.message.content?.length).toBeGreaterThan(0);
      const usage = data.usage!;
      expect(usage.prompt_tokens).toBeGreaterThan(0);
      expect(usage.completion_tokens).toBeGreaterThan(0);
      expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
      expectHouseHeaders(response.headers);
      expect(response.headers.get('x-th-upstream-model')).not.toBeNull();
      expect(response.headers.get('x-th-provider')).toBe('demo');
      expect(response.headers.get('x-th-attempts')).toBe('1');
      expect(response.headers.get('x-th-cost-usd')).toMatch(/^\d+(\.\d+)?$/);
      expect(response.headers.get('x-th-usage')).toMatch(/^(reported|estimated)$/);
    });

    test('the SDK gets an answer as a stream', async () => {
      const stream = openaiClient(gateway).chat.completions.stream({
        model: MODEL,
        messages,
        stream_options: { include_usage: true },
      });
      let pieces = 0;
      stream.on('content', () => (pieces += 1));
      const completion = await stream.finalChatCompletion();
      expect(pieces).toBeGreaterThan(1);
      expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop' });
      expect(completion.choices[0]?.message.content?.length).toBeGreaterThan(0);
      expect(completion.model).toBe(MODEL);
      expect(completion.usage?.total_tokens).toBeGreaterThan(0);
    });

    test('the stream as it is on the wire', async () => {
      const response = await post(gateway, 'openai', requestBody('openai', MODEL, { stream: true }));
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
      expect(response.headers.get('x-accel-buffering')).toBe('no');
      expect(response.headers.get('content-encoding')).toBeNull();
      expectHouseHeaders(response.headers);
      const { events, text } = await readStream(response);
      expect(text).toEndWith('data: [DONE]\n\n');
      const chunks = events.slice(0, -1).map(jsonOf);
      expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
      expect(chunks.every((chunk) => chunk.model === MODEL)).toBe(true);
      expect(text.match(/"role":/g)).toHaveLength(1);
      // Usage was not asked for, so there is no trace of it and no chunk without a choice.
      expect(text).not.toContain('"usage"');
      expect(chunks.every((chunk) => (chunk.choices as unknown[]).length === 1)).toBe(true);
    });
  });

  describe('Anthropic shape', () => {
    test('both SDKs get an answer as JSON', async () => {
      for (const { client } of anthropicClients(gateway)) {
        const { data, response } = await client.messages
          .create({ model: MODEL, max_tokens: 200, messages })
          .withResponse();
        expect(data).toMatchObject({ type: 'message', role: 'assistant', model: MODEL, stop_reason: 'end_turn' });
        expect(data.content[0]).toMatchObject({ type: 'text' });
        expect(data.usage.input_tokens).toBeGreaterThan(0);
        expect(data.usage.output_tokens).toBeGreaterThan(0);
        expectHouseHeaders(response.headers);
      }
    });

    test('both SDKs get an answer as a stream', async () => {
      for (const { client } of anthropicClients(gateway)) {
        const stream = client.messages.stream({ model: MODEL, max_tokens: 200, messages });
        let text = '';
        stream.on('text', (piece) => (text += piece));
        const message = await stream.finalMessage();
        expect(message).toMatchObject({ model: MODEL, stop_reason: 'end_turn' });
        expect(message.content).toMatchObject([{ type: 'text', text }]);
        expect(text.length).toBeGreaterThan(0);
        expect(message.usage.output_tokens).toBeGreaterThan(0);
      }
    });

    test('the stream as it is on the wire', async () => {
      const response = await post(gateway, 'anthropic', requestBody('anthropic', MODEL, { stream: true }));
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expectHouseHeaders(response.headers);
      const { events } = await readStream(response);
      const types = events.map((event) => event.event);
      expect(types[0]).toBe('message_start');
      expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
      for (const event of events) expect(jsonOf(event).type).toBe(event.event!);
    });

    test('C107: both SDKs count tokens', async () => {
      const { input_tokens } = await anthropicClient(gateway).messages.countTokens({ model: MODEL, messages });
      expect(input_tokens).toBeGreaterThan(0);
      const older = await anthropic0Client(gateway).beta.messages.countTokens({ model: MODEL, messages });
      expect(older.input_tokens).toBe(input_tokens);
      const long = messages.concat({ role: 'user', content: 'word '.repeat(500) });
      const more = await anthropicClient(gateway).messages.countTokens({ model: MODEL, messages: long });
      expect(more.input_tokens).toBeGreaterThan(input_tokens + 100);
    });
  });

  test('C017, C018: either header carries the key on either route', async () => {
    const carriers = [{ authorization: `Bearer ${gateway.key}` }, { 'x-api-key': gateway.key }];
    for (const shape of ['openai', 'anthropic'] as const) {
      const path = shape === 'openai' ? 'chat/completions' : 'messages';
      for (const carrier of carriers) {
        const response = await fetch(`${gateway.url}/v1/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...carrier },
          body: JSON.stringify(requestBody(shape, MODEL)),
        });
        expect(response.status, `${path} ${Object.keys(carrier)}`).toBe(200);
        await response.body?.cancel();
      }
    }
  });

  test('C108: both SDKs list the models and fetch one whose id has a slash', async () => {
    const openai = openaiClient(gateway);
    const listed = [];
    for await (const model of openai.models.list()) listed.push(model.id);
    expect(listed).toContain(MODEL);
    expect(new Set(listed).size).toBe(listed.length);
    expect(await openai.models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model' });
    for (const { client } of anthropicClients(gateway)) {
      const ids = [];
      for await (const model of client.models.list({ limit: 1 })) ids.push(model.id);
      expect(ids).toEqual(listed);
      const model = await client.models.retrieve(MODEL);
      expect(model).toMatchObject({ id: MODEL, type: 'model' });
      expect(model.display_name.length).toBeGreaterThan(0);
      expect(Date.parse(model.created_at)).not.toBeNaN();
    }
    for (const spelling of [MODEL, encodeURIComponent(MODEL)]) {
      const response = await fetch(`${gateway.url}/v1/models/${spelling}`, {
        headers: { authorization: `Bearer ${gateway.key}` },
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ id: MODEL });
    }
  });

  test('C109: GET and HEAD of the root need no key', async () => {
    const get = await fetch(`${gateway.url}/`);
    expect(get.status).toBe(200);
    expect(typeof (await get.json())).toBe('object');
    expectHouseHeaders(get.headers);
    const head = await fetch(`${gateway.url}/`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expectHouseHeaders(head.headers);
  });

  test('livez and readyz need no key', async () => {
    for (const path of ['/livez', '/readyz']) {
      const response = await fetch(gateway.url + path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: 'ok' });
      expectHouseHeaders(response.headers);
    }
  });

  test('C134: every alias of a route serves it', async () => {
    const aliases = {
      openai: ['/chat/completions', '/openai/v1/chat/completions', '/v1/v1/chat/completions', '/v1/chat/completions/'],
      anthropic: ['/messages', '/anthropic/v1/messages', '/v1/v1/messages', '/v1/messages/', '/v1/messages?beta=true'],
    };
    for (const shape of ['openai', 'anthropic'] as const) {
      for (const path of aliases[shape]) {
        const response = await fetch(gateway.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-api-key': gateway.key },
          body: JSON.stringify(requestBody(shape, MODEL)),
        });
        expect(response.status, path).toBe(200);
        const body = (await response.json()) as object;
        expect(body, path).toHaveProperty(shape === 'openai' ? 'choices' : 'content');
      }
    }
    for (const path of ['/v1/models/', '/v1/v1/models', '/openai/v1/models', '/anthropic/v1/models']) {
      const response = await fetch(gateway.url + path, { headers: { 'x-api-key': gateway.key } });
      expect(response.status, path).toBe(200);
      await response.body?.cancel();
    }
  });

  test('C110: a browser may ask: preflight echoes the headers, answers expose ours', async () => {
    const asked = 'authorization,content-type,x-stainless-lang,anthropic-dangerous-direct-browser-access';
    const preflight = await fetch(`${gateway.url}/v1/messages`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked,
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe(asked);
    expect(preflight.headers.get('access-control-max-age')).toBe('86400');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const methods = preflight.headers.get('access-control-allow-methods')?.split(/,\s*/) ?? [];
    expect(methods).toEqual(expect.arrayContaining(['GET', 'POST', 'HEAD', 'OPTIONS']));
    expectHouseHeaders(preflight.headers);
    const answer = await post(gateway, 'openai', requestBody('openai', MODEL), {
      headers: { origin: 'https://app.example' },
    });
    await answer.body?.cancel();
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const exposed = (answer.headers.get('access-control-expose-headers') ?? '').toLowerCase();
    for (const name of ['request-id', 'x-request-id', 'retry-after', 'x-th-steering-applied']) {
      expect(exposed).toContain(name);
    }
  });

  test('every refusal carries the headers of the house too', async () => {
    const auth = { authorization: `Bearer ${gateway.key}` };
    const cases: [status: number, path: string, init: RequestInit][] = [
      [401, '/v1/models', {}],
      [401, '/v1/chat/completions', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
      [401, '/v1/messages', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
      [404, '/nothing/here', { headers: auth }],
      [404, '/v1/models/no/such-model', { headers: auth }],
      [405, '/v1/chat/completions', { headers: auth }],
      [405, '/v1/messages', { method: 'DELETE', headers: auth }],
      [405, '/v1/models', { method: 'POST', headers: auth }],
    ];
    for (const [status, path, init] of cases) {
      const response = await fetch(gateway.url + path, init);
      expect(response.status, `${init.method ?? 'GET'} ${path}`).toBe(status);
      expectHouseHeaders(response.headers);
      expect(response.headers.get('content-type')).toContain('application/json');
      if (status === 405) expect(response.headers.get('allow')).toMatch(/GET|POST/);
      await response.body?.cancel();
    }
  });

  test('GET /v1/usage tells the key what it spent', async () => {
    const response = await fetch(`${gateway.url}/v1/usage`, { headers: { 'x-api-key': gateway.key } });
    expect(response.status).toBe(200);
    expect(typeof (await response.json())).toBe('object');
    expectHouseHeaders(response.headers);
  });
});

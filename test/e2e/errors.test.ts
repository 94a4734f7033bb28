import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessage, openaiCompletion } from '../support/answers.ts';
import { post, requestBody, type Endpoint } from '../support/clients.ts';
import { freePorts } from '../support/free-ports.ts';
import { startGateway } from '../support/gateway.ts';
import { expectHouseHeaders } from '../support/house-headers.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { startRelay, type RelayFixture } from '../support/relay-fixture.ts';
import {
  expectAnthropicErrors,
  expectOpenAiError,
  expectSdkErrors,
  type ExpectedError,
} from '../support/sdk-errors.ts';

setDefaultTimeout(20_000);

const badRequest = (code: string, more: Partial<ExpectedError> = {}): ExpectedError => ({
  status: 400,
  openaiType: 'invalid_request_error',
  openaiCode: code,
  anthropicType: 'invalid_request_error',
  retry: false,
  ...more,
});

const badKey = (message?: RegExp): ExpectedError => ({
  status: 401,
  openaiType: 'invalid_request_error',
  openaiCode: 'invalid_api_key',
  param: null,
  anthropicType: 'authentication_error',
  retry: false,
  ...(message === undefined ? {} : { message }),
});

const notFound = (code: string, more: Partial<ExpectedError> = {}): ExpectedError => ({
  status: 404,
  openaiType: 'invalid_request_error',
  openaiCode: code,
  anthropicType: 'not_found_error',
  retry: false,
  ...more,
});

describe('an error of the gateway’s own, as the SDKs show it', () => {
  let relay: RelayFixture;
  let models: { readonly openai: string; readonly anthropic: string };
  beforeAll(async () => {
    const [closedPort] = await freePorts(1);
    const dead = { url: `http://127.0.0.1:${closedPort}` };
    relay = await startRelay({
      targets: 6,
      provider: { timeouts: { first_byte: '400ms' } },
      config: { server: { max_body: '256KiB' } },
      providers: {
        'dead-o': { shape: 'openai', base_url: `${dead.url}/v1`, api_key: 'sk-dead' },
        'dead-a': { shape: 'anthropic', base_url: dead.url, api_key: 'sk-dead' },
      },
      models: {
        'test/dead-o': { targets: [{ provider: 'dead-o', model: 'm' }] },
        'test/dead-a': { targets: [{ provider: 'dead-a', model: 'm' }] },
      },
    });
    const unreachable = () => {
      throw new Error('this request should never have reached the upstream');
    };
    models = {
      openai: relay.target('openai', unreachable).id,
      anthropic: relay.target('anthropic', unreachable).id,
    };
  });
  afterAll(() => relay?.stop());

  test('bad JSON', async () => {
    for (const body of [
      '{"model":',
      'hello',
      '',
      '[]',
      '"x"',
      '{"model":"m",}',
      '{"a":1}{"b":2}',
      '{"a":01}',
      "{'a':1}",
    ]) {
      await expectSdkErrors(relay, models, badRequest('invalid_json', { param: null }), { body });
    }
  });

  test('fault 13: a body of another content type', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
    ]) {
      const expected = { ...badRequest('unsupported_media_type'), status: 415 };
      await expectSdkErrors(relay, models, expected, { headers: { 'content-type': type } });
    }
  });

  test('fault 13: a body in an encoding that cannot be undone', async () => {
    for (const encoding of ['gzip', 'compress', 'br', 'deflate, gzip', 'nonsense']) {
      const tampering = { headers: { 'content-encoding': encoding } };
      await expectSdkErrors(relay, models, badRequest('invalid_encoding', { param: null }), tampering);
    }
  });

  test('a member that is missing or of the wrong type', async () => {
    const cases: [body: object, code: string, param: string][] = [
      [{ messages: [{ role: 'user', content: 'x' }] }, 'missing_required_parameter', 'model'],
      [{ model: 7, messages: [{ role: 'user', content: 'x' }] }, 'invalid_value', 'model'],
      [{ model: 'MODEL', max_tokens: 9 }, 'missing_required_parameter', 'messages'],
      [{ model: 'MODEL', messages: 'x' }, 'invalid_value', 'messages'],
      [{ model: 'MODEL', messages: [{ role: 'user', content: 'x' }], stream: 'yes' }, 'invalid_value', 'stream'],
    ];
    for (const [body, code, param] of cases) {
      const expected = badRequest(code, { param, message: new RegExp(param) });
      await expectSdkErrors(relay, models, expected, (shape) => ({
        body: JSON.stringify(body).replace('"MODEL"', JSON.stringify(models[shape])),
      }));
    }
  });

  test('C019, C020: no key, a malformed key, an unknown key', async () => {
    const none = { authorization: null, 'x-api-key': null };
    await expectSdkErrors(relay, models, badKey(), { headers: none });
    for (const key of ['x', 'sk-ant-api03-abcdef', 'thk_live_', 'thk_live_short', `thk_prod_${'a'.repeat(54)}`]) {
      await expectSdkErrors({ ...relay, key }, models, badKey());
    }
    await expectSdkErrors(relay, models, badKey(), { headers: { ...none, authorization: 'Basic dXNlcjpwYXNz' } });
    const elsewhere = await startGateway();
    await elsewhere.stop();
    const unknown: Endpoint = { url: relay.url, key: elsewhere.key };
    await expectSdkErrors(unknown, models, badKey());
  });

  test('fault 20: a key that was cut or altered is told apart from an unknown one', async () => {
    const { key } = relay;
    const altered = key.slice(0, 20) + (key[20] === 'a' ? 'b' : 'a') + key.slice(21);
    for (const bad of [key.slice(0, -1), key.slice(0, 40), altered, `${key}x`]) {
      await expectSdkErrors(
        { ...relay, key: bad },
        models,
        badKey(/cut short|truncated|altered|mistyped|too (short|long)/i),
      );
    }
  });

  test('O6, C135: white space around a key is forgiven, inside it is not', async () => {
    for (const shape of ['openai', 'anthropic'] as const) {
      const value = shape === 'openai' ? openaiCompletion() : anthropicMessage();
      const target = relay.target(shape, (exchange) => exchange.json(200, value));
      for (const spaced of [`${relay.key} `, `  ${relay.key}`, `${relay.key}\t`]) {
        const client = await RawClient.connect(relay.gateway.port);
        const headers = [
          ['content-type', 'application/json'],
          ['x-api-key', spaced],
        ] as const;
        const body = JSON.stringify(requestBody(shape, target.id));
        const path = shape === 'openai' ? '/v1/chat/completions' : '/v1/messages';
        await client.send(rawRequest(path, { method: 'POST', headers, body }));
        expect((await client.response())?.status).toBe(200);
        client.close();
      }
    }
    const inner = `${relay.key.slice(0, 30)} ${relay.key.slice(30)}`;
    await expectSdkErrors(relay, models, badKey(/white ?space|space/i), {
      headers: { authorization: `Bearer ${inner}`, 'x-api-key': null },
    });
    await expectSdkErrors(relay, models, badKey(/white ?space|space/i), {
      headers: { authorization: null, 'x-api-key': inner },
    });
  });

  test('a key in the query string is refused', async () => {
    const response = await fetch(`${relay.url}/v1/models?key=${relay.key}&api_key=${relay.key}`);
    expect(response.status).toBe(401);
    await response.body?.cancel();
  });

  test('a revoked key is dead within a second', async () => {
    const target = relay.target('openai', (exchange) => exchange.json(200, openaiCompletion()));
    const { id, key } = await relay.gateway.mintKey();
    const before = await post({ url: relay.url, key }, 'openai', requestBody('openai', target.id));
    expect(before.status).toBe(200);
    await before.body?.cancel();
    const revoked = await relay.gateway.run('keys', 'revoke', id);
    expect(revoked.code, revoked.stderr).toBe(0);
    await Bun.sleep(1_000);
    await expectSdkErrors({ url: relay.url, key }, models, badKey());
  });

  test('an unknown path, in the shape its headers suggest', async () => {
    const expected = notFound('unknown_url');
    await expectSdkErrors(relay, models, expected, { path: '/v1/nothing' });
    for (const path of [
      '/v1/responses',
      '/v1/files',
      '/v1/batches',
      '/v1/messages/batches',
      '/v1/assistants',
      '/v1/complete',
    ]) {
      const response = await fetch(relay.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${relay.key}` },
      });
      expect(response.status, path).toBe(404);
      expect(await response.json(), path).toHaveProperty('error.message');
      expectHouseHeaders(response.headers);
    }
  });

  test('C021: an unknown model', async () => {
    const none = { openai: 'no/such-model', anthropic: 'no/such-model' };
    await expectOpenAiError(relay, { model: none.openai }, notFound('model_not_found', { param: 'model' }));
    const message = /model: no\/such-model/;
    await expectAnthropicErrors(relay, { model: none.anthropic }, notFound('model_not_found', { message }));
  });

  test('the wrong method', async () => {
    const expected = { ...badRequest('method_not_allowed'), status: 405 };
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      await expectSdkErrors(relay, models, expected, { method });
    }
  });

  test('fault 7: a body over the limit', async () => {
    const expected: ExpectedError = {
      status: 413,
      openaiType: 'invalid_request_error',
      openaiCode: 'request_too_large',
      anthropicType: 'request_too_large',
      retry: false,
    };
    await expectSdkErrors(relay, models, expected, {}, { padding: 'x'.repeat(300 * 1024) });
  });

  test('an upstream nobody answers at', async () => {
    await expectSdkErrors(
      relay,
      { openai: 'test/dead-o', anthropic: 'test/dead-a' },
      {
        status: 502,
        openaiType: 'server_error',
        openaiCode: 'upstream_unavailable',
        anthropicType: 'api_error',
        retry: true,
        message: /^(?!.*127\.0\.0\.1)/,
      },
    );
  });

  test('fault 38: an upstream that takes the request and never answers', async () => {
    const stalled = {
      openai: relay.target('openai', (exchange) => exchange.stall()).id,
      anthropic: relay.target('anthropic', (exchange) => exchange.stall()).id,
    };
    const expected: ExpectedError = {
      status: 504,
      openaiType: 'server_error',
      openaiCode: 'upstream_timeout',
      anthropicType: 'timeout_error',
      retry: false,
    };
    const startedAt = performance.now();
    await expectOpenAiError(relay, { model: stalled.openai }, expected);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await expectAnthropicErrors(relay, { model: stalled.anthropic }, expected);
    const streaming = await post(relay, 'openai', requestBody('openai', stalled.openai, { stream: true }));
    expect(streaming.status).toBe(504);
    await streaming.body?.cancel();
  });
});

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { openaiCompletion } from '../support/answers.ts';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { freePorts } from '../support/free-ports.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { runProgram, scratchDirectory, startProgram } from '../support/program.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES: readonly ClientShape[] = ['openai', 'anthropic'];
let upstream: ScriptedUpstream;
let gateway: Gateway;

beforeAll(async () => {
  upstream = await ScriptedUpstream.start((exchange) => exchange.json(200, openaiCompletion()));
});
afterAll(async () => {
  await gateway?.stop();
  await upstream?.stop();
});

describe('where a provider leads', () => {
  test('O3: a path in base_url is kept, slashes at its end are not doubled, and only the configured host is called', async () => {
    const bases = ['', '/', '/v1', '/v1/', '/a/b/v1', '/a%2Fb/v1', '/a b/v1'];
    const providers: Record<string, object> = {};
    const models: Record<string, object> = {};
    for (const [i, base] of bases.entries()) {
      providers[`p${i}`] = providerOf(upstream, 'openai', { base_url: `${upstream.url}${base}` });
      models[`m${i}`] = { targets: [{ provider: `p${i}`, model: `m${i}` }] };
    }
    gateway = await startGateway({ config: { providers, models } });
    for (const [i, base] of bases.entries()) {
      const body = requestBody('openai', `m${i}`, { api_base: 'http://192.0.2.1/', base_url: 'http://192.0.2.1/' });
      const headers = { 'x-api-base': 'http://192.0.2.1/', 'x-portkey-custom-host': 'http://192.0.2.1' };
      expect((await post(gateway, 'openai', body, { headers })).status).toBe(200);
      const [seen] = upstream.requestsFor(`m${i}`);
      expect(seen?.target).toBe(`${base.replace(/\/$/, '').replace(' ', '%20')}/chat/completions`);
    }
    await gateway.stop();
  });

  test('O4: nothing the client authenticated with is sent on', async () => {
    const config = {
      providers: { p: providerOf(upstream, 'openai') },
      models: { own: { targets: [{ provider: 'p', model: 'own' }] } },
    };
    gateway = await startGateway({ config });
    const headers = { 'x-api-key': gateway.key, cookie: 'c=1', 'openai-organization': 'org-1', 'x-th-steering': 'off' };
    expect((await post(gateway, 'openai', requestBody('openai', 'own'), { headers })).status).toBe(200);
    const [seen] = upstream.requestsFor('own');
    expect(seen?.rawHead).not.toContain(gateway.key);
    expect(seen?.rawHead).not.toMatch(/^(cookie|x-api-key|openai-organization|x-th-)/im);
    expect(seen?.header('authorization')).toBe('Bearer sk-upstream-secret-0123456789abcdef');
    await gateway.stop();
  });

  test('a base_url with a query, a fragment, credentials or an endpoint is refused at the start', async () => {
    const scratch = scratchDirectory();
    for (const base of [
      'http://h/v1?x=1',
      'http://h/v1?',
      'http://h/#',
      'http://u:p@h/v1',
      'ftp://h',
      'h/v1',
      'http://h/v1/chat/completions',
    ]) {
      const file = scratch.file('config.json');
      const config = { providers: { p: { shape: 'openai', base_url: base, api_key: 'k' } } };
      writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
      const { code, stdout } = await runProgram(['config', 'check', '--config', file]);
      expect([code, stdout.includes('base_url')], base).toEqual([78, true]);
    }
    scratch.remove();
  });

  test('fault 72: a provider that leads back here is stopped at the first hop, with a good key, a bad key and a header of its own', async () => {
    const [port = 0] = await freePorts(1);
    const dataDir = scratchDirectory();
    const made = await runProgram(['keys', 'create', '--name', 'loop', '--json', '--data-dir', dataDir.file('data')]);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const self = { shape: 'openai', base_url: `http://127.0.0.1:${port}/v1` };
    const config = {
      providers: {
        good: { ...self, api_key: key },
        bad: { ...self, api_key: 'sk-not-one-of-ours' },
        header: { ...self, api_key: key, headers: { via: '1.1 proxy' } },
        anthropic: { shape: 'anthropic', base_url: `http://127.0.0.1:${port}`, api_key: key },
      },
      models: Object.fromEntries(
        ['good', 'bad', 'header', 'anthropic'].map((name) => [name, { targets: [{ provider: name, model: name }] }]),
      ),
    };
    writeFileSync(dataDir.file('config.json'), JSON.stringify(config), { mode: 0o600 });
    const flags = ['--config', dataDir.file('config.json'), '--data-dir', dataDir.file('data')];
    const program = startProgram(['serve', ...flags, '--listen', `127.0.0.1:${port}`]);
    const here = await program.listening();
    for (const name of ['good', 'bad', 'header', 'anthropic']) {
      const shape = name === 'anthropic' ? 'anthropic' : 'openai';
      const response = await post({ url: here, key }, shape, requestBody(shape, name));
      expect(response.status, name).toBe(508);
      expect(await response.text()).toContain('base_url');
    }
    await Bun.sleep(200);
    const hops = program.logLines().filter(({ error }) => error === 'loop_detected');
    expect(hops.map(({ attempts }) => attempts).toSorted()).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    await program.close();
    dataDir.remove();
  });

  test('a provider that refuses our key is a 502, never the client’s 401', async () => {
    const providers = Object.fromEntries(SHAPES.map((shape) => [shape, providerOf(upstream, shape)]));
    const models = Object.fromEntries(
      SHAPES.map((shape) => [`${shape}-denied`, { targets: [{ provider: shape, model: 'denied' }] }]),
    );
    gateway = await startGateway({ config: { providers, models } });
    for (const status of [401, 403]) {
      upstream.on('denied', (exchange) =>
        exchange.json(status, { error: { message: 'no', type: 'authentication_error' } }),
      );
      for (const shape of SHAPES) {
        for (const stream of [false, true]) {
          const response = await post(gateway, shape, requestBody(shape, `${shape}-denied`, { stream }));
          expect(response.status).toBe(502);
          expect(await response.text()).toContain('operator');
        }
      }
    }
    await gateway.stop();
  });
});

describe('which models a key may use', () => {
  test('fault 23: one key, one decision, through every door, alias and shape', async () => {
    const providers = { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') };
    const targets = [
      { provider: 'openai', model: 'cube' },
      { provider: 'anthropic', model: 'cube' },
    ];
    const models = {
      'in/one': { targets },
      'in/*': { targets },
      'out/one': { targets },
      'out/*': { targets },
      'in/one2': { targets },
    };
    gateway = await startGateway({ config: { providers, models } });
    upstream.on('cube', (exchange) =>
      exchange.json(200, exchange.request.target.includes('messages') ? anthropicAnswer : openaiCompletion()),
    );
    const { key } = await gateway.mintKey('--models', 'in/*');
    const doors = [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer ${key}` },
      { 'x-api-key': key },
      { 'x-api-key': key, authorization: `Bearer ${key}` },
    ];
    const paths: Record<ClientShape, string[]> = {
      openai: ['/v1/chat/completions', '/chat/completions', '/openai/v1/chat/completions', '/v1/v1/chat/completions'],
      anthropic: ['/v1/messages', '/messages', '/anthropic/v1/messages', '/v1/v1/messages', '/v1/messages?beta=true'],
    };
    const asked = [
      'in/one',
      'in/two',
      'in/one2',
      'out/one',
      'out/two',
      'in/../out/one',
      'IN/one',
      'out/one[1m]',
      'none',
      'in/one ',
    ];
    const allowed = new Set(['in/one', 'in/two', 'in/one2', 'in/../out/one', 'in/one ']);
    for (const shape of SHAPES) {
      const all = paths[shape].flatMap((path) => (path.includes('?') ? [path] : [path, `${path}/`]));
      for (const path of all) {
        for (const headers of doors) {
          for (const model of asked) {
            const response = await fetch(`${gateway.url}${path}`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
              body: JSON.stringify(requestBody(shape, model)),
            });
            await response.text();
            const where = `${path} ${Object.keys(headers).join('+')} ${model}`;
            if (allowed.has(model)) expect(response.status, where).toBe(200);
            else expect([403, 404], where).toContain(response.status);
          }
        }
      }
    }
    expect(
      upstream.requestsFor('cube').filter(({ target }) => !/^(\/v1\/chat\/completions|\/v1\/messages)$/.test(target)),
    ).toEqual([]);

    for (const headers of doors) {
      for (const path of [
        '/v1/models',
        '/models',
        '/v1/models/',
        '/openai/v1/models',
        '/anthropic/v1/models',
        '/v1/v1/models',
      ]) {
        const page = (await (
          await fetch(`${gateway.url}${path}`, { headers: headers as Record<string, string> })
        ).json()) as { data: { id: string }[] };
        expect(
          page.data.map(({ id }) => id),
          path,
        ).toEqual(['in/one', 'in/one2']);
        const base = path.replace(/\/$/, '');
        for (const [id, status] of [
          ['in/one', 200],
          ['in%2Fone', 200],
          ['in/one/', 200],
          ['out/one', 404],
          ['out%2Fone', 404],
          ['out/any', 404],
          ['none', 404],
          ['%ff', 404],
        ] as const) {
          const one = await fetch(`${gateway.url}${base}/${id}`, { headers: headers as Record<string, string> });
          expect(one.status, `${base}/${id}`).toBe(status);
        }
      }
    }
    await gateway.stop();
  });

  test('a model id of any text is passed on as it is, or refused', async () => {
    const config = {
      providers: { p: providerOf(upstream, 'openai') },
      models: { 'any/*': { targets: [{ provider: 'p', model: '*' }] } },
    };
    gateway = await startGateway({ config });
    for (const id of ['ünï/cödé', '模型', '../../etc', 'a b', '$&', '%2e', '"quoted"', 'a\\b', '*', '🌍']) {
      upstream.on(id, (exchange) => exchange.json(200, openaiCompletion({ model: id })));
      const response = await post(gateway, 'openai', requestBody('openai', `any/${id}`));
      expect(response.status, id).toBe(200);
      expect(((await response.json()) as { model: string }).model).toBe(`any/${id}`);
      expect(upstream.requestsFor(id)).toHaveLength(1);
    }
    for (const id of ['x'.repeat(5_000), 'y'.repeat(1024 * 1024)]) {
      const response = await post(gateway, 'openai', requestBody('openai', `any/${id}`));
      expect(response.status).toBe(400);
      expect((await response.text()).length).toBeLessThan(1_000);
    }
    await gateway.stop();
  });

  test('N5, O9: the compiled program has all its routes, and without a key nothing but the front door', async () => {
    gateway = await startGateway();
    for (const [path, status] of [
      ['/', 200],
      ['/livez', 200],
      ['/readyz', 200],
      ['/v1/models', 401],
      ['/v1/usage', 401],
      ['/v1/models/x', 401],
    ] as const) {
      expect((await fetch(`${gateway.url}${path}`)).status, path).toBe(status);
    }
    for (const path of [
      '/v1/chat/completions',
      '/v1/messages',
      '/v1/messages/count_tokens',
      '/chat/completions',
      '/messages/',
    ]) {
      const response = await fetch(`${gateway.url}${path}`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      });
      expect(response.status, path).toBe(401);
    }
    await gateway.stop();
  });
});

const anthropicAnswer = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'cube',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};

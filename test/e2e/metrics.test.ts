import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { readSamples, valueOf } from '../../src/telemetry/metrics/prometheus-text.fixture.ts';
import { METRIC } from '../../src/telemetry/names.ts';
import { openaiCompletion, openaiStream } from '../support/answers.ts';
import { post, requestBody } from '../support/clients.ts';
import { runProgram, type RunningProgram, scratchDirectory, startProgram } from '../support/program.ts';
import { exchangeRaw, rawRequest } from '../support/raw.ts';
import { type RelayFixture, startRelay } from '../support/relay-fixture.ts';

setDefaultTimeout(60_000);

const PROMTOOL = Bun.which('promtool', { PATH: `${process.env.PATH}:/usr/bin` });

describe('/metrics', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    const provider = { timeouts: { connect: '1s' } };
    relay = await startRelay({
      targets: 8,
      provider,
      models: { 'glob/*': { targets: [{ provider: 'openai-0', model: '*' }] } },
    });
  });
  afterAll(() => relay?.stop());

  const admin = () => `http://127.0.0.1:${relay.gateway.adminPort}`;
  const scrape = async () => {
    const answer = await fetch(`${admin()}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    return answer.text();
  };
  /** The samples as soon as so many requests of a route are counted: that is done a little later. */
  const counted = async (route: string, count: number) => {
    for (let i = 0; i < 200; i++) {
      const samples = readSamples(await scrape());
      const seen = samples.filter(({ name, labels }) => name === METRIC.requests && labels['route'] === route);
      if (seen.reduce((sum, { value }) => sum + value, 0) >= count) return samples;
      await Bun.sleep(20);
    }
    throw new Error(`never ${count} requests of ${route}`);
  };
  const ask = (body: object, key = relay.key) => post({ url: relay.url, key }, 'openai', body);

  test('what is asked of the gateway is counted: answers, streams, failures, refusals, tokens and cost', async () => {
    const good = relay.target('openai', (exchange) => exchange.json(200, openaiCompletion()));
    const streams = relay.target('openai', (exchange) => exchange.stream(openaiStream()));
    const bad = relay.target('openai', (exchange) => exchange.json(500, { error: { message: 'no' } }));
    for (let i = 0; i < 3; i++) await (await ask(requestBody('openai', good.id))).text();
    await (await ask(requestBody('openai', streams.id, { stream: true }))).text();
    expect((await ask(requestBody('openai', bad.id))).status).toBe(502);
    expect((await ask(requestBody('openai', good.id), `${relay.key.slice(0, -1)}x`)).status).toBe(401);
    const poor = await relay.gateway.mintKey('--rpm', '1');
    await (await ask(requestBody('openai', good.id), poor.key)).text();
    expect((await ask(requestBody('openai', good.id), poor.key)).status).toBe(429);

    const samples = await counted('/v1/chat/completions', 8);
    const of = (name: string, labels = {}) => valueOf(samples, name, labels);
    const answered = { outcome: 'answered', status_class: '2xx', route: '/v1/chat/completions', dialect: 'openai' };
    expect(of(METRIC.requests, answered)).toBe(5);
    expect(of(METRIC.upstreamAttempts, { provider: 'openai-0', result: 'ok' })).toBe(4);
    expect(of(METRIC.upstreamAttempts, { provider: 'openai-2', result: 'upstream_error' })).toBe(1);
    expect(of(METRIC.tokens, { model: good.id, type: 'input' })).toBe(48);
    expect(of(METRIC.tokens, { model: good.id, type: 'output' })).toBe(12);
    // 12 tokens at 1 USD and 3 at 2 USD the million are 18 millionths.
    expect(of(METRIC.cost, { model: good.id })).toBe(72);
    expect(of(METRIC.limitDenied, { kind: 'requests' })).toBe(1);
    expect(samples.find(({ name }) => name === METRIC.authFailures)?.value).toBe(1);
    expect(of(`${METRIC.overhead}_count`, { stream: 'true' })).toBe(1);
    const share = (of(`${METRIC.overhead}_sum`, { stream: 'false' }) ?? 0) / 5;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(
      of(`${METRIC.requestDuration}_sum`, { stream: 'false', route: '/v1/chat/completions' }) ?? 0,
    );
    expect(of(METRIC.breakerState, { provider: 'openai-0' })).toBe(0);
    expect(of(METRIC.ledgerUnsettled)).toBe(0);
    expect(of(METRIC.ledgerWritable)).toBe(1);
    expect(of(`${METRIC.ledgerSettle}_count`)).toBeGreaterThan(0);
    expect(of(METRIC.configReloadSuccessful)).toBe(1);
    expect(of(METRIC.residentMemory)).toBeGreaterThan(10_000_000);
  });

  test('streams and requests under way are seen, with what is held for them', async () => {
    const release = Promise.withResolvers<void>();
    const events = openaiStream();
    const { id } = relay.target('openai', async (exchange) => {
      await exchange.stream(events.slice(0, 2), { ending: 'keep-open' });
      await release.promise;
      for (const event of events.slice(2)) await exchange.write(event);
      await exchange.end();
    });
    const answers = await Promise.all([1, 2, 3].map(() => ask(requestBody('openai', id, { stream: true }))));
    const during = readSamples(await scrape());
    expect(valueOf(during, METRIC.streamsInFlight)).toBe(3);
    expect(valueOf(during, METRIC.upstreamInFlight)).toBe(3);
    expect(valueOf(during, METRIC.upstreamQueueDepth)).toBe(0);
    expect(valueOf(during, METRIC.ledgerUnsettled)).toBe(3);
    expect(valueOf(during, METRIC.ledgerReserved)).toBeGreaterThan(0);
    release.resolve();
    for (const answer of answers) await answer.text();
    const after = readSamples(await scrape());
    expect(
      [METRIC.streamsInFlight, METRIC.ledgerUnsettled, METRIC.ledgerReserved].map((name) => valueOf(after, name)),
    ).toEqual([0, 0, 0]);
  });

  test('hostile names, keys and paths leave no trace in it', async () => {
    relay.upstream.on('hostile-a', (exchange) => exchange.json(200, openaiCompletion()));
    await (await ask(requestBody('openai', 'glob/hostile-a'))).text();
    await ask(requestBody('openai', 'nothing/of"the\nkind'));
    await fetch(`${relay.url}/v1/no-such-path-1`);
    await fetch(`${relay.url}/v1/models/no-such-model`, { headers: { authorization: `Bearer ${relay.key}` } });
    const samples = await counted('/v1/models/*', 1);
    expect(valueOf(samples, METRIC.tokens, { model: 'glob/*', type: 'input' })).toBe(12);
    const text = await scrape();
    for (const secret of [
      'hostile',
      'nothing/of',
      'no-such',
      relay.key.slice(0, 12),
      relay.gateway.keyId,
      'sk-upstream',
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  test('10,000 model names that clients made up, at both endpoints, add no series', async () => {
    relay.upstream.on('hostile-b', (exchange) => exchange.json(200, openaiCompletion()));
    // What may be there once is there before.
    await (await ask(requestBody('openai', 'glob/hostile-b'))).text();
    await (await ask(requestBody('openai', 'no/such'))).text();
    await (await post({ url: relay.url, key: relay.key }, 'anthropic', requestBody('anthropic', 'no/such'))).text();
    await counted('/v1/messages', 1);
    const namesOf = async () =>
      readSamples(await scrape()).map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
    const before = await namesOf();
    const COUNT = 10_000;
    let next = 0;
    const clients = Array.from({ length: 32 }, async () => {
      for (let at = next++; at < COUNT; at = next++) {
        const shape = at % 2 === 0 ? 'openai' : 'anthropic';
        const name = `hostile"}\n${at}\\${'é'.repeat(at % 40)}`;
        const answer = await post({ url: relay.url, key: relay.key }, shape, requestBody(shape, name));
        expect(answer.status).toBe(404);
        await answer.arrayBuffer();
      }
    });
    await Promise.all(clients);
    await counted('/v1/messages', COUNT / 2);
    expect((await namesOf()).toSorted()).toEqual(before.toSorted());
    expect(await scrape()).not.toContain('hostile');
  });

  test.skipIf(PROMTOOL === null)('promtool finds nothing wrong with it', async () => {
    const lint = Bun.spawn([PROMTOOL as string, 'check', 'metrics'], {
      stdin: new TextEncoder().encode(await scrape()),
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const said = (await Promise.all([lint.stdout, lint.stderr].map((stream) => new Response(stream).text()))).join('');
    expect([await lint.exited, said]).toEqual([0, '']);
  });
  if (PROMTOOL === null) console.warn('SKIPPED: promtool is not installed (Debian: apt-get install prometheus)');

  test('neither listener serves what is the other one’s', async () => {
    for (const path of ['/metrics', '/metrics/', '/v1/metrics', '/debug', '/admin', '/api', '/api/openapi.json']) {
      const answer = await exchangeRaw(relay.gateway.port, rawRequest(path));
      expect([path, answer?.status]).toEqual([path, 404]);
    }
    for (const path of ['/v1', '/v1/models', '/v1/chat/completions', '/v1/usage', '/models']) {
      const answer = await fetch(`${admin()}${path}`, { headers: { authorization: `Bearer ${relay.key}` } });
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        404,
        { error: { code: 'not_found', message: `There is no GET ${path} here` } },
      ]);
    }
    for (const path of ['/livez', '/readyz']) {
      for (const base of [relay.url, admin()]) {
        const answer = await fetch(`${base}${path}`);
        expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
      }
    }
  });

  test('a Host that is not its own, and pages of other origins, get nothing', async () => {
    const ask = (headers: readonly (readonly [string, string])[], host?: string) =>
      exchangeRaw(
        relay.gateway.adminPort,
        rawRequest('/metrics', { headers, ...(host === undefined ? {} : { host }) }),
      );
    expect((await ask([], 'rebound.example'))?.status).toBe(403);
    expect((await ask([], 'a'))?.status).toBe(400);
    expect((await ask([['origin', 'https://evil.example']]))?.status).toBe(403);
    expect((await ask([], 'localhost'))?.status).toBe(200);
  });
});

describe('the admin listener', () => {
  const scratch = scratchDirectory();
  const running: RunningProgram[] = [];
  afterAll(async () => {
    for (const program of running) await program.close();
    scratch.remove();
  });

  const serve = (name: string, ...flags: string[]) => {
    const dataDir = scratch.file(name);
    const args = ['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0', ...flags];
    const program = startProgram(args, { cwd: scratch.path });
    running.push(program);
    return program;
  };
  const adminUrlOf = async (program: RunningProgram) => {
    await program.listening();
    return program.logLines().find(({ msg }) => msg === 'listening')?.['admin_url'] as string | undefined;
  };

  test('is said where it is; a second one on its address is refused, and says which', async () => {
    const url = await adminUrlOf(serve('first'));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const address = url?.slice('http://'.length) as string;
    const second = await runProgram(
      ['serve', '--data-dir', scratch.file('second'), '--listen', '127.0.0.1:0', '--admin-listen', address],
      { cwd: scratch.path },
    );
    expect([second.code, second.stderr]).toEqual([
      69,
      `tokenharbor: cannot listen on ${address}: the address is in use; stop what listens there or choose another with --admin-listen (--admin-listen off: none)\n`,
    ]);
  });

  test('finds a free port where another program has the one that nobody chose', async () => {
    const taker = createServer();
    // Should another gateway of this machine have it, it is taken all the same.
    await new Promise<void>((resolve) => {
      taker.once('error', () => resolve());
      taker.listen(8788, '127.0.0.1', resolve);
    });
    try {
      const args = ['serve', '--data-dir', scratch.file('elsewhere'), '--listen', '127.0.0.1:0'];
      const program = startProgram(args, { cwd: scratch.path, env: { TOKENHARBOR_ADMIN_LISTEN: '' } });
      running.push(program);
      const url = await adminUrlOf(program);
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(url).not.toEndWith(':8788');
      expect((await fetch(`${url}/metrics`)).status).toBe(200);
      await program.said(/the admin listener is at another port/);
      const link = await runProgram(['admin', 'token', '--quiet', '--data-dir', scratch.file('elsewhere')]);
      expect(link.stdout).toStartWith(`${url}/#/login?token=`);
      const [warning] = program.logLines().filter(({ taken }) => taken !== undefined);
      expect(warning).toMatchObject({ admin_url: url, taken: '127.0.0.1:8788' });
    } finally {
      taker.close();
    }
  });

  test('may be a Unix socket, for its owner and group alone, whose file a kill leaves and the next start takes over', async () => {
    const path = scratch.file('admin.sock');
    const first = serve('socket', '--admin-listen', `unix:${path}`);
    expect(await adminUrlOf(first)).toBe(`unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    const status = await new Promise((resolve, reject) => {
      request({ socketPath: path, path: '/metrics' }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    first.signal('SIGKILL');
    await first.exited;
    expect(existsSync(path)).toBe(true);
    expect(await adminUrlOf(serve('socket', '--admin-listen', `unix:${path}`))).toBe(`unix:${path}`);
  });

  test('may be none', async () => {
    const program = serve('none', '--admin-listen', 'off');
    expect(await adminUrlOf(program)).toBeUndefined();
  });

  test('a configuration that cannot be used changes a metric, and one that can changes it back', async () => {
    const file = scratch.file('reloaded.json');
    mkdirSync(scratch.path, { recursive: true });
    writeFileSync(file, '{"retry":{"attempts":2}}');
    const program = serve('reloaded', '--config', file);
    const url = await adminUrlOf(program);
    const read = async () => readSamples(await (await fetch(`${url}/metrics`)).text());
    const hashOf = async () => (await read()).find(({ name }) => name === METRIC.configInfo)?.labels['hash'];
    const first = await hashOf();
    writeFileSync(file, '{"retry":{"attempts":"many"}}');
    program.signal('SIGHUP');
    await program.said(/the one in use stays/);
    expect(valueOf(await read(), METRIC.configReloadSuccessful)).toBe(0);
    expect(await hashOf()).toBe(first);
    writeFileSync(file, '{"retry":{"attempts":4}}');
    program.signal('SIGHUP');
    await program.said(/configuration reloaded/);
    expect(valueOf(await read(), METRIC.configReloadSuccessful)).toBe(1);
    expect(await hashOf()).not.toBe(first);
  });

  test('goes on while the gateway drains, and says that it is not ready', async () => {
    const program = serve('draining', '--drain-timeout', '20s');
    const url = await program.listening();
    const admin = await adminUrlOf(program);
    const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', scratch.file('draining')]);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const body = requestBody('openai', 'tokenharbor/demo', { stream: true });
    const answer = await post({ url, key }, 'openai', body);
    program.signal('SIGTERM');
    await program.said(/stopping/);
    const ready = await fetch(`${admin}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'unavailable' }]);
    expect((await fetch(`${admin}/livez`)).status).toBe(200);
    expect((await fetch(`${admin}/metrics`)).status).toBe(200);
    await answer.text();
    expect(await program.exited).toBe(0);
  });
});

/** One `Idempotency-Key`, whichever of several processes it reaches. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { HAS_REDIS, type RedisServer, startRedis } from '../../src/accounts/redis/redis-server.fixture.ts';
import { openaiCompletion } from '../support/answers.ts';
import { freePorts } from '../support/free-ports.ts';
import { runProgram, type RunningProgram, scratchDirectory, startProgram } from '../support/program.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';

describe.skipIf(!HAS_REDIS)('answers kept in Redis', () => {
  const scratch = scratchDirectory();
  const dataDir = scratch.file('data');
  let redis: RedisServer;
  let upstream: ScriptedUpstream;
  let servers: RunningProgram[] = [];
  let urls: string[];
  let flags: string[];
  let key: string;
  /** Lets the upstream's answers go. */
  let gate = Promise.resolve();

  const start = async (port: number): Promise<RunningProgram> => {
    const program = startProgram(['serve', ...flags, '--listen', `127.0.0.1:${port}`]);
    await program.listening();
    await program.said(/limits and kept answers are shared/);
    return program;
  };

  beforeAll(async () => {
    [redis, upstream] = await Promise.all([startRedis(), ScriptedUpstream.start()]);
    upstream.on('openai', async (exchange) => {
      await gate;
      await exchange.json(200, { ...openaiCompletion(), id: `chatcmpl-${upstream.requests.length}` });
    });
    const config = scratch.file('config.json');
    const settings = {
      redis: redis.url,
      limits: { timeout: '1s' },
      providers: { openai: providerOf(upstream, 'openai') },
      models: { 'shared/model': { targets: [{ provider: 'openai', model: 'openai' }] } },
    };
    writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });
    flags = ['--config', config, '--data-dir', dataDir];
    const ports = await freePorts(2);
    urls = ports.map((port) => `http://127.0.0.1:${port}`);
    servers = await Promise.all(ports.map(start));
    const made = await runProgram(['keys', 'create', '--name', 'i', '--json', ...flags]);
    ({ key } = JSON.parse(made.stdout) as { key: string });
  }, 60_000);
  afterAll(async () => {
    for (const server of servers) await server.close();
    await upstream?.stop();
    await redis?.kill();
    scratch.remove();
  });

  const ask = (at: number, idempotencyKey: string, content = 'Hi'): Promise<Response> =>
    fetch(`${urls[at]}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify({ model: 'shared/model', messages: [{ role: 'user', content }] }),
    });

  test('a repeat that reaches another process is given the answer of the first', async () => {
    const before = upstream.requests.length;
    const first = await ask(0, 'one');
    const again = await ask(1, 'one');
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(await again.text()).toBe(await first.text());
    expect(upstream.requests.length - before).toBe(1);
    expect((await ask(1, 'one', 'something else')).status).toBe(422);
    expect(upstream.requests.length - before).toBe(1);
  }, 60_000);

  test('while the first is being answered, another process says so; twenty at both ask the upstream once', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    const before = upstream.requests.length;
    const asked = Array.from({ length: 20 }, (_, at) => ask(at % 2, 'two'));
    await upstream.received(1, 'openai', 20_000);
    const refused: Response[] = [];
    for (const response of asked) {
      void response.then((one) => {
        if (one.status === 409) refused.push(one);
      });
    }
    while (refused.length < 10) await Bun.sleep(10);
    resolve();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    // Ten at the process that answers share its answer.
    expect([statuses.filter((one) => one === 200).length, statuses.filter((one) => one === 409).length]).toEqual([
      10, 10,
    ]);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect((await ask(0, 'two')).status).toBe(200);
    expect((await ask(1, 'two')).status).toBe(200);
    expect(upstream.requests.length - before).toBe(1);
  }, 60_000);

  test('a restart forgets nothing', async () => {
    const before = upstream.requests.length;
    const first = await (await ask(0, 'three')).text();
    servers[0]?.signal('SIGTERM');
    await servers[0]?.exited;
    servers[0] = await start(Number(new URL(urls[0] as string).port));
    expect(await (await ask(0, 'three')).text()).toBe(first);
    expect(upstream.requests.length - before).toBe(1);
  }, 60_000);
});

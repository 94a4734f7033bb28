import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { expectFailedStream } from '../support/failed-stream.ts';
import { freePorts } from '../support/free-ports.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { readStream } from '../support/sse-events.ts';

setDefaultTimeout(60_000);

const SHAPES: readonly ClientShape[] = ['openai', 'anthropic'];
const STREAMS = { openai: openaiStream, anthropic: anthropicStream } as const;

const scratch = scratchDirectory();
let upstream: ScriptedUpstream;
let configFile: string;
let running: RunningProgram[] = [];

beforeAll(async () => {
  upstream = await ScriptedUpstream.start();
  configFile = scratch.file('config.json');
  writeConfig({});
});
afterAll(async () => {
  for (const program of running) await program.close();
  await upstream.stop();
  scratch.remove();
});

function writeConfig(more: object): void {
  const models: Record<string, object> = {};
  for (const shape of SHAPES) {
    for (const name of ['finishes', 'hangs', 'cut']) {
      models[`${shape}-${name}`] = { targets: [{ provider: shape, model: `${shape}-${name}` }] };
    }
  }
  const providers = { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') };
  writeFileSync(configFile, JSON.stringify({ providers, models, ...more }), { mode: 0o600 });
}

/** A server of its own on its own data directory, with a key. */
async function serve(dataDir: string, ...flags: string[]) {
  const args = ['serve', '--config', configFile, '--data-dir', dataDir, '--listen', '127.0.0.1:0', ...flags];
  const program = startProgram(args, { cwd: scratch.path });
  running.push(program);
  const url = await program.listening();
  const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', dataDir]);
  const { key } = JSON.parse(made.stdout) as { key: string };
  return { program, url, key, port: Number(new URL(url).port) };
}

function refused(port: number): Promise<boolean> {
  return RawClient.connect(port).then(
    (client) => {
      client.close();
      return false;
    },
    (error: { code?: string }) => error.code === 'ECONNREFUSED',
  );
}

describe('stopping', () => {
  test('fault 64: a stop refuses newcomers, lets finishers finish, ends the rest in their shape, and loses no count', async () => {
    const PER_KIND = 25;
    const dataDir = scratch.file('drain');
    const { program, url, key, port } = await serve(dataDir, '--drain-timeout', '2s');
    const release = Promise.withResolvers<void>();
    for (const shape of SHAPES) {
      const events = STREAMS[shape]();
      upstream.on(`${shape}-finishes`, async (exchange) => {
        await exchange.stream(events.slice(0, 2), { ending: 'keep-open' });
        await release.promise;
        for (const event of events.slice(2)) await exchange.write(event);
        await exchange.end();
      });
      upstream.on(`${shape}-hangs`, (exchange) => exchange.stream(events.slice(0, 3), { ending: 'stall' }));
    }
    upstream.on('openai-cut', async (exchange) => {
      await release.promise;
      await exchange.json(200, openaiCompletion());
    });
    const open = (shape: ClientShape, name: string) =>
      post({ url, key }, shape, requestBody(shape, `${shape}-${name}`, { stream: true }));
    const calls = SHAPES.flatMap((shape) =>
      ['finishes', 'hangs'].flatMap((name) =>
        Array.from({ length: PER_KIND }, async () => ({ shape, name, response: await open(shape, name) })),
      ),
    );
    const whole = post({ url, key }, 'openai', requestBody('openai', 'openai-cut'));
    const streams = await Promise.all(calls);
    await upstream.received(1, 'openai-cut');
    const answers = streams.map(async (stream) => ({ ...stream, answer: await readStream(stream.response) }));

    const stoppedMs = performance.now();
    program.signal('SIGTERM');
    await program.said(/stopping/);
    expect(await refused(port)).toBe(true);
    release.resolve();
    expect(((await (await whole).json()) as { object: string }).object).toBe('chat.completion');
    for (const { shape, name, answer } of await Promise.all(answers)) {
      if (name === 'finishes') {
        expect(answer.broken).toBeUndefined();
        expect(answer.text).toContain(shape === 'openai' ? '[DONE]' : '"message_stop"');
      } else {
        expect(expectFailedStream(shape, answer).message).toContain('shutting down');
        expect(answer.broken).toBeUndefined();
      }
    }
    expect(await program.exited).toBe(0);
    const tookMs = performance.now() - stoppedMs;
    expect(tookMs).toBeGreaterThan(1_900);
    expect(tookMs).toBeLessThan(15_000);

    const lines = program.logLines().filter(({ msg }) => msg === 'request');
    const outcomes = lines.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(2 * PER_KIND + 1);
    expect(outcomes.filter((outcome) => outcome === 'interrupted')).toHaveLength(2 * PER_KIND);
    expect(program.logLines().at(-1)).toMatchObject({ msg: 'stopped' });

    const again = startProgram(
      ['serve', '--config', configFile, '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--quiet'],
      { cwd: scratch.path },
    );
    running.push(again);
    const usage = await fetch(`${await again.listening()}/v1/usage`, { headers: { authorization: `Bearer ${key}` } });
    const { total } = (await usage.json()) as { total: { requests: number; output_tokens: number } };
    expect(total.requests).toBe(4 * PER_KIND + 1);
    expect(total.output_tokens).toBeGreaterThanOrEqual(3 * (2 * PER_KIND + 1));
    await again.close();
  });

  test('fault 64: a request that waits for a whole answer is told, and counted, when the drain is over', async () => {
    const dataDir = scratch.file('whole');
    const { program, url, key } = await serve(dataDir, '--drain-timeout', '300ms');
    for (const shape of SHAPES) upstream.on(`${shape}-cut`, (exchange) => exchange.stall());
    const calls = SHAPES.map(async (shape) => ({
      shape,
      response: await post({ url, key }, shape, requestBody(shape, `${shape}-cut`)),
    }));
    for (const shape of SHAPES) await upstream.received(1, `${shape}-cut`);
    await Bun.sleep(100);
    program.signal('SIGTERM');
    for (const { shape, response } of await Promise.all(calls)) {
      expect(response.status).toBe(503);
      const { error } = (await response.json()) as { error: { message: string; type: string } };
      expect(error.message, shape).toContain('shutting down');
    }
    expect(await program.exited).toBe(0);
    expect(program.logLines().filter(({ msg, status }) => msg === 'request' && status === 503)).toHaveLength(2);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'fault 65: a second %s ends at once what the first one waits for',
    async (signal) => {
      const { program, url, key } = await serve(scratch.file(`twice-${signal}`), '--drain-timeout', '30s');
      upstream.on('openai-hangs', (exchange) => exchange.stream(openaiStream().slice(0, 2), { ending: 'stall' }));
      upstream.on('anthropic-hangs', (exchange) => exchange.stall());
      const response = await post({ url, key }, 'openai', requestBody('openai', 'openai-hangs', { stream: true }));
      const answer = readStream(response);
      const before = upstream.requestsFor('anthropic-hangs').length;
      const whole = post({ url, key }, 'anthropic', requestBody('anthropic', 'anthropic-hangs'));
      whole.catch(() => undefined);
      await upstream.received(before + 1, 'anthropic-hangs');
      // Takes its request and never reads a byte of the answer.
      program.signal(signal);
      await program.said(/stopping/);
      await Bun.sleep(200);
      const secondMs = performance.now();
      program.signal(signal);
      expectFailedStream('openai', await answer);
      expect(await program.exited).toBe(0);
      expect(performance.now() - secondMs).toBeLessThan(10_000);
      expect(program.logLines().filter(({ msg }) => msg === 'request')).toHaveLength(2);
    },
  );

  test('an idle connection kept alive does not hold up a stop', async () => {
    const { program, port } = await serve(scratch.file('idle'));
    const client = await RawClient.connect(port);
    await client.send(rawRequest('/livez'));
    expect((await client.response())?.status).toBe(200);
    const fresh = await RawClient.connect(port);
    const startMs = performance.now();
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    client.close();
    fresh.close();
  });

  test('readyz says so while it drains, on a connection that is still open', async () => {
    const { program, url, key, port } = await serve(scratch.file('ready'), '--drain-timeout', '1s');
    upstream.on('openai-hangs', (exchange) => exchange.stream(openaiStream().slice(0, 2), { ending: 'stall' }));
    const client = await RawClient.connect(port);
    const response = await post({ url, key }, 'openai', requestBody('openai', 'openai-hangs', { stream: true }));
    const answer = readStream(response);
    await client.send(rawRequest('/readyz'));
    expect((await client.response())?.status).toBe(200);
    program.signal('SIGTERM');
    await program.said(/stopping/);
    await client.send(rawRequest('/readyz'));
    // Either is a "no" to whoever asks: an answer that says so, or a connection that is closed.
    expect([503, undefined]).toContain((await client.response())?.status);
    await answer;
    expect(await program.exited).toBe(0);
    client.close();
  });
});

describe('SIGHUP', () => {
  test('fault 65: a good file is taken over, a bad one changes nothing, and a storm of signals is survived', async () => {
    writeConfig({});
    const { program, url, key } = await serve(scratch.file('hup'));
    const idsOf = async () => {
      const response = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
      return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    const before = await idsOf();
    expect(before).toContain('openai-hangs');

    for (const [text, why] of [
      ['models: {', 'no YAML'],
      ['lisen: 127.0.0.1:1', 'an unknown option'],
      [
        'providers: { a: { shape: openai, base_url: "http://127.0.0.1:1/v1", api_key: "${TH_ABSENT}" } }',
        'a missing variable',
      ],
    ] as const) {
      const said = program.logLines().filter(({ msg }) => /stays/.test(String(msg))).length;
      writeFileSync(configFile, text);
      program.signal('SIGHUP');
      while (program.logLines().filter(({ msg }) => /stays/.test(String(msg))).length === said) await Bun.sleep(10);
      expect(await idsOf(), why).toEqual(before);
    }
    chmodSync(configFile, 0o600);

    writeConfig({ models: { only: { targets: [{ provider: 'openai', model: 'x' }] } } });
    program.signal('SIGHUP');
    await program.said(/configuration reloaded/);
    expect(await idsOf()).toEqual(['th-orchestra', 'only']);

    for (let i = 0; i < 50; i++) program.signal('SIGHUP');
    expect(await idsOf()).toEqual(['th-orchestra', 'only']);
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    writeConfig({});
  });

  test('a stream in flight goes on with the configuration it began with', async () => {
    const { program, url, key } = await serve(scratch.file('hup-stream'));
    const release = Promise.withResolvers<void>();
    const events = openaiStream();
    upstream.on('openai-finishes', async (exchange) => {
      await exchange.stream(events.slice(0, 2), { ending: 'keep-open' });
      await release.promise;
      for (const event of events.slice(2)) await exchange.write(event);
      await exchange.end();
    });
    const body = requestBody('openai', 'openai-finishes', { stream: true });
    const response = await post({ url, key }, 'openai', body);
    writeConfig({ models: { only: { targets: [{ provider: 'openai', model: 'x' }] } } });
    program.signal('SIGHUP');
    await program.said(/configuration reloaded/);
    expect((await post({ url, key }, 'openai', body)).status).toBe(404);
    release.resolve();
    expect((await readStream(response)).text).toContain('[DONE]');
    await program.close();
    writeConfig({});
  });
});

describe('listening', () => {
  const dataDir = () => scratch.file('listen');
  const once = (listen: string) =>
    runProgram(['serve', '--config', configFile, '--data-dir', dataDir(), '--listen', listen], { cwd: scratch.path });

  test('an address in use, or none of this machine, ends with 69 and one line that says so', async () => {
    const { program, port } = await serve(dataDir());
    for (const [listen, words] of [
      [`127.0.0.1:${port}`, /in use.*--listen/],
      ['192.0.2.77:9999', /not available/],
      ['no-such-host.invalid:9999', /no-such-host\.invalid.*address/],
      [`unix:${scratch.file('no-dir/x.sock')}`, /no such file or directory/],
      [`unix:/tmp/${'x'.repeat(150)}`, /too long/],
    ] as const) {
      const { code, stderr } = await once(listen);
      expect([code, stderr.trim().split('\n').length], stderr).toEqual([69, 1]);
      expect(stderr).toMatch(words);
    }
    await program.close();
  });

  test('an address that is none is bad configuration', async () => {
    for (const listen of ['8787', '127.0.0.1', '127.0.0.1:99999', 'unix:relative', '::1:80', '']) {
      const { code, stderr } = await once(listen);
      expect(code, `${listen}: ${stderr}`).toBe(78);
      expect(stderr).toContain('listen');
    }
  });

  test.each(['127.0.0.1', '[::1]', '0.0.0.0', '[::]', 'localhost'])('health finds the server on %s', async (host) => {
    const [port = 0] = await freePorts(1);
    const listen = `${host}:${port}`;
    const program = startProgram(['serve', '--data-dir', dataDir(), '--listen', listen], { cwd: scratch.path });
    running.push(program);
    expect(await program.listening()).toBe(`http://${listen}`);
    const env = { TOKENHARBOR_LISTEN: listen };
    const health = await runProgram(['health', '--data-dir', dataDir()], { cwd: scratch.path, env });
    expect(health).toEqual({ code: 0, stdout: 'ok\n', stderr: '' });
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    const gone = await runProgram(['health', '--live', '--data-dir', dataDir()], { cwd: scratch.path, env });
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('does not answer');
  });

  test('port 0 takes a free port and says which', async () => {
    const program = startProgram(['serve', '--data-dir', dataDir(), '--listen', '[::1]:0'], { cwd: scratch.path });
    running.push(program);
    const url = await program.listening();
    expect(url).toMatch(/^http:\/\/\[::1\]:[1-9]\d+$/);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    await program.close();
  });

  test('a socket that a crash left behind is taken over; one in use, or a file, is not', async () => {
    const socket = scratch.file('th.sock');
    const args = ['serve', '--data-dir', dataDir(), '--listen', `unix:${socket}`];
    const first = startProgram(args, { cwd: scratch.path });
    running.push(first);
    expect(await first.listening()).toBe(`unix:${socket}`);
    expect((await overSocket(socket, '/readyz')).status).toBe(200);
    const second = await runProgram(args, { cwd: scratch.path });
    expect(second.code).toBe(69);
    expect(second.stderr).toContain('in use');
    expect((await overSocket(socket, '/readyz')).status).toBe(200);
    const env = { TOKENHARBOR_LISTEN: `unix:${socket}` };
    expect((await runProgram(['health', '--data-dir', dataDir()], { env })).code).toBe(0);

    first.signal('SIGKILL');
    await first.exited;
    expect(existsSync(socket)).toBe(true);
    expect((await runProgram(['health', '--data-dir', dataDir()], { env })).code).toBe(1);
    const third = startProgram(args, { cwd: scratch.path });
    running.push(third);
    await third.listening();
    expect((await overSocket(socket, '/readyz')).status).toBe(200);
    third.signal('SIGTERM');
    expect(await third.exited).toBe(0);
    expect(existsSync(socket)).toBe(false);

    writeFileSync(socket, 'somebody else’s file');
    expect((await runProgram(args, { cwd: scratch.path })).code).toBe(69);
    expect(readFileSync(socket, 'utf8')).toBe('somebody else’s file');
  });
});

function overSocket(socketPath: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, headers: { host: 'localhost' } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => (body += text));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe('the data directory', () => {
  const serveOn = (dataDir: string) =>
    runProgram(['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0'], { cwd: scratch.path });

  test('one that cannot be made or used ends the start with 69 and names it', async () => {
    const file = scratch.file('a-file');
    writeFileSync(file, '');
    for (const dataDir of ['/proc/none', file, `${file}/below`]) {
      const { code, stderr } = await serveOn(dataDir);
      expect([code, stderr.trim().split('\n').length], stderr).toEqual([69, 1]);
      expect(stderr).toContain(dataDir);
    }
  });

  test('fault 55: a damaged database is refused with what to do, and left as it is', async () => {
    const dataDir = scratch.file('damaged');
    mkdirSync(dataDir);
    const damage = 'this is no database. '.repeat(1000);
    writeFileSync(`${dataDir}/tokenharbor.db`, damage);
    const { code, stderr } = await serveOn(dataDir);
    expect(code).toBe(69);
    expect(stderr).toContain('damaged');
    expect(readFileSync(`${dataDir}/tokenharbor.db`, 'utf8')).toBe(damage);
    expect((await runProgram(['keys', 'list', '--data-dir', dataDir])).code).not.toBe(0);
  });

  test('two servers on one data directory count together and lose nothing', async () => {
    const dataDir = scratch.file('shared');
    const one = await serve(dataDir);
    const two = await serve(dataDir);
    upstream.on('openai-finishes', (exchange) => exchange.json(200, openaiCompletion()));
    const body = requestBody('openai', 'openai-finishes');
    const calls = Array.from({ length: 100 }, (_, i) =>
      post({ url: (i % 2 === 0 ? one : two).url, key: one.key }, 'openai', body).then((response) => response.text()),
    );
    await Promise.all(calls);
    for (const { program } of [one, two]) {
      program.signal('SIGTERM');
      expect(await program.exited).toBe(0);
    }
    const after = await serve(dataDir);
    const usage = await fetch(`${after.url}/v1/usage`, { headers: { authorization: `Bearer ${one.key}` } });
    expect(((await usage.json()) as { total: object }).total).toMatchObject({ requests: 100, output_tokens: 300 });
    await after.program.close();
  });

  test('two servers that make one data directory together both start', async () => {
    for (let round = 0; round < 3; round++) {
      const dataDir = scratch.file(`together-${round}`);
      const args = ['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0'];
      const both = [startProgram(args), startProgram(args), startProgram(args)];
      running.push(...both);
      for (const program of both) {
        await program.listening();
        expect((await fetch(`${await program.listening()}/readyz`)).status).toBe(200);
        program.signal('SIGTERM');
        expect(await program.exited, program.output()).toBe(0);
      }
    }
  });

  test('a first key is written for this user alone, once, even over a file that was there', async () => {
    const dataDir = scratch.file('first');
    mkdirSync(dataDir);
    writeFileSync(`${dataDir}/first-run.txt`, 'old', { mode: 0o666 });
    chmodSync(`${dataDir}/first-run.txt`, 0o666);
    const start = async () => {
      const program = startProgram(['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0'], { cwd: scratch.path });
      running.push(program);
      const url = await program.listening();
      await program.said(/"url"/);
      await Bun.sleep(200);
      return { program, url };
    };
    const { program, url } = await start();
    const text = readFileSync(`${dataDir}/first-run.txt`, 'utf8');
    expect(statSync(`${dataDir}/first-run.txt`).mode & 0o777).toBe(0o600);
    const [key = ''] = /thk_live_\w+/.exec(text) ?? [];
    expect((await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    expect(program.output()).not.toContain(key);
    await program.close();
    const again = await start();
    expect(readFileSync(`${dataDir}/first-run.txt`, 'utf8')).toBe(text);
    await again.program.close();
  });
});

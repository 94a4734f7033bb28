/** `serve --workers`: several processes behind one address, under a supervisor that keeps them there. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { freePorts, freePortsInARow } from '../support/free-ports.ts';
import { isAlive } from '../support/is-alive.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';

const WORKERS = 3;
const scratch = scratchDirectory();
const dataDir = scratch.file('data');
const config = scratch.file('config.yaml');
const isBun = (process.env.TH_RUNTIME ?? 'binary') !== 'deno';

afterAll(() => scratch.remove());

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    await Bun.sleep(20);
  }
}

/** On a port of its own: another one if somebody was faster. */
async function startWorkers(): Promise<{ readonly program: RunningProgram; readonly port: number }> {
  for (let attempt = 1; ; attempt++) {
    const [port = 0] = await freePorts(1);
    const listen = ['--listen', `127.0.0.1:${port}`];
    const program = startProgram(
      ['serve', '--config', config, ...listen, '--workers', String(WORKERS), '--data-dir', dataDir],
      { env: { TOKENHARBOR_ADMIN_LISTEN: 'off' } },
    );
    try {
      await program.said(/all workers listen/);
      return { program, port };
    } catch (error) {
      await program.close();
      if (attempt === 3 || !program.output().includes('the address is in use')) throw error;
    }
  }
}

function listenOn(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

describe.skipIf(!isBun)('serve --workers', () => {
  let program: RunningProgram;
  let port: number;
  let url: string;
  let key: string;

  beforeAll(async () => {
    writeFileSync(config, 'log: { level: debug }\n', { mode: 0o600 });
    ({ program, port } = await startWorkers());
    url = `http://127.0.0.1:${port}`;
    const made = await runProgram(['keys', 'create', '--name', 'w', '--json', '--data-dir', dataDir]);
    if (made.code !== 0) throw new Error(`keys create: exit ${made.code}\n${made.stderr}\n${program.output()}`);
    ({ key } = JSON.parse(made.stdout) as { key: string });
  }, 60_000);
  afterAll(() => program?.close());

  /** A connection of its own each time, for the kernel to give to some worker. */
  const complete = (stream = false, content = 'Hello'): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ model: 'tokenharbor/demo', stream, messages: [{ role: 'user', content }] }),
    });
  const served = (): number[] =>
    program
      .logLines()
      .filter(({ msg, route }) => msg === 'request' && route === '/v1/chat/completions')
      .map(({ worker }) => worker as number);

  test('each worker answers its share at the one address, with one set of keys', async () => {
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const response = await complete();
          expect(response.status).toBe(200);
          await response.arrayBuffer();
        }),
      );
      await Bun.sleep(50);
      if (new Set(served()).size === WORKERS) break;
    }
    expect([...new Set(served())].sort()).toEqual([0, 1, 2]);
  }, 60_000);

  test('what they answered is on one bill', async () => {
    const usage = async () => {
      const response = await fetch(`${url}/v1/usage`, { headers: { authorization: `Bearer ${key}` } });
      return JSON.stringify(await response.json());
    };
    await until('the bill has all of it', async () => (await usage()).includes(`"requests":${served().length}`));
  }, 60_000);

  test('one that is killed is replaced, and requests are answered', async () => {
    const [victim = 0] = childrenOf(program.pid);
    process.kill(victim, 'SIGKILL');
    await program.said(/another takes its place/);
    await until(
      'a new worker',
      () => childrenOf(program.pid).length === WORKERS && !childrenOf(program.pid).includes(victim),
    );
    // What the kernel had already given to the dead one is reset.
    const isAnswered = () =>
      complete().then(
        ({ status }) => status === 200,
        () => false,
      );
    await until('requests are answered', isAnswered);
  }, 60_000);

  test('SIGHUP has every worker read the configuration again', async () => {
    await until('the new one listens', () => program.output().split('"msg":"listening"').length - 1 === WORKERS + 1);
    program.signal('SIGHUP');
    await until('all have', () => program.output().split('configuration reloaded').length - 1 === WORKERS);
  }, 60_000);

  test('an address in use is told before any worker starts', async () => {
    const args = ['serve', '--workers', '2', '--listen', `127.0.0.1:${port}`, '--data-dir', scratch.file('other')];
    const { code, stderr } = await runProgram(args);
    expect([code, stderr]).toEqual([69, expect.stringContaining('the address is in use')]);
  }, 60_000);

  test('a stop lets every stream in flight finish, whichever worker has it', async () => {
    const streams = await Promise.all(Array.from({ length: 12 }, () => complete(true, 'Tell me a long story')));
    const children = childrenOf(program.pid);
    const texts = streams.map((response) => response.text());
    // A terminal's Ctrl-C reaches the workers as well; it is one stop all the same.
    for (const pid of [program.pid, ...children]) process.kill(pid, 'SIGINT');
    for (const text of await Promise.all(texts)) expect(text).toEndWith('data: [DONE]\n\n');
    expect(await program.exited).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  }, 60_000);
});

describe.skipIf(!isBun)('the end of a supervisor', () => {
  test('workers whose supervisor was killed stop by themselves', async () => {
    const { program } = await startWorkers();
    const children = childrenOf(program.pid);
    process.kill(program.pid, 'SIGKILL');
    await until('none is left', () => !children.some(isAlive));
  }, 60_000);

  test('a stop while workers start leaves none behind, whenever it comes', async () => {
    for (const afterMs of [0, 20, 60, 120, 250]) {
      const [port = 0] = await freePorts(1);
      const args = ['serve', '--workers', '3', '--listen', `127.0.0.1:${port}`, '--data-dir', dataDir];
      const program = startProgram(args, { env: { TOKENHARBOR_ADMIN_LISTEN: 'off' } });
      await until('it has begun', () => childrenOf(program.pid).length > 0);
      await Bun.sleep(afterMs);
      const begun = childrenOf(program.pid);
      program.signal('SIGTERM');
      expect([afterMs, await program.exited]).toEqual([afterMs, 0]);
      expect(begun.filter(isAlive)).toEqual([]);
    }
  }, 60_000);

  test('a worker that cannot start ends the rest, with its own exit code and words', async () => {
    const [port = 0] = await freePorts(1);
    // The second worker's admin listener is at the next port.
    const [adminPort = 0, nextPort = 0] = await freePortsInARow(2);
    const taken = await listenOn(nextPort);
    try {
      const args = ['serve', '--workers', '2', '--listen', `127.0.0.1:${port}`, '--data-dir', dataDir];
      const env = { TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${adminPort}` };
      const program = startProgram(args, { env });
      expect(await program.exited).toBe(69);
      expect(program.output()).toContain(`cannot listen on 127.0.0.1:${nextPort}: the address is in use`);
    } finally {
      taken.close();
    }
  }, 60_000);
});

describe('what workers cannot share is told by the check of the configuration', () => {
  test.each([
    ['unix:/tmp/th.sock', 'a socket of the file system'],
    ['127.0.0.1:0', 'port 0'],
  ])('%s', async (listen, why) => {
    const args = ['serve', '--workers', '2', '--listen', listen, '--data-dir', dataDir];
    const { code, stderr } = await runProgram(args);
    expect([code, stderr]).toEqual([78, expect.stringContaining(`${why} is one process's own`)]);
  });

  test.each(['0', '65', '1.5', 'four', '-1'])('--workers %p', async (count) => {
    const { code, stderr } = await runProgram(['serve', `--workers=${count}`, '--data-dir', dataDir]);
    expect([code, stderr]).toEqual([78, expect.stringContaining('a whole number from 1 to 64')]);
  });
});

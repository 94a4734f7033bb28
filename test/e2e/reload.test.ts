/** SIGHUP in good weather and in bad: what a running server takes over, what it refuses, and that it serves meanwhile. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { renameSync, writeFileSync } from 'node:fs';
import { readSamples, valueOf } from '../../src/telemetry/metrics/prometheus-text.fixture.ts';
import { METRIC } from '../../src/telemetry/names.ts';
import { post, requestBody } from '../support/clients.ts';
import { freePorts } from '../support/free-ports.ts';
import { runProgram, type RunningProgram, scratchDirectory, startProgram } from '../support/program.ts';

setDefaultTimeout(60_000);

const scratch = scratchDirectory();
const config = scratch.file('config.yaml');
const dataDir = scratch.file('data');
const running: RunningProgram[] = [];
afterAll(async () => {
  for (const program of running) await program.close();
  scratch.remove();
});

const modelsOf = (...ids: string[]) =>
  ids.map((id) => `  ${id}: { targets: [{ provider: demo, model: demo }] }`).join('\n');
const good = (...ids: string[]) =>
  `providers: { demo: { preset: demo, pace: 0s } }\nmodels:\n${modelsOf('always', ...ids)}\n`;

/** In one step, as an editor does: a server may read it at any time. */
function write(text: string): void {
  writeFileSync(`${config}.new`, text, { mode: 0o600 });
  renameSync(`${config}.new`, config);
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    await Bun.sleep(20);
  }
}

describe('SIGHUP', () => {
  let program: RunningProgram;
  let url: string;
  let adminUrl: string;
  let key: string;
  beforeAll(async () => {
    write(good());
    program = startProgram(['serve', '--config', config, '--data-dir', dataDir, '--listen', '127.0.0.1:0']);
    running.push(program);
    url = await program.listening();
    adminUrl = program.logLines().find(({ msg }) => msg === 'listening')?.['admin_url'] as string;
    const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', dataDir]);
    ({ key } = JSON.parse(made.stdout) as { key: string });
  });

  const ids = async () => {
    const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  const metric = async (name: string) => valueOf(readSamples(await (await fetch(`${adminUrl}/metrics`)).text()), name);
  const linesWith = (text: string) => program.logLines().filter(({ msg }) => String(msg).includes(text));

  test('storms of signals over good and bad files fail no request, and the last good file counts', async () => {
    const FILES = [
      good('good'),
      'models: {',
      `${good('restart')}database: postgres://u:p@127.0.0.1:1/none\n`,
      `${good()}lisen: x\n`,
      good('good', 'other'),
      '',
    ];
    let isOver = false;
    const asked = { ok: 0, other: 0 };
    const asking = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const answer = await post({ url, key }, 'openai', requestBody('openai', 'always'));
        await answer.arrayBuffer();
        if (answer.status === 200) asked.ok++;
        else asked.other++;
      }
    });
    for (let at = 0; at < 300; at++) {
      const text = FILES[at % FILES.length] ?? '';
      // An empty file is a good one, with the demo's own model alone.
      write(text === '' ? good() : text);
      program.signal('SIGHUP');
      await Bun.sleep(at % 3);
    }
    write(good('last'));
    const before = linesWith('configuration reloaded').length;
    program.signal('SIGHUP');
    await until('the last file is read', () => linesWith('configuration reloaded').length > before);
    await until('it counts', async () => (await ids()).includes('last'));
    // A busy machine has answered few by now; those that still come meet what the storm has left.
    await until('many are answered', () => asked.ok + asked.other > 20);
    isOver = true;
    await Promise.all(asking);
    expect(asked.other).toBe(0);
    expect(await ids()).not.toContain('restart');
    expect(linesWith('stays').length).toBeGreaterThan(0);
    expect(await metric(METRIC.configReloadSuccessful)).toBe(1);
  });

  test('a change that needs a restart is refused whole, told, and shown in a metric', async () => {
    for (const [option, text] of [
      ['listen', 'listen: 127.0.0.1:1\n'],
      ['admin.hosts', 'admin: { hosts: [a.internal] }\n'],
      ['redis', 'redis: redis://127.0.0.1:1\n'],
      ['telemetry', 'telemetry: { otlp: { endpoint: "http://127.0.0.1:1" } }\n'],
      ['server.workers', 'server: { workers: 2 }\n'],
    ] as const) {
      write(`${good('not-taken')}${text}`);
      program.signal('SIGHUP');
      // What a flag stands above is no change.
      if (option === 'listen') {
        await until('it is taken: a flag says where to listen', async () => (await ids()).includes('not-taken'));
        write(good());
        program.signal('SIGHUP');
        await until('it is gone', async () => !(await ids()).includes('not-taken'));
        continue;
      }
      if (option === 'server.workers') {
        // With port 0 that is an error of its own.
        await until('it is refused', () => linesWith('has errors').length > 0);
      } else await until(`${option} is refused`, () => linesWith(`a change of ${option} needs a restart`).length > 0);
      expect([option, (await ids()).includes('not-taken')]).toEqual([option, false]);
      expect(await metric(METRIC.configReloadSuccessful)).toBe(0);
    }
    write(good('taken'));
    program.signal('SIGHUP');
    await until('a file without it is taken', async () => (await ids()).includes('taken'));
    expect(await metric(METRIC.configReloadSuccessful)).toBe(1);
  });

  test('the level of the log and the time of a drain follow', async () => {
    write(`${good()}log: { level: debug }\nserver: { drain_timeout: 1s }\n`);
    const before = linesWith('configuration reloaded').length;
    program.signal('SIGHUP');
    await until('it is taken', () => linesWith('configuration reloaded').length > before);
    await fetch(`${url}/livez`);
    await until('lines of probes are written', () => program.logLines().some(({ route }) => route === '/livez'));
  });

  test('SIGQUIT tells what it is at, and stops', async () => {
    program.signal('SIGQUIT');
    expect(await program.exited).toBe(0);
    const [state] = linesWith('state');
    expect(state).toMatchObject({
      version: expect.any(String),
      config: expect.stringMatching(/^[0-9a-f]{12}$/),
      streams: 0,
      upstream_requests: 0,
      breakers_open: [],
      ledger: { open_holds: 0, held_microusd: 0, unwritten: 0 },
      resident_mib: expect.any(Number),
      open_files: expect.any(Number),
    });
    expect(program.logLines().at(-1)).toMatchObject({ msg: 'stopped' });
    expect(program.output()).not.toContain(key);
  });
});

describe.skipIf(process.env.TH_RUNTIME === 'deno')('with workers', () => {
  test('each refuses what needs a restart, and SIGQUIT has each tell what it is at', async () => {
    write(good());
    const [port] = await freePorts(1);
    const args = ['serve', '--config', config, '--listen', `127.0.0.1:${port}`, '--workers', '2'];
    const program = startProgram([...args, '--data-dir', scratch.file('workers')], {
      env: { TOKENHARBOR_ADMIN_LISTEN: 'off' },
    });
    running.push(program);
    await program.said(/all workers listen/);
    const saidBy = (text: string) =>
      new Set(program.logLines().flatMap(({ msg, worker }) => (String(msg).includes(text) ? [worker] : []))).size;
    write(`${good()}redis: redis://127.0.0.1:1\n`);
    program.signal('SIGHUP');
    await until('both refuse it', () => saidBy('a change of redis needs a restart') === 2);
    program.signal('SIGQUIT');
    expect(await program.exited).toBe(0);
    expect(saidBy('state')).toBe(2);
  });
});

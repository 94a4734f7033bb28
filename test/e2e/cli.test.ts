import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { statSync, writeFileSync } from 'node:fs';
import { programCommand } from '../support/gateway.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';

setDefaultTimeout(60_000);

const scratch = scratchDirectory();
afterAll(() => scratch.remove());

const VERBS = [
  'serve',
  'keys',
  'keys create',
  'keys list',
  'keys show',
  'keys set',
  'keys rotate',
  'keys revoke',
  'accounts',
  'accounts create',
  'accounts set',
  'accounts list',
  'accounts credit',
  'models',
  'config',
  'config check',
  'config show',
  'config schema',
  'config init',
  'backup',
  'restore',
  'migrate',
  'import',
  'import litellm',
  'import bifrost',
  'health',
  'doctor',
  'systemd print',
  'completion',
  'man',
  'version',
];
const run = (line: string, ...more: string[]) =>
  runProgram([...line.split(' ').filter((word) => word !== ''), ...more], { cwd: scratch.path });

describe('the command line', () => {
  test('every verb explains itself on standard output', async () => {
    for (const verb of ['', ...VERBS]) {
      const { code, stdout, stderr } = await run(verb, '--help');
      expect([code, stderr], verb).toEqual([0, '']);
      expect(stdout).toStartWith(`Usage: tokenharbor${verb === '' ? '' : ` ${verb}`}`);
      expect(stdout, 'flags of every verb').toContain('--data-dir');
      // eslint-disable-next-line no-control-regex
      expect(stdout).not.toMatch(/\u001b/);
    }
  });

  test('what is no command ends with 2, a message on standard error and nothing on standard output', async () => {
    const wrong = ['', 'frob', '--frob', 'serve --frob', 'serve extra', 'keys', 'keys frob', 'config', 'keys create'];
    for (const line of [
      ...wrong,
      'import',
      'import litellm',
      'keys show',
      'keys show a b',
      'models --listen',
      'serve --listen',
      'help frob',
    ]) {
      const { code, stdout, stderr } = await run(line);
      expect([code, stdout], line).toEqual([2, '']);
      expect(stderr.length, line).toBeGreaterThan(10);
      expect(stderr, 'no stack').not.toMatch(/^\s+at /m);
    }
    expect((await run('key list')).stderr).toContain('Did you mean keys');
  });

  test('--json prints one document, wherever it stands', async () => {
    const dataDir = scratch.file('json');
    const made = JSON.parse((await run('keys create --name a --json --data-dir', dataDir)).stdout) as {
      id: string;
      key: string;
      name: string;
    };
    expect(Object.keys(made).slice(0, 3)).toEqual(['id', 'key', 'name']);
    for (const line of [
      'models',
      'config show',
      'config check',
      'config schema',
      'version',
      'keys list',
      `keys show ${made.id}`,
    ]) {
      const after = await run(`${line} --json --data-dir`, dataDir);
      expect([after.code, after.stderr], line).toEqual([0, '']);
      expect(() => JSON.parse(after.stdout) as unknown, line).not.toThrow();
      const before = await run('--json', ...line.split(' '), '--data-dir', dataDir);
      expect(before.stdout, line).toBe(after.stdout);
    }
  });

  test('an output nobody reads to its end, or that is closed, is no failure', async () => {
    const dataDir = scratch.file('many');
    await run('keys create --name a --data-dir', dataDir);
    const binary = programCommand()
      .map((word) => `'${word}'`)
      .join(' ');
    const shell = (script: string) =>
      runProgram(['-c', `set -o pipefail; ${script}`], { command: ['/bin/bash'], cwd: scratch.path });
    for (const verb of ['config schema', 'config init', `keys list --data-dir ${dataDir}`, '--help']) {
      const { code, stdout, stderr } = await shell(`${binary} ${verb} | head -n 1`);
      expect([code, stderr], verb).toEqual([0, '']);
      expect(stdout.split('\n')).toHaveLength(2);
      expect((await shell(`${binary} ${verb} >&-`)).stderr, verb).toBe('');
      expect((await shell(`${binary} ${verb} <&- >/dev/null`)).code, verb).toBe(0);
    }
    expect((await shell(`${binary} frob 2>&- >&-`)).code).toBe(2);
  });

  test('an output of more than a pipe holds arrives whole', async () => {
    const config = scratch.file('large.json');
    const models = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, i) => [`model-${i}`, { targets: [{ provider: 'd', model: `m${i}` }] }]),
    );
    writeFileSync(config, JSON.stringify({ providers: { d: { preset: 'demo' } }, models }), { mode: 0o600 });
    const binary = programCommand()
      .map((word) => `'${word}'`)
      .join(' ');
    const { stdout } = await runProgram(['-c', `${binary} models --json --config ${config} | (sleep 1; cat)`], {
      command: ['/bin/bash'],
      cwd: scratch.path,
    });
    expect(stdout.length).toBeGreaterThan(200_000);
    expect((JSON.parse(stdout) as { models: unknown[] }).models).toHaveLength(3_000);
  });

  test('a full disk behind the output is a failure', async () => {
    const binary = programCommand()
      .map((word) => `'${word}'`)
      .join(' ');
    const script = `${binary} config schema > /dev/full`;
    expect((await runProgram(['-c', script], { command: ['/bin/bash'] })).code).toBe(1);
  });

  test('bad configuration is 78 for every verb that needs one, and keys can still be revoked', async () => {
    const config = scratch.file('bad.yaml');
    writeFileSync(config, `data_dir: ${scratch.file('bad-data')}\nlisen: 1\n`, { mode: 0o600 });
    for (const verb of ['serve', 'models', 'config show', 'config check', 'health']) {
      const { code, stdout, stderr } = await run(`${verb} --config`, config);
      expect(code, verb).toBe(78);
      expect(stdout + stderr).toContain('Did you mean "listen"?');
    }
    expect((await run('keys create --name a --config', config)).code).toBe(0);
  });
});

describe('keys beside a running server', () => {
  const dataDir = scratch.file('keys');
  let server: RunningProgram;
  let url: string;
  beforeAll(async () => {
    server = startProgram(['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0'], { cwd: scratch.path });
    url = await server.listening();
  });
  afterAll(() => server?.close());

  const keys = async (line: string) => {
    const result = await run(`keys ${line} --json --data-dir`, dataDir);
    if (result.code !== 0) throw new Error(`${line}: ${result.code} ${result.stderr}`);
    return JSON.parse(result.stdout) as { id: string; key: string; state: string };
  };
  const statusOf = async (key: string) =>
    (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;

  test('fault 24: made, used, shown, rotated and revoked', async () => {
    const { id, key } = await keys('create --name mine');
    expect(await statusOf(key)).toBe(200);
    const shown = await keys(`show ${id}`);
    expect(shown).toMatchObject({ id, state: 'active', name: 'mine' });
    expect(JSON.stringify(shown)).not.toContain(key.slice(12));

    const next = await keys(`rotate ${id} --grace 2s`);
    expect([await statusOf(key), await statusOf(next.key)]).toEqual([200, 200]);
    expect((await run(`keys rotate ${id} --data-dir`, dataDir)).code, 'a key is rotated once').toBe(1);
    await Bun.sleep(3_000);
    expect([await statusOf(key), await statusOf(next.key)]).toEqual([401, 200]);

    await keys(`revoke ${next.id}`);
    const revokedMs = performance.now();
    while ((await statusOf(next.key)) !== 401) {
      expect(performance.now() - revokedMs).toBeLessThan(3_000);
      await Bun.sleep(10);
    }
    expect((await keys(`show ${next.id}`)).state).toBe('revoked');
    expect((await run(`keys revoke ${next.id} --data-dir`, dataDir)).code).toBe(0);
  });

  test('a key that does not exist, or cannot, is refused with a message', async () => {
    for (const line of ['show key_none', 'revoke key_none', 'rotate key_none']) {
      const { code, stderr } = await run(`keys ${line} --data-dir`, dataDir);
      expect([code, stderr.trim().split('\n').length], line).toEqual([1, 1]);
    }
    for (const [flag, value] of [
      ['--expires', 'tomorrow'],
      ['--expires', '2001-01-01'],
      ['--models', 'a b'],
      ['--name', ''],
      ['--name', 'a\nb'],
      ['--name', '\u001b[31m'],
      ['--name', 'x'.repeat(1_000)],
    ] as const) {
      const name = flag === '--name' ? [] : ['--name', 'x'];
      const { code, stderr } = await runProgram(['keys', 'create', ...name, flag, value, '--data-dir', dataDir]);
      expect(code, `${flag} ${JSON.stringify(value.slice(0, 20))}`).toBe(2);
      // eslint-disable-next-line no-control-regex
      expect(stderr.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
    }
  });

  test('an expired key and one of another model are told apart from a good one', async () => {
    const soon = new Date(Date.now() + 1_500).toISOString();
    const { key } = await keys(`create --name soon --expires ${soon}`);
    expect(await statusOf(key)).toBe(200);
    await Bun.sleep(2_500);
    expect(await statusOf(key)).toBe(401);
  });
});

describe.skipIf(Bun.which('script') === null)('on a terminal', () => {
  const onTerminal = (line: string, env: Record<string, string> = {}) => {
    const words = [...programCommand(), ...line.split(' ')].map((word) => `'${word}'`).join(' ');
    return startProgram(['-qefc', `exec ${words}`, '/dev/null'], {
      cwd: scratch.path,
      command: ['script'],
      env: { TERM: 'xterm', NO_COLOR: '', ...env },
    });
  };
  const serveOn = (dataDir: string) => `serve --data-dir ${dataDir} --listen 127.0.0.1:0`;

  test('the first start shows a key that works, and writes it nowhere', async () => {
    const dataDir = scratch.file('terminal');
    const first = onTerminal(serveOn(dataDir));
    await first.said(/thk_live_\w{40,}[\s\S]*x-api-key[\s\S]*stream/);
    const [key = ''] = /thk_live_\w+/.exec(first.output()) ?? [];
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(first.output()) ?? [];
    expect((await fetch(`${url}/v1/models`, { headers: { 'x-api-key': key } })).status).toBe(200);
    expect(statSync(`${dataDir}/first-run.txt`, { throwIfNoEntry: false })).toBeUndefined();
    await first.close();
    const second = onTerminal(serveOn(dataDir));
    await second.said(/http:\/\/127\.0\.0\.1:\d+/);
    await Bun.sleep(200);
    expect(second.output()).not.toContain('thk_live_');
    await second.close();
  });

  test('long work has a bar, and its result below nothing of it; none with --quiet, --json or in a pipe', async () => {
    const dataDir = scratch.file('bars');
    await run('keys create --name a --data-dir', dataDir);
    const copy = (name: string) => `backup --out ${scratch.file(name)} --data-dir ${dataDir}`;
    for (const [line, stage] of [
      [copy('bar.db'), /copying \[=*-*\] \d+ %/],
      [`restore ${scratch.file('bar.db')} --data-dir ${dataDir}`, /copying \[=*-*\] \d+ %/],
      [`ledger verify --data-dir ${dataDir}`, /comparing sums \[=*-*\] \d+ %/],
      [`migrate --data-dir ${dataDir}`, /starting \[=*-*\] \d+ %/],
    ] as const) {
      const program = onTerminal(line);
      expect([line, await program.exited]).toEqual([line, 0]);
      expect(program.output()).toMatch(stage);
      // The line of the bar is emptied before the result is written.
      expect(program.output().split('\u001b[2K').at(-1)).toMatch(/^[ -~]+\r?\n$/);
    }
    for (const flag of ['--quiet', '--json']) {
      const program = onTerminal(`${copy(`bar${flag}.db`)} ${flag}`);
      expect(await program.exited).toBe(0);
      expect(program.output()).not.toContain('\u001b');
    }
    expect((await run(copy('pipe.db'))).stderr).toBe('');
  });

  test('colours end with NO_COLOR, and with --no-color', async () => {
    const dataDir = scratch.file('colours');
    await run('keys create --name a --data-dir', dataDir);
    for (const [line, env, colours] of [
      [serveOn(dataDir), {}, true],
      [serveOn(dataDir), { NO_COLOR: '1' }, false],
      [`--no-color ${serveOn(dataDir)}`, {}, false],
    ] as const) {
      const program = onTerminal(line, env);
      await program.said(/listening/);
      await Bun.sleep(100);
      expect(program.output().includes('\u001b['), line).toBe(colours);
      await program.close();
    }
  });
});

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { dirname } from 'node:path';
import { openaiCompletion } from '../support/answers.ts';
import { post, requestBody } from '../support/clients.ts';
import { freePorts } from '../support/free-ports.ts';
import { programCommand } from '../support/gateway.ts';
import {
  runProgram,
  scratchDirectory,
  startProgram,
  type ProgramOptions,
  type RunningProgram,
} from '../support/program.ts';
import { RawClient } from '../support/raw.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { testWithinRuntime } from '../support/runtime-limits.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startTlsUpstream } from '../support/tls-upstream.ts';

setDefaultTimeout(60_000);

const scratch = scratchDirectory();
const running: RunningProgram[] = [];
let upstream: ScriptedUpstream;
let configFile: string;

beforeAll(async () => {
  upstream = await ScriptedUpstream.start((exchange) => exchange.json(200, openaiCompletion()));
  configFile = scratch.file('config.json');
  const config = {
    providers: { up: providerOf(upstream, 'openai') },
    models: { m: { targets: [{ provider: 'up', model: 'm' }] } },
  };
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
});
afterAll(async () => {
  for (const program of running) await program.close();
  await upstream.stop();
  scratch.remove();
});

let directories = 0;

/** A server with a key, in a data directory of its own. */
async function serve(options: ProgramOptions, ...flags: string[]) {
  const dataDir = scratch.file(`data-${directories++}`);
  const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', dataDir]);
  const { key } = JSON.parse(made.stdout) as { key: string };
  const args = ['serve', '--config', configFile, '--data-dir', dataDir, '--listen', '127.0.0.1:0', ...flags];
  const program = startProgram(args, { cwd: scratch.path, ...options });
  running.push(program);
  const url = await program.listening();
  return { program, url, key, dataDir };
}

/** The process's environment and arguments as the kernel has them. */
function procFile(pid: number, name: 'environ' | 'cmdline'): string[] {
  return readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').slice(0, -1);
}

/** Counts who connects; to be found at zero. */
async function startListener() {
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    connections: () => connections,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('fault 68: what lies about in the directory and the environment', () => {
  test('a .env, a bunfig.toml and a tsconfig.json in the working directory do nothing', async () => {
    const cwd = scratch.file('hostile');
    mkdirSync(cwd);
    const trap = `require('node:fs').writeFileSync(${JSON.stringify(scratch.file('sprung'))}, 'x');`;
    writeFileSync(`${cwd}/trap.js`, trap);
    writeFileSync(`${cwd}/bunfig.toml`, 'preload = ["./trap.js"]\n[run]\npreload = ["./trap.js"]\n');
    writeFileSync(`${cwd}/tsconfig.json`, '{"compilerOptions":{"paths":{"*":["./trap.js"]}}}');
    writeFileSync(`${cwd}/package.json`, '{"name":"x","type":"commonjs"}');
    for (const name of ['.env', '.env.local', '.env.production']) {
      writeFileSync(`${cwd}/${name}`, 'OPENAI_API_KEY=sk-from-dotenv\nTOKENHARBOR_LOG_LEVEL=nonsense\n');
    }
    const shown = await runProgram(['config', 'show', '--data-dir', scratch.file('d')], { cwd });
    expect(shown.code).toBe(0);
    expect(shown.stdout).not.toContain('openai');
    const { program, url, key } = await serve({ cwd });
    expect((await post({ url, key }, 'openai', requestBody('openai', 'm'))).status).toBe(200);
    expect(procFile(program.pid, 'environ').join('\n')).not.toContain('dotenv');
    expect(existsSync(scratch.file('sprung'))).toBe(false);
    await program.close();
  });

  test('proxy variables, inspectors, options and limits of the runtime are not obeyed', async () => {
    const listener = await startListener();
    const [inspector = 0] = await freePorts(1);
    const proxy = `http://127.0.0.1:${listener.port}`;
    const trap = scratch.file('trap.js');
    const sprung = scratch.file('sprung-by-options');
    writeFileSync(trap, `require('node:fs').appendFileSync(${JSON.stringify(sprung)}, 'x');`);
    const { program, url, key } = await serve({
      env: {
        HTTP_PROXY: proxy,
        HTTPS_PROXY: proxy,
        ALL_PROXY: proxy,
        http_proxy: proxy,
        https_proxy: proxy,
        all_proxy: proxy,
        NO_PROXY: '',
        BUN_CONFIG_MAX_HTTP_REQUESTS: '1',
        BUN_CONFIG_VERBOSE_FETCH: 'curl',
        BUN_INSPECT: `ws://127.0.0.1:${inspector}/x`,
        BUN_OPTIONS: `--preload ${trap}`,
        NODE_OPTIONS: `--require ${trap}`,
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
      },
    });
    // Thirty at once: a limit of one would have them wait for each other.
    let waiting = 0;
    const all = Promise.withResolvers<void>();
    upstream.on('m', async (exchange) => {
      if (++waiting === 30) all.resolve();
      await all.promise;
      await exchange.json(200, openaiCompletion());
    });
    const calls = Array.from({ length: 30 }, () => post({ url, key }, 'openai', requestBody('openai', 'm')));
    for (const response of await Promise.all(calls)) expect(response.status).toBe(200);
    upstream.on('m', (exchange) => exchange.json(200, openaiCompletion()));

    expect(listener.connections()).toBe(0);
    await expect(RawClient.connect(inspector)).rejects.toThrow('ECONNREFUSED');
    // Bun loads it before the first line of the program runs; the process that serves must not.
    expect(existsSync(sprung) ? readFileSync(sprung, 'utf8').length : 0).toBeLessThanOrEqual(1);
    expect(program.output()).not.toContain('sk-upstream');
    expect(program.output()).not.toContain('curl');
    // What the process was started with: on Deno it is not started anew, and takes them out before they are read.
    if (process.env.TH_RUNTIME !== 'deno') {
      const environment = procFile(program.pid, 'environ').join('\n');
      expect(environment).not.toMatch(/^(BUN_OPTIONS|BUN_INSPECT|NODE_TLS|https?_proxy|all_proxy)/im);
    }
    await program.close();
    await listener.stop();
  });

  test('a certificate nobody vouches for is refused, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const tls = await startTlsUpstream();
    if (tls === undefined) return; // no openssl to make a certificate with
    const file = scratch.file('tls.json');
    const config = {
      providers: { up: { shape: 'openai', base_url: `${tls.url}/v1`, api_key: 'k' } },
      models: { m: { targets: [{ provider: 'up', model: 'm' }] } },
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    const { program, url, key } = await serve({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }, '--config', file);
    const response = await post({ url, key }, 'openai', requestBody('openai', 'm'));
    expect(response.status).toBe(502);
    expect(tls.received).toEqual([]);
    await program.close();
    await tls.stop();
  });
});

describe('the start within the start', () => {
  const binary = programCommand();
  const listen = ['--listen', '127.0.0.1:0'];

  test('keeps the process id, the arguments to the letter, and the parent’s environment', async () => {
    const dataDir = scratch.file(`odd "quoted" 'dir' $HOME \\ *`);
    const args = ['serve', '--data-dir', dataDir, ...listen];
    const program = startProgram(args, { cwd: scratch.path, env: { ODD: `a b'"$x\\`, EMPTY: '' } });
    running.push(program);
    await program.listening();
    expect(existsSync(`${dataDir}/tokenharbor.db`)).toBe(true);
    expect(procFile(program.pid, 'cmdline').slice(-args.length)).toEqual(args);
    const environment = procFile(program.pid, 'environ');
    expect(environment).toContain(`ODD=a b'"$x\\`);
    expect(environment).toContain('EMPTY=');
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
  });

  test('an empty argument is still one after it', async () => {
    for (const args of [
      ['serve', ''],
      ['serve', '--listen', ''],
      ['serve', 'a b'],
    ]) {
      const { code, stderr } = await runProgram([...args, '--data-dir', scratch.file('odd')], { cwd: scratch.path });
      expect([2, 78], stderr).toContain(code);
    }
  });

  test.skipIf(binary.length > 1)('works through a symlink, through PATH, and with a relative name', async () => {
    const [real = ''] = binary;
    const directory = scratch.file('bin');
    mkdirSync(directory);
    symlinkSync(real, `${directory}/th-link`);
    const path = `${directory}:/usr/bin:/bin`;
    const dataDir = scratch.file('links');
    for (const [command, cwd] of [
      [[`${directory}/th-link`], scratch.path],
      [['/bin/sh', '-c', 'exec th-link "$@"', 'sh'], scratch.path],
      [['/bin/sh', '-c', 'exec ./th-link "$@"', 'sh'], directory],
      [['/bin/sh', '-c', 'exec -a tokenharbor-renamed th-link "$@"', 'sh'], scratch.path],
    ] as const) {
      if (command.join(' ').includes('exec -a') && !existsSync('/bin/bash')) continue;
      const shell = command.map((word) =>
        command.join(' ').includes('exec -a') && word === '/bin/sh' ? '/bin/bash' : word,
      );
      const program = startProgram(['serve', '--data-dir', dataDir, ...listen], {
        cwd,
        env: { PATH: path },
        command: shell,
      });
      running.push(program);
      expect((await fetch(`${await program.listening()}/livez`)).status, command.join(' ')).toBe(200);
      program.signal('SIGTERM');
      expect(await program.exited).toBe(0);
    }
  });

  const ownWords = { deno: 'it ends by itself before it runs the program' };
  testWithinRuntime('a directory that is gone is named as what is in the way', ownWords, async () => {
    const cwd = scratch.file('gone');
    mkdirSync(cwd);
    const command = ['/bin/sh', '-c', `cd ${cwd} && rmdir ${cwd} && exec "$@"`, 'sh', ...binary];
    const args = ['serve', '--data-dir', scratch.file('of-gone'), ...listen];
    const { code, stderr } = await runProgram(args, { cwd: scratch.path, command });
    expect(code).toBe(1);
    expect(stderr).toContain('directory was deleted');
  });

  test('works without PATH and without HOME', async () => {
    const dataDir = scratch.file('bare');
    const command = ['/usr/bin/env', '-i', ...binary];
    const program = startProgram(['serve', '--data-dir', dataDir, ...listen], { cwd: scratch.path, command });
    running.push(program);
    expect((await fetch(`${await program.listening()}/livez`)).status).toBe(200);
    await program.close();
    const { code } = await runProgram(['keys', 'list', '--data-dir', dataDir], { cwd: dirname(dataDir), command });
    expect(code).toBe(0);
  });
});

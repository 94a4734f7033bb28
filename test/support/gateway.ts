/** Starts the program as a user would, on free ports, in a directory and an environment of its own. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePorts } from './free-ports.ts';

export const PROJECT_ROOT: string = resolve(import.meta.dir, '../..');

/** Not the package's wrapper script: it would be the wrapper that gets the signals and is measured. */
export const DENO: string = join(PROJECT_ROOT, 'node_modules/deno/deno');

export interface GatewayOptions {
  /** Written as JSON, which is YAML too. Left out: no `--config`, so the built-in defaults. */
  readonly config?: object;
  /** More environment; the tests' own is not inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly readyTimeoutMs?: number;
}

export interface MintedKey {
  readonly id: string;
  readonly key: string;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Gateway {
  /** `http://127.0.0.1:PORT`: the Anthropic SDK's base URL; OpenAI's is `${url}/v1`. */
  readonly url: string;
  readonly port: number;
  readonly adminPort: number;
  readonly pid: number;
  readonly dataDir: string;
  /** A key minted for this start. */
  readonly key: string;
  readonly keyId: string;
  /** Both output streams so far. */
  logs(): string;
  /** Resident memory of the process, in KiB. */
  rssKiB(): number;
  /** Resolves with the exit code if the process ends by itself. */
  readonly exited: Promise<number>;
  mintKey(...flags: string[]): Promise<MintedKey>;
  /** Runs another verb against the same data directory. */
  run(...args: string[]): Promise<CommandResult>;
  /** The same with something on its standard input. */
  pipe(input: string, ...args: string[]): Promise<CommandResult>;
  stop(): Promise<void>;
}

/** Where Deno keeps what it made of the sources: without it each start makes it anew, for 0.6 s of CPU. */
export const PROGRAM_ENV: Readonly<Record<string, string>> =
  process.env.TH_RUNTIME === 'deno' ? { DENO_DIR: join(PROJECT_ROOT, '.build/deno') } : {};

/**
 * The command that starts the program: the compiled binary, or the sources by `TH_RUNTIME=bun` or `deno`.
 * `TH_BIN` names another binary.
 */
export function programCommand(): string[] {
  const runtime = process.env.TH_RUNTIME ?? 'binary';
  const main = join(PROJECT_ROOT, 'src/main.ts');
  if (runtime === 'bun') return [process.execPath, main];
  if (runtime === 'deno') return [DENO, 'run', '-A', main];
  if (runtime !== 'binary') throw new Error(`TH_RUNTIME is ${JSON.stringify(runtime)}; it may be binary, bun or deno`);
  const binary = resolve(process.env.TH_BIN ?? join(PROJECT_ROOT, 'dist/tokenharbor'));
  if (!existsSync(binary)) {
    throw new Error(`${binary} is missing: run \`make build\` first, or name the binary in TH_BIN`);
  }
  return [binary];
}

export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-test-'));
  let lastFailure: unknown;
  // Another process may take a free port between our look and the program's: then try others.
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return await startOnce(directory, options);
    } catch (error) {
      lastFailure = error;
      if (!(error instanceof Error) || !/EADDRINUSE|in use/i.test(error.message)) break;
    }
  }
  rmSync(directory, { recursive: true, force: true });
  throw lastFailure;
}

async function startOnce(directory: string, options: GatewayOptions): Promise<Gateway> {
  const command = programCommand();
  const dataDir = join(directory, 'data');
  const [port = 0, adminPort = 0] = await freePorts(2);
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: directory,
    NO_COLOR: '1',
    ...PROGRAM_ENV,
    TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
    ...options.env,
  };
  const configFlags: string[] = [];
  if (options.config !== undefined) {
    const configFile = join(directory, 'config.json');
    writeFileSync(configFile, JSON.stringify(options.config, undefined, 2), { mode: 0o600 });
    configFlags.push('--config', configFile);
  }
  const listen = ['--listen', `127.0.0.1:${port}`];
  const child = Bun.spawn(
    [...command, 'serve', ...configFlags, ...listen, '--data-dir', dataDir, ...(options.args ?? [])],
    { cwd: directory, env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
  );
  let output = '';
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) output += decoder.decode(chunk, { stream: true });
  };
  const collected = Promise.all([collect(child.stdout), collect(child.stderr)]);
  const url = `http://127.0.0.1:${port}`;

  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await child.exited;
    clearTimeout(timer);
    await collected;
  };

  const run = (...args: string[]): Promise<CommandResult> => pipe('', ...args);

  const pipe = async (input: string, ...args: string[]): Promise<CommandResult> => {
    const verb = Bun.spawn([...command, ...args, ...configFlags, '--data-dir', dataDir], {
      cwd: directory,
      env,
      stdin: new TextEncoder().encode(input),
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [stdout, stderr, code] = await Promise.all([
      new Response(verb.stdout).text(),
      new Response(verb.stderr).text(),
      verb.exited,
    ]);
    return { code, stdout, stderr };
  };

  const mintKey = async (...flags: string[]): Promise<MintedKey> => {
    const { code, stdout, stderr } = await run('keys', 'create', '--name', 't', '--json', ...flags);
    if (code !== 0) throw new Error(`keys create: exit ${code}\n${stdout}\n${stderr}`);
    const minted = JSON.parse(stdout) as MintedKey;
    if (typeof minted.key !== 'string') throw new Error(`keys create printed no key: ${stdout}`);
    return minted;
  };

  try {
    await waitUntilReady(url, child.exited, options.readyTimeoutMs ?? 20_000);
    const { key, id } = await mintKey();
    return {
      url,
      port,
      adminPort,
      pid: child.pid,
      dataDir,
      key,
      keyId: id,
      logs: () => output,
      rssKiB: () => rssKiB(child.pid),
      exited: child.exited,
      mintKey,
      run,
      pipe,
      stop: async () => {
        await stop();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await stop();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n--- its output ---\n${output}`);
  }
}

async function waitUntilReady(url: string, exited: Promise<number>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let exitCode: number | undefined;
  void exited.then((code) => {
    exitCode = code;
  });
  let last = 'no answer';
  while (performance.now() < deadline) {
    if (exitCode !== undefined) throw new Error(`the gateway exited with ${exitCode} before it was ready`);
    try {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
      if (response.status === 200) return;
      last = `HTTP ${response.status}: ${await response.text()}`;
    } catch (error) {
      last = String(error); // not listening yet
    }
    await Bun.sleep(20);
  }
  throw new Error(`the gateway was not ready within ${timeoutMs} ms; last: ${last}`);
}

function rssKiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (line === null) throw new Error(`no VmRSS in /proc/${pid}/status`);
  return Number(line[1]);
}

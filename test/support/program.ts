/** The program as a bare process: any verb, any environment, any directory. For a server to talk to, see gateway.ts. */
import { existsSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programCommand, PROGRAM_ENV, type CommandResult } from './gateway.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** In place of the program's own command: a symlink to it, a shell around it. */
  readonly command?: readonly string[];
}

export interface RunningProgram {
  readonly pid: number;
  /** Both output streams so far. */
  output(): string;
  /** The lines of standard output that are JSON. */
  logLines(): Record<string, unknown>[];
  /** Resolves with the address once the log says where it listens. */
  listening(): Promise<string>;
  /** Resolves when the output matches. */
  said(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<number>;
  /** Kills it if it still runs. */
  close(): Promise<void>;
}

/** A directory of its own for one test file; `remove` it at the end. */
export function scratchDirectory(): { readonly path: string; file(name: string): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tokenharbor-test-'));
  return {
    path,
    file: (name) => join(path, name),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export function startProgram(args: readonly string[], options: ProgramOptions = {}): RunningProgram {
  const { cwd = tmpdir(), env = {}, command = programCommand() } = options;
  const child = Bun.spawn([...command, ...args], {
    cwd,
    env: environment(cwd, env),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let output = '';
  let stdout = '';
  const collect = async (stream: ReadableStream<Uint8Array>, isStdout: boolean) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      output += text;
      if (isStdout) stdout += text;
    }
  };
  const collected = Promise.all([collect(child.stdout, true), collect(child.stderr, false)]);
  const exited = Promise.all([child.exited, collected]).then(([code]) => code);

  const said = async (pattern: RegExp) => {
    let ended = false;
    void exited.then(() => {
      ended = true;
    });
    const deadline = performance.now() + 20_000;
    while (!pattern.test(output)) {
      if (ended || performance.now() > deadline) throw new Error(`it never said ${pattern}; its output:\n${output}`);
      await Bun.sleep(10);
    }
  };
  return {
    pid: child.pid,
    output: () => output,
    logLines: () =>
      stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    said,
    async listening() {
      await said(/"url":"[^"]+"/);
      return /"url":"([^"]+)"/.exec(output)?.[1] as string;
    },
    signal: (name) => child.kill(name),
    exited,
    async close() {
      // A terminal's own child is in a session of its own and would live on.
      for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGKILL');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function environment(cwd: string, env: Readonly<Record<string, string>>): Record<string, string> {
  const own = { PATH: '/usr/bin:/bin', HOME: cwd, NO_COLOR: '1', TOKENHARBOR_ADMIN_LISTEN: '127.0.0.1:0' };
  return { ...own, ...PROGRAM_ENV, ...env };
}

/** Runs a verb to its end. */
export async function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<CommandResult> {
  const { cwd = tmpdir(), env = {}, command = programCommand() } = options;
  const child = Bun.spawn([...command, ...args], {
    cwd,
    env: environment(cwd, env),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
}

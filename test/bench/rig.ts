import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dir, '../..');
/** The load rig: a stand-in model server and a load client in C. Not part of this project. */
export const RIG = join(process.env.TH_SHARED ?? resolve(ROOT, '../shared'), 'tools/rig');
export const FOLDER = mkdtempSync(join(tmpdir(), 'tokenharbor-bench-'));

/** What the load client measured, and what the process in front of it spent. */
export interface Measurement {
  readonly ok: number;
  readonly bad: number;
  readonly reqPerS: number;
  readonly tokensPerS: number;
  readonly cpuUsPerReq: number;
  readonly cpuUsPerToken: number;
  readonly lateP50Us: number;
  readonly lateP99Us: number;
  readonly firstByteP50Us: number;
  readonly rssMib: number;
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
  readonly warmUpS: number;
  readonly path: string;
  readonly body: string;
}

export interface Subject {
  readonly name: string;
  readonly port: number;
  /** The processes whose time is counted. */
  readonly pids: readonly number[];
  readonly key?: string;
}

export function buildRig(): void {
  if (!existsSync(RIG)) throw new Error(`THE LOAD RIG IS NOT AT ${RIG}: set TH_SHARED`);
  const made = Bun.spawnSync(['make', '-s', '-C', RIG, `OUT=${FOLDER}`]);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
}

const children: { kill(signal?: number): void; exited: Promise<number> }[] = [];

/** Starts a process that ends with the bench. */
export function start(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; log?: string } = {},
) {
  const out = options.log === undefined ? 'ignore' : Bun.file(join(FOLDER, options.log));
  const child = Bun.spawn([...command], {
    cwd: options.cwd ?? FOLDER,
    env: { ...process.env, ...options.env },
    stdout: out,
    stderr: options.log === undefined ? 'ignore' : Bun.file(join(FOLDER, `${options.log}.err`)),
    stdin: 'ignore',
  });
  children.push(child);
  return child;
}

export async function stopAll(): Promise<void> {
  for (const child of children.splice(0).reverse()) {
    child.kill();
    await child.exited;
  }
}

export async function listening(port: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    try {
      const socket = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } });
      socket.end();
      return;
    } catch {
      await Bun.sleep(25);
    }
  }
  throw new Error(`nothing listens on ${port}`);
}

/** nginx as a bare reverse proxy, one worker: the yardstick. Undefined where it is not installed. */
export async function startNginx(port: number, upstream: number): Promise<Subject | undefined> {
  if (Bun.which('nginx', { PATH: `${process.env.PATH}:/usr/sbin` }) === null) return undefined;
  const folder = join(FOLDER, 'nginx');
  mkdirSync(folder, { recursive: true });
  const config = readFileSync(join(RIG, 'nginx.conf'), 'utf8');
  writeFileSync(
    join(folder, 'nginx.conf'),
    config.replaceAll('@PORT@', String(port)).replaceAll('@UPSTREAM@', String(upstream)),
  );
  const master = start(['nginx', '-p', folder, '-c', 'nginx.conf'], { env: { PATH: `${process.env.PATH}:/usr/sbin` } });
  await listening(port);
  return { name: 'nginx', port, pids: [master.pid, ...childrenOf(master.pid)] };
}

export async function measure(subject: Subject, load: Load): Promise<Measurement> {
  const file = join(FOLDER, 'body.json');
  writeFileSync(file, load.body);
  const args = ['-c', String(load.connections), '-d', String(load.seconds), '-w', String(load.warmUpS)];
  const headers = subject.key === undefined ? [] : ['-H', `authorization: Bearer ${subject.key}`];
  const client = Bun.spawn(
    [join(FOLDER, 'load'), '-P', String(subject.port), '-p', load.path, '-B', file, ...args, ...headers],
    { stdout: 'pipe', stderr: 'inherit' },
  );
  await Bun.sleep(load.warmUpS * 1000);
  const before = cpuSeconds(subject.pids);
  const text = await new Response(client.stdout).text();
  const spentUs = (cpuSeconds(subject.pids) - before) * 1e6;
  const said = JSON.parse(text);
  const tokens = said.tokens_per_s * said.seconds;
  return {
    ok: said.ok,
    bad: said.non200 + said.dropped,
    reqPerS: said.req_per_s,
    tokensPerS: said.tokens_per_s,
    cpuUsPerReq: spentUs / said.ok,
    cpuUsPerToken: spentUs / tokens,
    lateP50Us: said.token_late_us.p50,
    lateP99Us: said.token_late_us.p99,
    firstByteP50Us: said.first_byte_us.p50,
    rssMib: rssMib(subject.pids),
  };
}

const TICKS_PER_S = 100;

function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_PER_S;
}

function rssMib(pids: readonly number[]): number {
  let kib = 0;
  for (const pid of pids) kib += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return kib / 1024;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

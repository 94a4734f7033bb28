/** One `bun test` as a process group of its own, with a deadline; what it says is kept whole. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readTotals, type Totals } from './junit-totals.ts';
import type { TestJob } from './test-jobs.ts';

export interface JobOptions {
  /** Where its report is written. */
  readonly directory: string;
  readonly deadlineMs: number;
}

export interface JobResult {
  readonly totals: Totals;
  /** Both output streams, in the order they came. */
  readonly output: string;
  readonly seconds: number;
}

/** Of one test that says nothing of its own: Bun's 5 s are too few for real work on a machine that has other work, too. */
const TIMEOUT = '--timeout=60000';

const running = new Set<number>();
let made = 0;

export async function runJob(job: TestJob, { directory, deadlineMs }: JobOptions): Promise<JobResult> {
  const report = join(directory, `${++made}.xml`);
  const begun = performance.now();
  const args = ['test', '--only-failures', TIMEOUT, '--reporter=junit', `--reporter-outfile=${report}`];
  const child = spawn(process.execPath, [...args, ...job.files.map((file) => resolve(file))], {
    // A group of its own, for the deadline to reach whatever the tests started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...job.env },
  });
  const pid = child.pid ?? 0;
  running.add(pid);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    killGroup(pid);
  }, deadlineMs);
  // Not `close`: a process that a test left behind holds the pipes open.
  const code = await new Promise<number | string>((ended, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => ended(code ?? signal ?? 'nothing'));
  });
  clearTimeout(deadline);
  // For what is still in the pipes.
  await Bun.sleep(20);
  killGroup(pid);
  running.delete(pid);
  const seconds = (performance.now() - begun) / 1000;
  const totals = existsSync(report) ? readTotals(readFileSync(report, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
  const problem = problemOf(code, totals, isLate ? deadlineMs : undefined);
  return {
    totals: problem === undefined ? totals : { ...totals, failed: totals.failed + 1 },
    output: Buffer.concat(chunks).toString() + (problem === undefined ? '' : `\n${job.name}: ${problem}\n`),
    seconds,
  };
}

/** Ends what still runs; a runner that is stopped leaves nothing behind. */
export function killJobs(): void {
  for (const pid of running) killGroup(pid);
}

/** What is wrong with the run itself: a crash leaves no report, or one that does not count the file that crashed. */
function problemOf(code: number | string, totals: Totals, lateMs: number | undefined): string | undefined {
  if (lateMs !== undefined) return `not done within ${lateMs / 1000} s`;
  if (code !== 0 && totals.failed === 0) return `the process ended with ${code}, and no test is reported as failed`;
  if (totals.passed + totals.failed + totals.skipped === 0) return 'no test ran';
  return undefined;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, and all it started.
  }
}

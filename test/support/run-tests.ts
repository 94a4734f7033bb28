/**
 * Runs the test files below the given paths, some side by side, and closes with the line
 * `N passed, N failed[, N skipped]`. Exits with 0 only when nothing failed and something ran.
 * What follows `--deno` among the paths is run with the program under Deno. `TH_JOBS` says how many files run at once.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DENO } from './gateway.ts';
import { add, type Totals } from './runner/junit-totals.ts';
import { killJobs, runJob } from './runner/run-job.ts';
import { type TestJob, testJobs } from './runner/test-jobs.ts';

/** Most of a test's time is waiting: half as many again as there are cores keep these busy. */
const WIDTH = Number(process.env.TH_JOBS) || Math.ceil(availableParallelism() * 1.5);
/** How files say that something of theirs does not run here: shown although they did not fail. */
const SKIP = /^skipped\b|ARE SKIPPED|WAS NOT TRIED|NOT LOOKED AT/i;
/** Several times what the slowest one takes. */
const DEADLINE_MS = 600_000;

const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-tests-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    killJobs();
    rmSync(directory, { recursive: true });
    process.exit(130);
  });
}

const skips = new Set<string>();
const args = process.argv.slice(2);
if (args.includes('--deno') && !existsSync(DENO)) {
  args.splice(args.indexOf('--deno'));
  skips.add('SKIPPED: the tests on Deno, which is not installed for this machine');
}
const jobs = testJobs(args);
let totals: Totals = { passed: 0, failed: 0, skipped: 0 };
let done = 0;

async function run(job: TestJob): Promise<void> {
  const result = await runJob(job, { directory, deadlineMs: DEADLINE_MS });
  totals = add(totals, result.totals);
  console.log(`[${++done}/${jobs.length}] ${job.name}: ${told(result.totals)} in ${result.seconds.toFixed(1)} s`);
  if (result.totals.failed > 0) console.log(result.output);
  for (const line of result.output.split('\n')) if (SKIP.test(line)) skips.add(line);
}

async function runAll(queue: TestJob[], width: number): Promise<void> {
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await run(job);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

function told({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

const [alone, others] = [jobs.filter(({ isAlone }) => isAlone), jobs.filter(({ isAlone }) => !isAlone)];
await runAll(others, WIDTH);
await runAll(alone, 1);
rmSync(directory, { recursive: true });
for (const line of skips) console.log(line);
console.log(told(totals));
process.exit(totals.passed > 0 && totals.failed === 0 ? 0 : 1);

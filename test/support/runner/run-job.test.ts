import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../is-alive.ts';
import { type JobResult, runJob } from './run-job.ts';
import { testJobs } from './test-jobs.ts';

const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

let made = 0;
function runFile(body: string, deadlineMs = 30_000): Promise<JobResult> {
  const file = join(directory, `${++made}.test.ts`);
  writeFileSync(file, `import { describe, expect, test } from 'bun:test';\n${body}\n`);
  return runJob({ name: 'job', files: [file], isAlone: false, env: { TH_OF_THE_JOB: 'x' } }, { directory, deadlineMs });
}

describe('what a process of tests comes to', () => {
  test('its tests are counted, with the environment of the job', async () => {
    const { totals } = await runFile(`
      test('a', () => expect(process.env.TH_OF_THE_JOB).toBe('x'));
      test('b', () => undefined);
      test.skip('c', () => undefined);`);
    expect(totals).toEqual({ passed: 2, failed: 0, skipped: 1 });
  });

  test('a failure is counted once, and its output is kept', async () => {
    const { totals, output } = await runFile(`
      test('a', () => { console.log('words of a'); expect(1).toBe(2); });
      test('b', () => undefined);`);
    expect(totals).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(output).toContain('words of a');
  });

  test.each([
    ['a file that cannot be loaded', `throw new Error('no');`],
    ['a crash', `test('a', () => process.kill(process.pid, 'SIGKILL'));`],
    ['an exit as if all were well', `test('a', () => process.exit(0));`],
    ['no test at all', ''],
    [
      'an error beside the tests',
      `test('a', () => undefined);\nsetTimeout(() => { throw new Error('no'); }, 0);
      test('b', () => Bun.sleep(100));`,
    ],
    ['a file that is not there', `test('a', () => undefined);`],
  ])('%s is a failure', async (name, body) => {
    const file = join(directory, 'none', 'x.test.ts');
    const { totals } = await (name === 'a file that is not there'
      ? runJob({ name, files: [file], isAlone: false, env: {} }, { directory, deadlineMs: 30_000 })
      : runFile(body));
    expect(totals.failed).toBeGreaterThan(0);
  });

  test('one that is not done in time is ended with all it started, and is a failure', async () => {
    const { totals, output } = await runFile(
      `test('a', async () => {
        const child = Bun.spawn(['sleep', '600']);
        console.log('child', child.pid, '!');
        await child.exited;
      }, 600_000);`,
      2_000,
    );
    expect(totals.failed).toBe(1);
    expect(output).toContain('not done within 2 s');
    const pid = Number(/child (\d+) !/.exec(output)?.[1]);
    expect(pid).toBeGreaterThan(0);
    await Bun.sleep(50);
    expect(isAlive(pid)).toBe(false);
  });

  test('a process that a test leaves behind holds nothing up, and is ended', async () => {
    const { totals, output } = await runFile(`
      test('a', () => {
        const child = Bun.spawn(['sleep', '600'], { stdout: 'inherit' });
        child.unref();
        console.log('child', child.pid, '!');
      });`);
    expect(totals).toEqual({ passed: 1, failed: 0, skipped: 0 });
    const pid = Number(/child (\d+) !/.exec(output)?.[1]);
    expect(pid).toBeGreaterThan(0);
    await Bun.sleep(50);
    expect(isAlive(pid)).toBe(false);
  });
});

describe('which files share a process', () => {
  test('unit tests of one part of a room; of test/ each has its own, on Deno too', () => {
    const jobs = testJobs(['./src/gateway/orchestra', 'test/e2e/workers.test.ts', '--deno', 'test/e2e/limits.test.ts']);
    expect(jobs.map(({ name, env }) => [name, env['TH_RUNTIME']])).toEqual([
      ['test/e2e/limits.test.ts (Deno)', 'deno'],
      ['src/gateway/orchestra', undefined],
      ['src/gateway/orchestra/directives', undefined],
      ['src/gateway/orchestra/markers', undefined],
      ['src/gateway/orchestra/score', undefined],
      ['src/gateway/orchestra/turn', undefined],
      ['test/e2e/workers.test.ts', undefined],
    ]);
    expect(jobs.flatMap(({ files }) => files).length).toBeGreaterThan(20);
  });

  test('what has a reason to run alone does so', () => {
    expect(testJobs(['test/e2e/many-streams.test.ts', 'test/e2e/cli.test.ts']).map(({ isAlone }) => isAlone)).toEqual([
      true,
      false,
    ]);
  });
});

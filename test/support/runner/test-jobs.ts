/** Which test files one process runs. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonToRunAlone } from './run-alone.ts';

/** Files that one `bun test` runs one after the other. */
export interface TestJob {
  readonly name: string;
  readonly files: readonly string[];
  /** Nothing else runs beside it. */
  readonly isAlone: boolean;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * `args`: files and directories; what follows `--deno` is run with the program under Deno. Unit tests of one part of a
 * room share a process, because to start one costs as much as many of them; any other file has a process of its own.
 */
export function testJobs(args: readonly string[]): TestJob[] {
  const at = args.indexOf('--deno');
  if (at === -1) return jobsOf(args);
  const onDeno = jobsOf(args.slice(at + 1));
  return [
    ...onDeno.map((job) => ({ ...job, name: `${job.name} (Deno)`, env: { TH_RUNTIME: 'deno' } })),
    ...jobsOf(args.slice(0, at)),
  ];
}

function jobsOf(paths: readonly string[]): TestJob[] {
  const jobs = new Map<string, string[]>();
  for (const file of new Set(paths.flatMap(testFiles))) {
    const name = file.startsWith('test/') ? file : partOf(file);
    jobs.set(name, [...(jobs.get(name) ?? []), file]);
  }
  return [...jobs].map(([name, files]) => ({
    name,
    files,
    isAlone: files.some((file) => reasonToRunAlone(file) !== undefined),
    env: {},
  }));
}

/** `src/gateway/orchestra/score` of `src/gateway/orchestra/score/deeper/x.test.ts`. */
function partOf(file: string): string {
  return file.split('/').slice(0, -1).slice(0, 4).join('/');
}

function testFiles(path: string): string[] {
  const clean = path.replace(/^\.\//, '').replace(/\/$/, '');
  if (!statSync(clean).isDirectory()) return [clean];
  return readdirSync(clean, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(clean, name))
    .sort();
}

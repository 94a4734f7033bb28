/**
 * Compiles the program for one target into .build/release/TARGET: `bun deploy/release/executable.ts TARGET`, with COMMIT
 * and SOURCE_DATE_EPOCH for what its version says.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from './compile.ts';
import { fetchRuntime } from './runtime-executable.ts';
import { TARGETS } from './targets.ts';

const root = join(import.meta.dir, '..', '..');
const target = TARGETS.find(({ name }) => name === process.argv[2]);
if (target === undefined) {
  console.error(`usage: bun deploy/release/executable.ts ${TARGETS.map(({ name }) => name).join('|')}`);
  process.exit(2);
}
const directory = join(root, '.build', 'release', target.name);
rmSync(directory, { recursive: true, force: true });
const commit = process.env['COMMIT'] ?? 'unknown';
const time = Number(process.env['SOURCE_DATE_EPOCH'] ?? 315_532_800);
console.log(compile({ root, target, runtime: fetchRuntime(root, target), commit, time, directory }));

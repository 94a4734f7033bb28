/**
 * Builds a release into dist/release: `bun release/dist.ts [TARGET...]`. Without names every target is tried, and one
 * whose runtime cannot be had is left out, loudly; a target that is named has to be built.
 * SIGNING_KEY: an SSH key, by which SHA256SUMS is signed; MAINTAINER: `Name <address>`, for Debian's packages.
 * SOURCE_DATE_EPOCH (Unix seconds; the commit's time by default) is the one time that is written anywhere.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { describeMaterials } from './bill-of-materials.ts';
import { compile } from './compile.ts';
import { contentsFor, sharedContents, starterConfiguration } from './contents.ts';
import { packageName, packDeb } from './debian/package.ts';
import type { PackedFile } from './packed-file.ts';
import { runTool } from './run-tool.ts';
import { fetchRuntime, RuntimeUnavailable } from './runtime-executable.ts';
import { packTarGz } from './tar.ts';
import { sign } from './sign.ts';
import { type Target, TARGETS } from './targets.ts';
import { packZip } from './zip.ts';

const root = join(import.meta.dir, '..', '..');
const output = join(root, 'dist', 'release');
const names = process.argv.slice(2);
const unknown = names.filter((name) => !TARGETS.some((target) => target.name === name));
if (unknown.length > 0) {
  console.error(`no such target: ${unknown.join(', ')}. There are ${TARGETS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const commit = process.env['COMMIT'] ?? askGit(['rev-parse', '--short=12', 'HEAD']) ?? 'unknown';
// Not before 1980, where the time of a ZIP archive begins.
const time = Number(process.env['SOURCE_DATE_EPOCH'] ?? askGit(['log', '-1', '--format=%ct']) ?? 315_532_800);
if (!Number.isSafeInteger(time) || time < 315_532_800)
  throw new Error('SOURCE_DATE_EPOCH: not Unix seconds from 1980 on');

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const shared = sharedContents(root);
const starter = starterConfiguration(root);
const maintainer = process.env['MAINTAINER'] || 'Token Harbor <maintainers@tokenharbor.invalid>';
const archives: string[] = [];
const skipped: string[] = [];
for (const target of TARGETS) {
  if (names.length > 0 && !names.includes(target.name)) continue;
  let runtime: string;
  try {
    runtime = fetchRuntime(root, target);
  } catch (cause) {
    if (names.length > 0 || !(cause instanceof RuntimeUnavailable)) throw cause;
    skipped.push(target.name);
    console.error(`SKIPPED ${target.name}: no runtime for it: ${cause.message}`);
    continue;
  }
  archives.push(...build(target, runtime));
}

const bom = join(output, `tokenharbor_${packageJson.version}.cdx.json`);
writeFileSync(bom, `${JSON.stringify(describeMaterials({ root, time, archives }), null, 2)}\n`);
const install = join(output, 'install.sh');
writeFileSync(install, readFileSync(join(root, 'deploy', 'install.sh')), { mode: 0o755 });
const sums = [...archives, bom, install].toSorted().map((path) => `${digest(path)}  ${basename(path)}\n`);
writeFileSync(join(output, 'SHA256SUMS'), sums.join(''));
const signingKey = process.env['SIGNING_KEY'] ?? '';
if (signingKey !== '') {
  sign(join(output, 'SHA256SUMS'), resolve(signingKey));
  console.error('signed SHA256SUMS');
}
process.stdout.write(sums.join(''));
if (skipped.length > 0) console.error(`NOT A WHOLE RELEASE: without ${skipped.join(', ')}`);
if (archives.length === 0) process.exit(1);

/** The paths of the archive, and of the package where there is one. */
function build(target: Target, runtime: string): string[] {
  const directory = join(root, '.build', 'release', target.name);
  rmSync(directory, { recursive: true, force: true });
  const executable = compile({ root, target, runtime, commit, time, directory });
  const folder = `tokenharbor_${packageJson.version}_${target.name}`;
  const contents: PackedFile[] = [
    { path: target.executable, bytes: readFileSync(executable), isExecutable: true },
    ...shared,
    ...contentsFor(root, target),
  ];
  const files = contents.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
  const archive = write(
    `${folder}.${target.archive}`,
    target.archive === 'zip' ? packZip(files, time) : packTarGz(files, time),
  );
  if (target.debian === undefined) return [archive];
  const facts = { version: packageJson.version, architecture: target.debian, maintainer };
  return [archive, write(packageName(facts), packDeb(contents, starter, facts, time))];
}

function write(name: string, bytes: Uint8Array): string {
  const path = join(output, name);
  writeFileSync(path, bytes);
  console.error(`built ${name}`);
  return path;
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Undefined outside a clone. */
function askGit(args: readonly string[]): string | undefined {
  try {
    return runTool(['git', ...args], { cwd: root }).trim();
  } catch {
    return undefined;
  }
}

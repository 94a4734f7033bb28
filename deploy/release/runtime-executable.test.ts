/** Where a runtime comes from: npm, stood in for by a script, and only the one that the lock names. */
import { afterAll, beforeEach, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchRuntime, RuntimeUnavailable } from './runtime-executable.ts';
import { packTarGz } from './tar.ts';
import { TARGETS, type Target } from './targets.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tokenharbor-runtime-'));
const path = process.env['PATH'];
afterAll(() => {
  process.env['PATH'] = path;
  rmSync(scratch, { recursive: true, force: true });
});

const target = TARGETS[0] as Target;
const packed = packTarGz([{ path: 'package/bin/bun', bytes: Buffer.from('a runtime'), isExecutable: true }], 0);
const integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(scratch, 'case-'));
  const bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(root, 'packed.tgz'), packed);
  npm(`cp "${join(root, 'packed.tgz')}" ./runtime.tgz`);
  process.env['PATH'] = `${bin}:${path}`;
  lock(integrity);
});

function npm(script: string): void {
  writeFileSync(join(root, 'bin', 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'bin', 'npm'), 0o755);
}

function lock(digest: string): void {
  const packages = { [`node_modules/${target.runtimePackage}`]: { version: '1.2.3', integrity: digest } };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
}

test('it is fetched once, and kept', () => {
  const executable = fetchRuntime(root, target);
  expect(readFileSync(executable, 'utf8')).toBe('a runtime');
  npm('exit 1');
  expect(fetchRuntime(root, target)).toBe(executable);
});

test('one that npm does not have is unavailable, and why is told', () => {
  npm('echo "404 not there" >&2; exit 1');
  expect(() => fetchRuntime(root, target)).toThrow(RuntimeUnavailable);
  expect(() => fetchRuntime(root, target)).toThrow('404 not there');
});

test('one with another digest is refused, which is no mere absence, and not kept', () => {
  lock(integrity.replace(/.$/, '').replace(/^sha512-./, (start) => (start.endsWith('A') ? 'sha512-B' : 'sha512-A')));
  let refusal: unknown;
  try {
    fetchRuntime(root, target);
  } catch (cause) {
    refusal = cause;
  }
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal).not.toBeInstanceOf(RuntimeUnavailable);
  expect(String(refusal)).toContain('is not the one that package-lock.json names');
  expect(existsSync(join(root, '.build', 'bun', `${target.bunTarget}-1.2.3`))).toBe(false);
});

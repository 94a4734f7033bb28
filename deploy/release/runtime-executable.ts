import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readLocked } from './lock-file.ts';
import { runTool } from './run-tool.ts';
import type { Target } from './targets.ts';

/** npm does not have it, or cannot be asked. */
export class RuntimeUnavailable extends Error {}

/**
 * The path of Bun's own executable for a target: from the cache, or through npm, and then held against the digest in
 * package-lock.json. Throws `RuntimeUnavailable` where
 * npm does not have it, and another error where the digest is another one.
 */
export function fetchRuntime(root: string, target: Target): string {
  const { version, integrity } = readLocked(root, target.runtimePackage);
  const cache = join(root, '.build', 'bun', `${target.bunTarget}-${version}`);
  const executable = join(cache, target.executable === 'tokenharbor.exe' ? 'bun.exe' : 'bun');
  if (existsSync(executable)) return executable;
  const fresh = `${cache}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  try {
    download(`${target.runtimePackage}@${version}`, fresh);
    const [tarball] = readdirSync(fresh).filter((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new Error('npm pack left no file');
    const digest = `sha512-${createHash('sha512')
      .update(readFileSync(join(fresh, tarball)))
      .digest('base64')}`;
    if (digest !== integrity) throw new Error(`${target.runtimePackage} is not the one that package-lock.json names`);
    runTool(['tar', '-xzf', tarball, '--strip-components=2', 'package/bin'], { cwd: fresh });
    rmSync(join(fresh, tarball));
    rmSync(cache, { recursive: true, force: true });
    renameSync(fresh, cache);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return executable;
}

function download(name: string, directory: string): void {
  try {
    runTool(['npm', 'pack', '--loglevel=error', name], { cwd: directory });
  } catch (cause) {
    throw new RuntimeUnavailable(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The project in another directory, as a machine that builds a release has it. */
import { cpSync, linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Glob } from 'bun';
import { PROJECT_ROOT } from '../support/gateway.ts';

/** Copies what git would: sources and what is tracked beside them. Packages are linked file by file, so that their paths differ too. */
export function copyProject(directory: string): void {
  for (const path of filesOf(PROJECT_ROOT)) {
    if (/^(?:node_modules|dist|\.build|\.git)(?:\/|$)/.test(path)) continue;
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    cpSync(join(PROJECT_ROOT, path), join(directory, path));
  }
  const packages = join(PROJECT_ROOT, 'node_modules');
  for (const path of filesOf(`${packages}/`)) {
    if (/^(?:\.|deno\/|@deno\/|@oven\/|oxlint\/|@oxlint\/|bun\/)/.test(path)) continue;
    mkdirSync(dirname(join(directory, 'node_modules', path)), { recursive: true });
    place(join(packages, path), join(directory, 'node_modules', path));
  }
  mkdirSync(join(directory, '.build'), { recursive: true });
  mkdirSync(join(PROJECT_ROOT, '.build', 'bun'), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, '.build', 'bun'), join(directory, '.build', 'bun'));
}

function filesOf(root: string): string[] {
  return [...new Glob('**/*').scanSync({ cwd: root, dot: true, onlyFiles: true })].map((path) =>
    relative(root, join(root, path)),
  );
}

function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system.
    cpSync(from, to);
  }
}

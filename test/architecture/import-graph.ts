import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Glob } from 'bun';

export const ROOT = resolve(import.meta.dir, '../..');

export interface SourceFile {
  /** Relative to the project's root: `src/gateway/relay.ts`. */
  readonly path: string;
  readonly text: string;
  /** Files of ours it imports, type-only imports included. */
  readonly imports: readonly string[];
  /** Packages and builtins it imports. */
  readonly packages: readonly string[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Every file of the product, without tests and what only tests use. */
export function readSources(): SourceFile[] {
  const files: SourceFile[] = [];
  for (const path of new Glob('src/**/*.{ts,tsx}').scanSync(ROOT)) {
    if (/\.(test|contract|fixture)\.ts$/.test(path)) continue;
    const text = readFileSync(join(ROOT, path), 'utf8');
    const names = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
    const ours = names.filter((name) => name.startsWith('.'));
    files.push({
      path,
      text,
      imports: ours.map((name) => relative(ROOT, join(ROOT, dirname(path), name))),
      packages: names.filter((name) => !name.startsWith('.')),
    });
  }
  return files.sort((a, b) => a.path.localeCompare(b.path));
}

/** `src/gateway/relay.ts` → `gateway`; a file of `src` itself is its own room, and so is the page that browsers run. */
export function roomOf(path: string): string {
  if (path.startsWith('src/server/dashboard/')) return 'dashboard';
  const [, room = '', rest] = path.split('/');
  return rest === undefined ? room.replace(/\.ts$/, '') : room;
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Package {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devDependencies?: unknown;
}

/**
 * Does something in a directory whose package.json and package-lock.json have what is in the executable and nothing else:
 * npm, told to leave out what serves development, leaves out what both need, too (11.19.1).
 */
export function amongShippedPackages<T>(root: string, work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-packages-'));
  try {
    const { devDependencies: _, ...manifest } = read(join(root, 'package.json')) as Package;
    const lock = read(join(root, 'package-lock.json')) as { packages: Record<string, Package> };
    const shipped = Object.entries(lock.packages)
      .filter(([, { dev, optional }]) => dev !== true && optional !== true)
      .map(([path, { devDependencies: _unused, ...one }]) => [path, one] as const);
    write(join(directory, 'package.json'), manifest);
    write(join(directory, 'package-lock.json'), { ...lock, packages: Object.fromEntries(shipped) });
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function write(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value, null, 2));
}

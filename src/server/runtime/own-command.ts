import { existsSync } from 'node:fs';

/** The file that runs, also where a newer version has taken its place: that one might change the database. */
const SELF = '/proc/self/exe';

/** What starts this very program once more, to be followed by arguments. */
export function ownCommand(): readonly [string, ...string[]] {
  const [, script = ''] = process.argv;
  if (!('Bun' in globalThis)) return [process.execPath, 'run', '-A', script];
  // Within an executable its files have paths of their own, on Windows others than elsewhere.
  const isCompiled = /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/.test(import.meta.path);
  if (!isCompiled) return [process.execPath, script];
  return [existsSync(SELF) ? SELF : process.execPath];
}

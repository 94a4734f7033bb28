import { join, resolve } from 'node:path';
import type { Origin } from './config.ts';
import type { Environment } from './overrides.ts';

export interface FoundDirectory {
  readonly path: string;
  readonly origin: Origin;
}

/** Where data goes when neither the file, a variable of ours nor a flag says so; undefined without any home. */
export function findDataDir(env: Environment, home: string | undefined): FoundDirectory | undefined {
  // systemd separates several state directories with colons; the first one is the unit's main one.
  const state = env['STATE_DIRECTORY']?.split(':')[0] ?? '';
  if (state !== '') return { path: state, origin: { kind: 'environment', name: 'STATE_DIRECTORY' } };
  const data = env['XDG_DATA_HOME'] ?? '';
  // The XDG specification has relative paths ignored.
  if (data.startsWith('/')) {
    return { path: join(data, 'tokenharbor'), origin: { kind: 'environment', name: 'XDG_DATA_HOME' } };
  }
  if (home === undefined || home === '') return undefined;
  return { path: join(home, '.local', 'share', 'tokenharbor'), origin: { kind: 'default' } };
}

/** An absolute path; `~/` is the home directory. */
export function expandDirectory(path: string, base: string, home: string | undefined): string {
  const expanded = home !== undefined && (path === '~' || path.startsWith('~/')) ? join(home, path.slice(1)) : path;
  return resolve(base, expanded);
}

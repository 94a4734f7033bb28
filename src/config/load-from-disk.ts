import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { decodeText } from './decode-text.ts';
import { type LoadResult, loadConfig } from './load.ts';
import type { ConfigFlags, Environment } from './overrides.ts';

/** `loadConfig` on the files of this machine. */
export function loadConfigFromDisk(flags: ConfigFlags, env: Environment, cwd: string): LoadResult {
  return loadConfig({
    flags,
    env,
    cwd,
    home: env['HOME'] ?? homedir(),
    readFile: (path) => ({ text: decodeText(readFileSync(path)), ...readMode(path) }),
  });
}

/** Windows reports made-up permission bits, which would accuse every file. */
function readMode(path: string): { readonly mode?: number } {
  return process.platform === 'win32' ? {} : { mode: statSync(path).mode & 0o777 };
}

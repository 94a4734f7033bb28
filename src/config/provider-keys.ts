import type { Environment } from './overrides.ts';
import type { Preset } from './preset.ts';

/** A key found in the environment, and the host it belongs to. */
export interface FoundKey {
  readonly variable: string;
  readonly key: string;
  /** Set when the vendor's own variable names another host for that key. */
  readonly baseUrl?: { readonly variable: string; readonly url: string };
}

/** A key of our own: it stands in a shell that talks to this server, and no vendor must ever see it. */
const OWN_KEY = /^thk_(live|test)_/;

/** The key of a preset's vendor from its well-known variables. */
export function findKey(preset: Preset, env: Environment): FoundKey | undefined {
  for (const variable of preset.keyEnv) {
    const key = env[variable]?.trim() ?? '';
    if (key === '' || OWN_KEY.test(key)) continue;
    const url = preset.baseUrlEnv === undefined ? '' : (env[preset.baseUrlEnv]?.trim() ?? '');
    if (preset.baseUrlEnv === undefined || url === '') return { variable, key };
    return { variable, key, baseUrl: { variable: preset.baseUrlEnv, url } };
  }
  return undefined;
}

/** Why a key cannot go into a header, or undefined. Never quotes the key. */
export function faultOfKey(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (/\s/.test(key)) return 'has white space inside';
  return /^[\x21-\x7e]+$/.test(key) ? undefined : 'has characters outside printable ASCII';
}

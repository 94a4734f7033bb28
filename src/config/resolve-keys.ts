import type { Environment } from './overrides.ts';
import type { Preset } from './preset.ts';
import type { Path } from './problem.ts';
import { type FoundKey, faultOfKey, findKey } from './provider-keys.ts';
import type { Resolver } from './resolver.ts';
import type { ProviderEntry } from './schema.ts';

const KEY_FIELDS = ['api_key', 'api_keys'] as const;

/** Whether the file says anything about keys, be it wrong. */
export function hasOwnKeys(at: Path, entry: ProviderEntry, resolver: Resolver): boolean {
  return KEY_FIELDS.some((key) => entry[key] !== undefined || resolver.isSpoiled([...at, key]));
}

/** The keys of a provider, those of the file or the one found for it; undefined after an error. */
export function resolveKeys(
  at: Path,
  entry: ProviderEntry,
  found: FoundKey | undefined,
  resolver: Resolver,
): readonly string[] | undefined {
  if (KEY_FIELDS.some((key) => resolver.isSpoiled([...at, key]))) return undefined;
  if (entry.api_key !== undefined && entry.api_keys !== undefined) {
    resolver.error([...at, 'api_keys'], 'stands beside api_key', 'Keep one of them.');
    return undefined;
  }
  if (found !== undefined) {
    const path = [...at, 'api_key'];
    resolver.noteOrigin(path, { kind: 'environment', name: found.variable });
    return checkKeys([[path, found.key]], resolver);
  }
  if (entry.api_key !== undefined) return checkKeys([[[...at, 'api_key'], entry.api_key]], resolver, true);
  if (entry.api_keys !== undefined) {
    // An entry that failed its own check is undefined here and has been reported.
    const keys = entry.api_keys.flatMap((key: string | undefined, index): [Path, string][] =>
      key === undefined ? [] : [[[...at, 'api_keys', index], key]],
    );
    return checkKeys(keys, resolver, true);
  }
  return [];
}

function checkKeys(keys: readonly [Path, string][], resolver: Resolver, fromFile = false): readonly string[] {
  return keys.map(([path, text]) => {
    if (fromFile) resolver.noteOrigin(path, resolver.fileOrigin(path));
    // Pasted keys and key files carry stray spaces and newlines at their ends.
    const key = text.trim();
    const fault = faultOfKey(key);
    if (fault !== undefined) resolver.error(path, fault, 'Write the key as the vendor shows it.');
    return key;
  });
}

/** Says that a vendor's server needs a key. */
export function reportMissingKey(at: Path, preset: Preset, env: Environment, resolver: Resolver): void {
  const [variable] = preset.keyEnv;
  if (variable === undefined) return;
  const message =
    (env[variable] ?? '') === '' ? 'is missing' : `is missing: ${variable} holds a key of Token Harbor itself`;
  resolver.error([...at, 'api_key'], message, `Set ${variable}, or add api_key.`);
}

/** Says that the vendor's well-known variable is left alone. */
export function warnAboutUnusedKey(at: Path, preset: Preset, env: Environment, resolver: Resolver): void {
  const unused = findKey(preset, env);
  if (unused === undefined) return;
  const fix = `Add api_key: \${${unused.variable}} if that key is meant for it.`;
  resolver.warn([...at, 'base_url'], `${unused.variable} is not sent to a base_url of your own`, fix);
}

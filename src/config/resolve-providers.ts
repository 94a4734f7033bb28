import type { ProviderConfig } from './config.ts';
import type { Environment } from './overrides.ts';
import { PRESETS, findPreset } from './presets.ts';
import { findKey } from './provider-keys.ts';
import { resolveProvider } from './resolve-provider.ts';
import type { Resolver } from './resolver.ts';
import type { ConfigFile } from './schema.ts';

export interface ResolvedProviders {
  readonly providers: readonly ProviderConfig[];
  /** Names a target may use: unusable entries count, so that one mistake is not reported twice. */
  readonly names: ReadonlySet<string>;
  /** Whether the file names no providers, so that the demo and the environment supply them. */
  readonly builtIn: boolean;
}

/** The providers of the file; without any, the demo and one for each preset whose key is in the environment. */
export function resolveProviders(
  file: ConfigFile,
  declared: readonly string[],
  env: Environment,
  resolver: Resolver,
): ResolvedProviders {
  const names = new Set(declared);
  const builtIn = declared.length === 0;
  const entries = Object.entries(file.providers ?? {}).map(([name, entry]) =>
    resolveProvider(name, entry, env, resolver),
  );
  const wanted = builtIn
    ? PRESETS.map((preset) => preset.name)
    : targetedNames(file).filter((name) => !names.has(name));
  for (const name of wanted) {
    const provider = resolveFromEnvironment(name, builtIn, env, resolver);
    if (provider === undefined) continue;
    names.add(name);
    entries.push(provider);
  }
  return { providers: entries.filter((provider) => provider !== undefined), names, builtIn };
}

/**
 * A preset nobody declared. With `builtIn` all of them are tried; else those that a target names, which saves
 * declaring a provider that would say nothing but its own name.
 */
function resolveFromEnvironment(
  name: string,
  builtIn: boolean,
  env: Environment,
  resolver: Resolver,
): ProviderConfig | undefined {
  const preset = findPreset(name);
  if (preset === undefined) return undefined;
  if (preset.kind === 'demo') {
    resolver.noteOrigin(['providers', name], { kind: 'built-in' });
    return resolveProvider(name, { preset: name }, env, resolver);
  }
  const key = findKey(preset, env);
  if (key === undefined) return undefined;
  resolver.noteOrigin(['providers', name], { kind: 'environment', name: key.variable });
  if (preset.baseUrl === undefined && key.baseUrl === undefined) {
    const fix = `Declare it under providers with base_url: ${preset.baseUrlExample ?? 'https://HOST'}.`;
    if (builtIn)
      resolver.warn(['providers', name], `is not enough to use ${name}, which has no base URL of its own`, fix);
    return undefined;
  }
  return resolveProvider(name, { preset: name }, env, resolver);
}

function targetedNames(file: ConfigFile): readonly string[] {
  const targets = Object.values(file.models ?? {}).flatMap((model) => model.targets ?? []);
  // List entries that failed their check are undefined.
  return [...new Set(targets.flatMap((target) => (target === undefined ? [] : [target.provider])))];
}

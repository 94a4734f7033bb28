import type { Auth, Dialect, Origin, Shape } from './config.ts';
import type { Preset } from './preset.ts';
import type { Path } from './problem.ts';
import type { Resolver } from './resolver.ts';
import { type DialectFacts, readDialect, writeDialect } from './schema-dialect.ts';
import type { ProviderEntry } from './schema.ts';

/** How a provider differs from its shape: what the preset knows and what the file says, apart. */
export function resolveDialect(
  at: Path,
  entry: ProviderEntry,
  preset: Preset | undefined,
  shape: Shape,
  hasKey: boolean,
  resolver: Resolver,
): Dialect {
  const path: Path = [...at, 'dialect'];
  const ownAuth = entry.dialect?.auth;
  if (ownAuth !== undefined && ownAuth !== 'none' && !hasKey) {
    resolver.error([...path, 'auth'], 'needs a key', 'Add api_key, or write auth: none.');
  }
  if (ownAuth === 'none' && hasKey) {
    const fix = 'Remove the key, or name its header.';
    resolver.warn([...path, 'auth'], 'none: the key of this provider is never sent', fix);
  }
  const usual: Auth = shape === 'anthropic' ? 'x-api-key' : 'bearer';
  // The facts of a preset are about the shape it speaks; another shape at the same vendor has its own.
  const known = preset?.shapes.includes(shape) === true ? preset : undefined;
  for (const key of Object.keys(writeDialect(known?.dialect ?? {})))
    resolver.noteOrigin([...path, key], presetOrigin(known));
  return {
    auth: hasKey ? resolver.choose([...path, 'auth'], ownAuth, known?.auth ?? usual, presetOrigin(known)) : 'none',
    known: known?.dialect ?? {},
    knownModels: known?.models ?? [],
    written: resolveWritten(path, entry.dialect, resolver),
  };
}

/** What the file says in one `dialect` section. */
export function resolveWritten(
  path: Path,
  entry: Readonly<Record<string, unknown>> | undefined,
  resolver: Resolver,
): DialectFacts {
  const facts = readDialect(entry);
  for (const key of Object.keys(writeDialect(facts)))
    resolver.noteOrigin([...path, key], resolver.fileOrigin([...path, key]));
  return facts;
}

/** Where what the file leaves out comes from. */
export function presetOrigin(preset: Preset | undefined): Origin {
  return preset === undefined ? { kind: 'default' } : { kind: 'preset', name: preset.name };
}

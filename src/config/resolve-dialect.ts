import type { Auth, Dialect, Origin, Shape } from './config.ts';
import type { Preset } from './preset.ts';
import type { Path } from './problem.ts';
import type { Resolver } from './resolver.ts';
import type { ProviderEntry } from './schema.ts';

/** How a provider differs from its shape: what the file says, else the preset, else the default. */
export function resolveDialect(
  at: Path,
  entry: ProviderEntry,
  preset: Preset | undefined,
  shape: Shape,
  hasKey: boolean,
  resolver: Resolver,
): Dialect {
  const own = entry.dialect ?? {};
  const path = (key: string): Path => [...at, 'dialect', key];
  function pick<T>(key: string, fromFile: T | undefined, fromPreset: T | undefined): T {
    if (fromPreset === undefined) return resolver.chooseOrDefault(path(key), fromFile);
    return resolver.choose(path(key), fromFile, fromPreset, presetOrigin(preset));
  }
  if (own.auth !== undefined && own.auth !== 'none' && !hasKey) {
    resolver.error(path('auth'), 'needs a key', 'Add api_key, or write auth: none.');
  }
  if (own.auth === 'none' && hasKey) {
    resolver.warn(path('auth'), 'none: the key of this provider is never sent', 'Remove the key, or name its header.');
  }
  const usual: Auth = shape === 'anthropic' ? 'x-api-key' : 'bearer';
  // The facts of a preset are about the shape it speaks; another shape at the same vendor has its own.
  const known = preset?.shapes.includes(shape) === true ? preset : undefined;
  return {
    auth: hasKey ? resolver.choose(path('auth'), own.auth, known?.auth ?? usual, presetOrigin(known)) : 'none',
    maxTokensField: pick('max_tokens_field', own.max_tokens_field, known?.maxTokensField),
    reasoningOut: pick<readonly string[]>('reasoning_out', own.reasoning_out?.filter(isPresent), known?.reasoningOut),
    usageInStream: pick('usage_in_stream', own.usage_in_stream, known?.usageInStream),
    eofWithoutDone: pick('eof_without_done', own.eof_without_done, known?.eofWithoutDone),
  };
}

/** Where what the file leaves out comes from. */
export function presetOrigin(preset: Preset | undefined): Origin {
  return preset === undefined ? { kind: 'default' } : { kind: 'preset', name: preset.name };
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

import type { Auth, Dialect, Origin, ProviderConfig, Shape } from './config.ts';
import { checkHeaders } from './provider-headers.ts';
import { checkKind, isLoopback } from './kinds.ts';
import type { Environment } from './overrides.ts';
import type { Preset } from './preset.ts';
import { findPreset } from './presets.ts';
import type { Path } from './problem.ts';
import { type FoundKey, faultOfKey, findKey } from './provider-keys.ts';
import type { Resolver } from './resolver.ts';
import type { ProviderEntry } from './schema.ts';
import { parseDuration } from './units.ts';

const KEY_FIELDS = ['api_key', 'api_keys'] as const;

/** One provider, complete; undefined when the problems found leave nothing to work with. */
export function resolveProvider(
  name: string,
  entry: ProviderEntry,
  env: Environment,
  resolver: Resolver,
): ProviderConfig | undefined {
  const at: Path = ['providers', name];
  // A mistyped preset has been reported; without it nothing else can be judged.
  if (resolver.isSpoiled([...at, 'preset'])) return undefined;
  const preset = entry.preset === undefined ? undefined : findPreset(entry.preset);
  if (preset !== undefined) {
    resolver.noteOrigin([...at, 'preset'], resolver.originOf(at) ?? resolver.fileOrigin([...at, 'preset']));
  }
  if (preset?.kind === 'demo') return resolveDemo(at, name, entry, preset, resolver);
  if (entry.pace !== undefined) {
    resolver.error([...at, 'pace'], 'belongs to preset: demo alone', 'Remove it.');
  }
  const ownKeys = KEY_FIELDS.some((key) => entry[key] !== undefined || resolver.isSpoiled([...at, key]));
  // A key goes to the host it was made for, never to one that was written beside a mere preset name.
  const atVendor = preset !== undefined && (entry.base_url === undefined || preset.baseUrl === undefined);
  const found = atVendor && !ownKeys ? findKey(preset, env) : undefined;
  if (preset !== undefined && !atVendor && !ownKeys) warnAboutUnusedKey(at, preset, env, resolver);
  const shape = resolveShape(at, entry, preset, resolver);
  const baseUrl = resolveBaseUrl(at, entry, preset, found, resolver);
  const apiKeys = resolveKeys(at, entry, found, resolver);
  if (atVendor && !ownKeys && found === undefined && entry.dialect?.auth !== 'none') {
    reportMissingKey(at, preset, env, resolver);
  }
  if (shape === undefined || baseUrl === undefined || apiKeys === undefined) return undefined;
  const dialect = resolveDialect(at, entry, preset, shape, apiKeys.length > 0, resolver);
  warnAboutUrl(at, baseUrl, shape, apiKeys.length > 0, resolver);
  return {
    name,
    ...(entry.preset === undefined ? {} : { preset: entry.preset }),
    kind: 'http',
    shapes: [shape],
    baseUrl,
    apiKeys,
    headers: checkHeaders([...at, 'headers'], entry.headers ?? {}, resolver),
    timeouts: resolveTimeouts(at, entry, resolver),
    dialect,
    paceMs: 0,
  };
}

function resolveDemo(at: Path, name: string, entry: ProviderEntry, preset: Preset, resolver: Resolver): ProviderConfig {
  for (const key of Object.keys(entry)) {
    if (key !== 'preset' && key !== 'pace')
      resolver.error([...at, key], 'means nothing beside preset: demo', 'Remove it.');
  }
  return {
    name,
    preset: preset.name,
    kind: 'demo',
    shapes: preset.shapes,
    baseUrl: '',
    apiKeys: [],
    headers: {},
    timeouts: resolveTimeouts(at, {}, resolver),
    dialect: {
      auth: preset.auth,
      maxTokensField: preset.maxTokensField,
      reasoningOut: preset.reasoningOut,
      usageInStream: preset.usageInStream,
      eofWithoutDone: preset.eofWithoutDone,
    },
    paceMs: readMs(resolver.chooseOrDefault<string>([...at, 'pace'], entry.pace)),
  };
}

function resolveShape(
  at: Path,
  entry: ProviderEntry,
  preset: Preset | undefined,
  resolver: Resolver,
): Shape | undefined {
  const shape = entry.shape ?? preset?.shapes[0];
  if (shape === undefined) {
    const fix = 'Add shape: openai (or anthropic) and base_url, or preset: NAME.';
    resolver.error([...at, 'shape'], 'is missing, and so is a preset', fix);
    return undefined;
  }
  return resolver.choose([...at, 'shape'], entry.shape, shape, presetOrigin(preset));
}

function resolveBaseUrl(
  at: Path,
  entry: ProviderEntry,
  preset: Preset | undefined,
  found: FoundKey | undefined,
  resolver: Resolver,
): string | undefined {
  const path = [...at, 'base_url'];
  const url = entry.base_url ?? found?.baseUrl?.url ?? preset?.baseUrl;
  if (url === undefined) {
    const example = preset?.baseUrlExample ?? (entry.shape === 'anthropic' ? 'https://HOST' : 'https://HOST/v1');
    resolver.error(path, 'is missing', `Add base_url: ${example}.`);
    return undefined;
  }
  if (entry.base_url === undefined && found?.baseUrl !== undefined) {
    resolver.noteOrigin(path, { kind: 'environment', name: found.baseUrl.variable });
    const fault = checkKind('base-url', url, {});
    if (fault !== undefined) {
      resolver.error(path, fault.message, `${fault.fix} Or unset ${found.baseUrl.variable}.`);
      return undefined;
    }
    return trimSlashes(url);
  }
  return trimSlashes(resolver.choose(path, entry.base_url, url, presetOrigin(preset)));
}

function resolveKeys(
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

function resolveDialect(
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

function resolveTimeouts(at: Path, entry: ProviderEntry, resolver: Resolver): ProviderConfig['timeouts'] {
  const read = (key: 'connect' | 'first_byte' | 'idle' | 'total'): number => {
    const path = [...at, 'timeouts', key];
    return readMs(resolver.chooseOrDefault<string>(path, entry.timeouts?.[key]));
  };
  return { connectMs: read('connect'), firstByteMs: read('first_byte'), idleMs: read('idle'), totalMs: read('total') };
}

function warnAboutUrl(at: Path, baseUrl: string, shape: Shape, hasKey: boolean, resolver: Resolver): void {
  const url = new URL(baseUrl);
  const path = [...at, 'base_url'];
  if (hasKey && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    resolver.warn(path, `sends the key over plain http to ${url.hostname}`, 'Use https.');
  }
  if (shape === 'anthropic' && url.pathname.endsWith('/v1')) {
    resolver.warn(path, 'ends in /v1, which is added for each request', 'Remove /v1, as for the official SDK.');
  }
}

/** A duration that has passed its check. */
function readMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`not a duration: ${text}`);
  return ms;
}

function reportMissingKey(at: Path, preset: Preset, env: Environment, resolver: Resolver): void {
  const [variable] = preset.keyEnv;
  if (variable === undefined) return;
  const message =
    (env[variable] ?? '') === '' ? 'is missing' : `is missing: ${variable} holds a key of Token Harbor itself`;
  resolver.error([...at, 'api_key'], message, `Set ${variable}, or add api_key.`);
}

function warnAboutUnusedKey(at: Path, preset: Preset, env: Environment, resolver: Resolver): void {
  const unused = findKey(preset, env);
  if (unused === undefined) return;
  const fix = `Add api_key: \${${unused.variable}} if that key is meant for it.`;
  resolver.warn([...at, 'base_url'], `${unused.variable} is not sent to a base_url of your own`, fix);
}

function presetOrigin(preset: Preset | undefined): Origin {
  return preset === undefined ? { kind: 'default' } : { kind: 'preset', name: preset.name };
}

function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

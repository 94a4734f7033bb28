import type { ProviderConfig, Shape } from './config.ts';
import { checkHeaders } from './provider-headers.ts';
import { checkKind, isLoopback } from './kinds.ts';
import { hasPriceList } from './known-prices.ts';
import type { Environment } from './overrides.ts';
import type { Preset } from './preset.ts';
import { findPreset } from './presets.ts';
import type { Path } from './problem.ts';
import { type FoundKey, findKey } from './provider-keys.ts';
import { presetOrigin, resolveDialect } from './resolve-dialect.ts';
import { hasOwnKeys, reportMissingKey, resolveKeys, warnAboutUnusedKey } from './resolve-keys.ts';
import type { Resolver } from './resolver.ts';
import type { ProviderEntry } from './schema.ts';
import { parseDuration } from './units.ts';

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
  const ownKeys = hasOwnKeys(at, entry, resolver);
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
    traceContext: resolver.chooseOrDefault<boolean>([...at, 'trace_context'], entry.trace_context),
    ...resolvePriceList(at, entry, preset, baseUrl, resolver),
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
    dialect: { auth: preset.auth, known: preset.dialect, knownModels: [], written: {} },
    traceContext: false,
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

/** A proxy may sell at prices of its own, so that another address has the vendor's only when the file says so. */
function resolvePriceList(
  at: Path,
  entry: ProviderEntry,
  preset: Preset | undefined,
  baseUrl: string,
  resolver: Resolver,
): Pick<ProviderConfig, 'priceList'> {
  const path = [...at, 'known_prices'];
  if (preset === undefined || !hasPriceList(preset.name)) {
    if (entry.known_prices === true) {
      const message = preset === undefined ? 'means nothing without a preset' : `no prices of ${preset.name} are known`;
      resolver.error(path, message, 'Remove it, and write the price of each model.');
    }
    return {};
  }
  const isVendors = preset.baseUrl !== undefined && trimSlashes(preset.baseUrl) === baseUrl;
  return resolver.choose(path, entry.known_prices, isVendors, presetOrigin(preset)) ? { priceList: preset.name } : {};
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

function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}

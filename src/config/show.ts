import {
  type Config,
  type ModelConfig,
  type OtlpConfig,
  type Origin,
  type PriceConfig,
  type ProviderConfig,
  type TargetConfig,
} from './config.ts';
import { hasPriceList } from './known-prices.ts';
import { OFF } from './kinds.ts';
import { type Path, formatPath } from './problem.ts';
import { isSecretHeader } from './provider-headers.ts';
import { type DialectFacts, writeDialect } from './schema-dialect.ts';
import { describePrice, listPriceOf, originOfPrice } from './show-price.ts';
import { formatDuration, formatSize } from './units.ts';

/** One effective value, as the file would write it. */
export interface ShownValue {
  readonly path: string;
  readonly value: string;
  readonly origin: Origin;
}

/** The effective configuration in the shape of the file, secrets masked: it may be printed and sent to others. */
export function describeConfig(config: Config): Readonly<Record<string, unknown>> {
  const { limits, log, server, retry, orchestra, idempotency, docs, ledger } = config;
  return {
    listen: config.listen.text,
    admin: { listen: config.adminListen?.text ?? OFF, hosts: [...config.adminHosts] },
    data_dir: config.dataDir,
    ...(config.database === undefined ? {} : { database: maskUrl(config.database) }),
    ...(config.redis === undefined ? {} : { redis: maskUrl(config.redis) }),
    limits: { on_failure: limits.onFailure, timeout: formatDuration(limits.timeoutMs) },
    log: { ...log },
    ...(config.otlp === undefined ? {} : { telemetry: { otlp: describeOtlp(config.otlp) } }),
    server: {
      max_body: formatSize(server.maxBodyBytes),
      body_timeout: formatDuration(server.bodyTimeoutMs),
      heartbeat: formatDuration(server.heartbeatMs),
      drain_timeout: formatDuration(server.drainTimeoutMs),
      workers: server.workers,
      trusted_proxies: [...server.trustedProxies],
    },
    providers: Object.fromEntries(config.providers.map((provider) => [provider.name, describeProvider(provider)])),
    models: Object.fromEntries(config.models.map((model) => [model.id, describeModel(model, config.providers)])),
    orchestra: { pools: { ...orchestra.pools }, quality: orchestra.quality },
    retry: { ...retry },
    idempotency: { ttl: formatDuration(idempotency.ttlMs), memory: formatSize(idempotency.memoryBytes) },
    docs: { ...docs },
    ledger: { verify_every: formatDuration(ledger.verifyEveryMs) },
  };
}

/** Every single value with where it came from. */
export function listValues(config: Config): readonly ShownValue[] {
  const shown: ShownValue[] = [];
  collect(describeConfig(config), []);
  return shown;

  function collect(value: unknown, path: Path): void {
    const isList = Array.isArray(value);
    if (isList && value.some((item) => typeof item === 'object')) {
      value.forEach((item, index) => collect(item, [...path, index]));
    } else if (typeof value === 'object' && value !== null && !isList) {
      for (const [key, member] of Object.entries(value)) collect(member, [...path, key]);
    } else {
      const text = isList ? `[${value.join(', ')}]` : String(value);
      shown.push({ path: formatPath(path), value: text, origin: originOf(config, path) });
    }
  }
}

/** The end of a long secret is enough to tell two apart; of a short one nothing is shown. */
export function maskSecret(secret: string): string {
  return secret.length < 12 ? '••••' : `••••${secret.slice(-4)}`;
}

function describeOtlp(otlp: OtlpConfig): Readonly<Record<string, unknown>> {
  const { endpoint, headers, traces, metrics, sample, intervalMs, serviceName, resource } = otlp;
  return {
    endpoint,
    // Whatever the name: a collector's credential may stand in any of them.
    ...(Object.keys(headers).length === 0 ? {} : { headers: maskAll(headers) }),
    traces,
    metrics,
    sample,
    interval: formatDuration(intervalMs),
    service_name: serviceName,
    ...(Object.keys(resource).length === 0 ? {} : { resource: { ...resource } }),
  };
}

function maskAll(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, maskSecret(value)]));
}

function describeProvider(provider: ProviderConfig): Readonly<Record<string, unknown>> {
  const preset = provider.preset === undefined ? {} : { preset: provider.preset };
  if (provider.kind === 'demo') return { ...preset, pace: formatDuration(provider.paceMs) };
  const { timeouts, dialect } = provider;
  const keys = provider.apiKeys.map(maskSecret);
  return {
    ...preset,
    shape: provider.shapes[0],
    base_url: provider.baseUrl,
    ...(keys.length > 1 ? { api_keys: keys } : keys.length === 1 ? { api_key: keys[0] } : {}),
    ...(Object.keys(provider.headers).length === 0 ? {} : { headers: maskHeaders(provider.headers) }),
    timeouts: {
      connect: formatDuration(timeouts.connectMs),
      first_byte: formatDuration(timeouts.firstByteMs),
      idle: formatDuration(timeouts.idleMs),
      total: formatDuration(timeouts.totalMs),
    },
    dialect: { auth: dialect.auth, ...writeDialect({ ...dialect.known, ...dialect.written }) },
    trace_context: provider.traceContext,
    ...(provider.preset !== undefined && hasPriceList(provider.preset)
      ? { known_prices: provider.priceList !== undefined }
      : {}),
  };
}

/**
 * A model as the file writes it, with `alias_of` for an alias and the list prices of targets that the file prices
 * nowhere. Prices are decimal text in US dollars.
 */
export function describeModel(
  model: ModelConfig,
  providers: readonly ProviderConfig[],
): Readonly<Record<string, unknown>> {
  const { price } = model;
  return {
    ...(model.aliasOf === undefined ? {} : { alias_of: model.aliasOf }),
    targets: model.targets.map((target) => describeTarget(target, listPriceOf(model, target, providers)?.price)),
    policy: model.policy,
    hedge: model.hedge,
    ...describePrice(price),
    ...(model.context === undefined ? {} : { context: model.context }),
    ...(model.maxOutput === undefined ? {} : { max_output: model.maxOutput }),
    ...(model.tools === undefined ? {} : { tools: model.tools }),
    ...(model.vision === undefined ? {} : { vision: model.vision }),
    ...describeDialect(model.dialect),
  };
}

function describeTarget(target: TargetConfig, listPrice: PriceConfig | undefined): Readonly<Record<string, unknown>> {
  const { provider, model, weight, priority, price = listPrice, dialect } = target;
  return { provider, model, weight, priority, ...describePrice(price), ...describeDialect(dialect) };
}

function describeDialect(facts: DialectFacts | undefined): Readonly<Record<string, unknown>> {
  return facts === undefined ? {} : { dialect: writeDialect(facts) };
}

function maskHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretHeader(name) ? maskSecret(value) : value]),
  );
}

/** A connection URL without its password, wherever the password stands. */
function maskUrl(text: string): string {
  const url = new URL(text);
  if (url.password !== '') url.password = '****';
  for (const name of url.searchParams.keys())
    if (isSecretHeader(name) || /pass/i.test(name)) url.searchParams.set(name, '****');
  return url.href;
}

/** Where a value came from, or what holds it. */
function originOf(config: Config, path: Path): Origin {
  const ofPrice = originOfPrice(config, path);
  if (ofPrice !== undefined) return ofPrice;
  for (let length = path.length; length > 0; length--) {
    const origin = config.origins[formatPath(path.slice(0, length))];
    if (origin !== undefined) return origin;
  }
  return { kind: 'default' };
}

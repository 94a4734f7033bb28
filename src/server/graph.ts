import type { Config, ModelConfig, ProviderConfig, TargetConfig } from '../config/config.ts';
import { effectivePrice } from '../config/known-prices.ts';
import { ROUTED_MODEL } from '../config/resolve-orchestra.ts';
import { isSecretHeader } from '../config/provider-headers.ts';
import { Orchestra } from '../gateway/orchestra/orchestra.ts';
import type { Pools } from '../gateway/orchestra/pools.ts';
import type { PoolName } from '../gateway/orchestra/role.ts';
import type { Graph } from '../gateway/relay.ts';
import type { Capabilities } from '../protocol/transcode/capabilities.ts';
import {
  Catalogue,
  type ConnectedProvider,
  type ModelTemplate,
  type TargetTemplate,
} from '../gateway/routing/catalogue.ts';
import { Health } from '../gateway/routing/health-registry.ts';
import { resolveCapabilities } from '../gateway/upstream/capabilities.ts';
import { HttpUpstream } from '../gateway/upstream/client.ts';
import type { Dialect } from '../gateway/upstream/dialects.ts';
import { createDemo } from '../gateway/upstream/demo/demo.ts';
import { KeyTurns } from '../gateway/upstream/key-turns.ts';
import type { Upstream } from '../gateway/upstream/port.ts';
import { createRedactor } from '../gateway/upstream/redact.ts';
import { toPrice } from './price.ts';

/** How this process names itself to upstreams. */
export interface Identity {
  readonly userAgent: string;
  readonly via: string;
}

/**
 * The gateway's object graph for one configuration, built whole before it replaces another. `health`: what is known of
 * the upstreams outlasts it.
 */
export function buildGraph(config: Config, identity: Identity, health = new Health()): Graph {
  const providers = new Map(config.providers.map((provider) => [provider.name, connect(provider, identity)]));
  const catalogue = new Catalogue(config.models.map((model) => toTemplate(model, config.providers, providers, health)));
  return {
    catalogue,
    orchestra: new Orchestra({
      id: ROUTED_MODEL,
      pools: toPools(config, catalogue),
      quality: config.orchestra.quality,
    }),
    limits: { maxBodyBytes: config.server.maxBodyBytes, bodyTimeoutMs: config.server.bodyTimeoutMs },
    heartbeatMs: config.server.heartbeatMs,
    retry: config.retry,
    replay: { ttlMs: config.idempotency.ttlMs, totalBytes: config.idempotency.memoryBytes },
  };
}

function toPools({ orchestra: { pools } }: Config, catalogue: Catalogue): Pools {
  return new Map(
    Object.entries(pools).map(([name, ids]) => [
      name as PoolName,
      ids.map((id) => {
        const model = catalogue.find(id);
        if (model === undefined) throw new Error(`pool ${name}: there is no model ${id}`);
        return model;
      }),
    ]),
  );
}

/** What one target's upstream takes, for a model that the upstream knows by this id. */
export function capabilitiesAt(
  provider: ProviderConfig,
  model: ModelConfig,
  target: TargetConfig,
  upstreamModel: string,
): Capabilities {
  const { known, knownModels, written } = provider.dialect;
  return resolveCapabilities(
    {
      shape: provider.shapes[0] ?? 'openai',
      vendor: known,
      vendorModels: knownModels,
      provider: written,
      model: model.dialect ?? {},
      target: target.dialect ?? {},
      limits: model,
    },
    upstreamModel,
  );
}

function connect(provider: ProviderConfig, identity: Identity): ConnectedProvider {
  const { name, shapes, timeouts, baseUrl, apiKeys, headers } = provider;
  const keys = [...apiKeys, ...secretsOf(headers)];
  const host = baseUrl === '' ? '' : new URL(baseUrl).host;
  return {
    name,
    shapes,
    dialect: toDialect(provider),
    timeouts,
    tellsTrace: provider.traceContext,
    upstream: openUpstream(provider, identity),
    keys: new KeyTurns(Math.max(1, apiKeys.length)),
    redactorFor: (model, publicModel) => createRedactor({ host, keys, model, publicModel }),
  };
}

function toDialect({ dialect: { auth, known, written } }: ProviderConfig): Dialect {
  const { usageInStream = true, eofWithoutDone = 'error' } = { ...known, ...written };
  return { auth, usageInStream, eofWithoutDone };
}

/** Credentials among a provider's own headers: the value, and what follows a scheme such as `Bearer`. */
function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => isSecretHeader(name))
    .flatMap(([, value]) => [value, value.slice(value.lastIndexOf(' ') + 1)])
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH);
}

/** Shorter values are words: taking every `1` out of an error would hide it, and protect nothing. */
const MIN_SECRET_LENGTH = 6;

function openUpstream(provider: ProviderConfig, identity: Identity): Upstream {
  const { shapes, baseUrl, apiKeys, headers } = provider;
  const [shape] = shapes;
  if (provider.kind === 'demo' || shape === undefined) return createDemo({ paceMs: provider.paceMs });
  return new HttpUpstream({ shape, baseUrl, apiKeys, headers, dialect: toDialect(provider), ...identity });
}

function toTemplate(
  model: ModelConfig,
  configs: readonly ProviderConfig[],
  connected: ReadonlyMap<string, ConnectedProvider>,
  health: Health,
): ModelTemplate {
  const targets = model.targets
    .toSorted((a, b) => a.priority - b.priority)
    .map((target): TargetTemplate => {
      const provider = connected.get(target.provider);
      const config = configs.find(({ name }) => name === target.provider);
      if (provider === undefined || config === undefined) {
        throw new Error(`model ${model.id}: there is no provider ${target.provider}`);
      }
      return {
        provider,
        model: target.model,
        priority: target.priority,
        weight: target.weight,
        hasWeight: target.hasWeight === true,
        capabilitiesOf: (upstreamModel) => capabilitiesAt(config, model, target, upstreamModel),
        // Another address under the same name is another server.
        healthOf: (upstreamModel) => health.of(`${config.name}\n${config.baseUrl}`, upstreamModel),
        priceOf: (upstreamModel) => {
          const known = effectivePrice(config, model, target, upstreamModel);
          return known && toPrice(known.price);
        },
      };
    });
  const { id, policy, hedge, price, context, maxOutput } = model;
  return { id, targets, policy, hedge, price: price && toPrice(price), context, maxOutput };
}

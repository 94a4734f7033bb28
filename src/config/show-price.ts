import type { Config, ModelConfig, Origin, PriceConfig, ProviderConfig, TargetConfig } from './config.ts';
import { type KnownPrice, effectivePrice } from './known-prices.ts';
import type { Path } from './problem.ts';
import { formatUsd } from './units.ts';

/** A price as the file writes it. */
export function describePrice(price: PriceConfig | undefined): Readonly<Record<string, unknown>> {
  if (price === undefined) return {};
  const { input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning, webSearch, request } = price;
  return {
    price: {
      input: formatUsd(input),
      output: formatUsd(output),
      cache_read: formatUsd(cacheRead),
      cache_write: formatUsd(cacheWrite),
      // The others few models have: they are shown where leaving them out would say something else.
      ...(cacheWrite1h === cacheWrite ? {} : { cache_write_1h: formatUsd(cacheWrite1h) }),
      ...(reasoning === output ? {} : { reasoning: formatUsd(reasoning) }),
      ...(webSearch === 0n ? {} : { web_search: formatUsd(webSearch) }),
      ...(request === 0n ? {} : { request: formatUsd(request) }),
    },
  };
}

/** The list price of a target that the file prices nowhere; of a glob there is none before a client names a model. */
export function listPriceOf(
  model: ModelConfig,
  target: TargetConfig,
  providers: readonly ProviderConfig[],
): KnownPrice | undefined {
  const provider = providers.find(({ name }) => name === target.provider);
  return effectivePrice(provider, model, target, target.model)?.known;
}

/** Where the price came from that a path leads to, where that is a list price. */
export function originOfPrice({ models, providers }: Config, path: Path): Origin | undefined {
  const [section, id, list, index, key] = path;
  if (section !== 'models' || list !== 'targets' || key !== 'price') return undefined;
  const model = models.find((candidate) => candidate.id === id);
  const target = model?.targets[Number(index)];
  const known = model === undefined || target === undefined ? undefined : listPriceOf(model, target, providers);
  return known === undefined ? undefined : { kind: 'preset', name: known.preset, asOf: known.asOf };
}

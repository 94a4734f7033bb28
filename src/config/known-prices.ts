import type { ModelConfig, PriceConfig, ProviderConfig, TargetConfig } from './config.ts';
import { completePrice } from './price-kinds.ts';
import { PRICE_LISTS } from './prices/lists.ts';
import type { ListedPrice, PriceList } from './prices/price-list.ts';

/** The public list price of a model, and whose word that is. */
export interface KnownPrice {
  readonly preset: string;
  readonly price: PriceConfig;
  readonly source: string;
  /** `2026-11-19` */
  readonly asOf: string;
  /** Longest prompt, in tokens, that it holds for. */
  readonly upTo?: number;
  readonly note?: string;
}

export interface EffectivePrice {
  readonly price: PriceConfig;
  /** Absent: the file says it. */
  readonly known?: KnownPrice;
}

export function hasPriceList(preset: string): boolean {
  return PRICE_LISTS.some((list) => list.preset === preset);
}

/** What an answer of a target costs: the file's word for the target, for the model, and else the vendor's list. */
export function effectivePrice(
  provider: ProviderConfig | undefined,
  model: ModelConfig,
  target: TargetConfig,
  upstreamModel: string,
): EffectivePrice | undefined {
  const price = target.price ?? model.price;
  if (price !== undefined) return { price };
  if (provider?.priceList === undefined) return undefined;
  const known = findKnownPrice(provider.priceList, upstreamModel);
  return known === undefined ? undefined : { price: known.price, known };
}

/** The list price of the model that the vendor knows by this id. */
export function findKnownPrice(preset: string, upstreamModel: string): KnownPrice | undefined {
  const list = PRICE_LISTS.find((candidate) => candidate.preset === preset);
  const listed = list?.prices.find(({ models }) => models.some((pattern) => matches(pattern, upstreamModel)));
  return list === undefined || listed === undefined ? undefined : toKnownPrice(list, listed);
}

function matches(pattern: string, id: string): boolean {
  const isGlob = pattern.endsWith('*');
  const length = isGlob ? pattern.length - 1 : pattern.length;
  // Lengths first: ids come from clients, and one of megabytes is not to be copied for each pattern.
  if (isGlob ? id.length < length : id.length !== length) return false;
  return id.slice(0, length).toLowerCase() === pattern.slice(0, length).toLowerCase();
}

function toKnownPrice(list: PriceList, listed: ListedPrice): KnownPrice {
  const { upTo, note, asOf } = listed;
  return {
    preset: list.preset,
    price: completePrice(listed),
    source: list.source,
    asOf: asOf ?? list.asOf,
    ...(upTo === undefined ? {} : { upTo }),
    ...(note === undefined ? {} : { note }),
  };
}

import type { Config, ModelConfig, TargetConfig } from '../../../config/config.ts';
import { effectivePrice } from '../../../config/known-prices.ts';
import { formatPath } from '../../../config/problem.ts';
import { describePrice } from '../../../config/show-price.ts';
import type { Price, PriceSource } from './schema.ts';

export interface KnownPrice {
  readonly price: Price | null;
  readonly price_source: PriceSource | null;
}

/** What a target's answers cost, and whose word that is; of a glob's list prices nothing is known before a model is named. */
export function priceOf({ providers, origins }: Config, model: ModelConfig, target: TargetConfig): KnownPrice {
  const provider = providers.find(({ name }) => name === target.provider);
  const effective = effectivePrice(provider, model, target, target.model);
  if (effective === undefined) return { price: null, price_source: null };
  const price = describePrice(effective.price)['price'] as Price;
  const { known } = effective;
  if (known === undefined) {
    const isBuiltIn = origins[formatPath(['models', model.id])]?.kind === 'built-in';
    return { price, price_source: { kind: isBuiltIn ? 'built-in' : 'config' } };
  }
  const { preset, asOf, source, upTo, note } = known;
  return {
    price,
    price_source: {
      kind: 'list',
      preset,
      as_of: asOf,
      source,
      ...(upTo === undefined ? {} : { up_to_input_tokens: upTo }),
      ...(note === undefined ? {} : { note }),
    },
  };
}

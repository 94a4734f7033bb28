import type { Price } from '../accounts/pricing.ts';
import type { Model } from '../gateway/routing/catalogue.ts';
import { canThink, HONOURS } from '../gateway/routing/lacks.ts';
import type { Capabilities } from '../protocol/transcode/capabilities.ts';

/** What a model may take besides text, in the order it is told; named as the needs of a request are. */
export const TAKES = ['images', 'pdf', 'tools', 'json', 'schema', 'thinking'] as const;
export type Takes = (typeof TAKES)[number];

const TAKEN: Readonly<Record<Takes, (capabilities: Capabilities) => boolean>> = {
  ...HONOURS,
  json: ({ structured }) => structured !== 'none',
  thinking: canThink,
};

/** What holders of a key may know of a model: nothing of where it is served. */
export interface ModelFacts {
  /** What one of its targets takes at least: requests go to those that can. */
  readonly takes: readonly Takes[];
  /** Decimal US dollars by the names that `price` has in the configuration; undefined: none is known. */
  readonly price: Readonly<Record<string, string>> | undefined;
}

export function factsOf({ targets, price, isRouted }: Model): ModelFacts {
  const known = isRouted ? undefined : (price ?? targets[0]?.price);
  return {
    takes: TAKES.filter((what) => targets.some(({ capabilities }) => TAKEN[what](capabilities))),
    price: known && writePrice(known),
  };
}

function writePrice(price: Price): Readonly<Record<string, string>> {
  const amounts = {
    input: price.input,
    output: price.output,
    cache_read: price.cacheRead,
    cache_write: price.cacheWrite,
    cache_write_1h: price.cacheWrite1h,
    reasoning: price.reasoning,
    web_search: price.serverToolUse,
    request: price.request,
  };
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([name, nano]) => (nano === undefined ? [] : [[name, writeUsd(nano)]])),
  );
}

const NANO_PER_USD = 1_000_000_000n;

/** As short as it is exact: `1.2`, `15`, `0.025`. */
function writeUsd(nano: bigint): string {
  const fraction = (nano % NANO_PER_USD).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = String(nano / NANO_PER_USD);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

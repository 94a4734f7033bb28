import type { Price } from '../../accounts/pricing.ts';

/** What a turn is expected to read and write, in tokens. */
export interface TurnSize {
  readonly input: number;
  readonly output: number;
}

/**
 * What a turn is expected to cost on a model, in nano-dollars; undefined where its price is not known. `warm`: the
 * vendor has the prompt in its cache, because the session was served there last.
 */
export function expectedCost(price: Price | undefined, { input, output }: TurnSize, warm: boolean): number | undefined {
  if (price === undefined) return undefined;
  const inputPrice = Number(warm ? price.cacheRead : price.input);
  return (input * inputPrice + output * Number(price.output)) / 1e6;
}

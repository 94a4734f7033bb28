/** What one kind of usage costs: US dollars in decimal text, at most nine decimals. */
type Usd = string;

/** The public list prices of a vendor's models. */
export interface PriceList {
  readonly preset: string;
  /** The page on which the vendor states them. */
  readonly source: string;
  /** `2026-11-19`: the last day on which two independent sources said the same. */
  readonly asOf: string;
  readonly prices: readonly ListedPrice[];
}

/** Per million tokens, but for `webSearch` and `request`. What a kind costs that is left out: see `completePrice`. */
export interface ListedPrice {
  /** Ids the vendor knows the models by, whatever their case; a `*` at the end stands for any rest. */
  readonly models: readonly string[];
  readonly input: Usd;
  readonly output: Usd;
  readonly cacheRead?: Usd;
  /** Kept for five minutes, where the vendor distinguishes. */
  readonly cacheWrite?: Usd;
  readonly cacheWrite1h?: Usd;
  readonly reasoning?: Usd;
  /** Each. */
  readonly webSearch?: Usd;
  /** Each. */
  readonly request?: Usd;
  /** Longest prompt, in tokens, that the vendor asks this for. It asks more for longer ones, which is not counted. */
  readonly upTo?: number;
  /** What else the numbers do not say. */
  readonly note?: string;
  /** Where it is not that of the list. */
  readonly asOf?: string;
}

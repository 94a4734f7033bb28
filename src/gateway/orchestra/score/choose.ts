import type { PromptScore } from './scorer.ts';

/** A model of the pool a request goes to. */
export interface Candidate {
  /** The catalogue's id. */
  readonly id: string;
  /** What the score may know it by: an id or the last part of one. */
  readonly name: string;
  /** USD per million tokens, of the catalogue: the dearer one of two unknown models is taken for the stronger one. */
  readonly price: { readonly input: number; readonly output: number } | undefined;
  /**
   * USD this turn is expected to cost on it, with what its provider has of the prompt in its cache; in any unit, as long
   * as it is the same for all. Where undefined, the price stands for it.
   */
  readonly cost?: number | undefined;
}

export interface Choice {
  /** Of the candidate. */
  readonly index: number;
  /** All candidates, the best choice first. */
  readonly order: readonly number[];
  /** A few words without any of the prompt's. */
  readonly reason: string;
  /** From 0.5, where another model is as good a choice, to 1. */
  readonly confidence: number;
}

/**
 * How much of the dearest model's cost a right answer more is worth, in the middle of the dial. With 12 a pool of the
 * nine models known is better than its best one, at half of its cost; docs/router.md has the whole curve.
 */
const WORTH = 12;
/** What the strongest of unknown models is taken to be right more often than the weakest, where the gain is highest. */
const WIDEST_GAP = 1 / 6;

/**
 * Chooses the model with the highest `quality · 12 · expected quality − (1 − quality) · relative cost`.
 *
 * Expected quality is {@link PromptScore.qualityOf} where every candidate is known. Otherwise it is `gain / 6 · strength`,
 * with strength from 0 for the lowest price to 1 for the highest, in equal steps. Relative cost is the share of the
 * dearest candidate's cost. Where a price is missing, the order is the operator's: the first one is the strongest and
 * the dearest. Of equal ones the cheaper is taken, then the earlier.
 *
 * `quality`: the dial, 0 (always the cheapest) to 1 (always the best). Throws a RangeError without candidates.
 */
export function chooseModel(candidates: readonly Candidate[], score: PromptScore, quality: number): Choice {
  if (candidates.length === 0) throw new RangeError('no model to choose from');
  if (candidates.length === 1) return { index: 0, order: [0], reason: 'the only model of its pool', confidence: 1 };
  const knownCosts = relativeCosts(candidates);
  const costs = knownCosts ?? writtenOrder(candidates.length);
  const known = knownQualities(candidates, score);
  const expected = known ?? strengths(candidates).map((strength) => strength * score.gain * WIDEST_GAP);
  const dial = Math.min(Math.max(quality, 0), 1);
  const worth = candidates.map((_, at) => dial * WORTH * valueAt(expected, at) - (1 - dial) * valueAt(costs, at));
  const order = candidates
    .map((_, at) => at)
    .sort((a, b) => valueAt(worth, b) - valueAt(worth, a) || valueAt(costs, a) - valueAt(costs, b) || a - b);
  const [first = 0, second = 0] = order;
  const margin = valueAt(worth, first) - valueAt(worth, second);
  return {
    index: first,
    order,
    reason: [
      known === undefined ? sayGain(score.gain) : sayQuality(valueAt(known, first)),
      knownCosts === undefined ? 'costs not known' : sayCost(valueAt(costs, first)),
    ].join(', '),
    confidence: 1 / (1 + Math.exp(-2 * margin)),
  };
}

const valueAt = (values: readonly number[], at: number): number => values[at] as number;
const sayGain = (gain: number): string => `a stronger model gains more than on ${percent(gain)} of prompts`;
const sayQuality = (quality: number): string => `expected quality ${percent(quality)}`;
const sayCost = (cost: number): string => `${percent(cost)} of the dearest model's cost`;
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function knownQualities(candidates: readonly Candidate[], score: PromptScore): number[] | undefined {
  const all: number[] = [];
  for (const { name } of candidates) {
    const quality = score.qualityOf(name);
    if (quality === undefined) return undefined;
    all.push(quality);
  }
  return all;
}

const priceOf = ({ price }: Candidate): number | undefined => price && price.input + price.output;

/** 0 to 1 by rank of price, equal prices alike; by the written order where one is missing. */
function strengths(candidates: readonly Candidate[]): number[] {
  const prices = candidates.map(priceOf);
  const steps = [...new Set(prices)].sort((a = 0, b = 0) => a - b);
  if (prices.includes(undefined)) return writtenOrder(candidates.length);
  return prices.map((price) => (steps.length === 1 ? 1 : steps.indexOf(price) / (steps.length - 1)));
}

/** Shares of the dearest one's cost; undefined where one's is not known. */
function relativeCosts(candidates: readonly Candidate[]): number[] | undefined {
  const costs = candidates.map((candidate) => candidate.cost ?? priceOf(candidate));
  if (!costs.every((cost) => cost !== undefined)) return undefined;
  const dearest = Math.max(...costs);
  return costs.map((cost) => (dearest > 0 ? cost / dearest : 0));
}

/** From 1 for the first to 0 for the last. */
function writtenOrder(length: number): number[] {
  return Array.from({ length }, (_, at) => (length - 1 - at) / (length - 1));
}

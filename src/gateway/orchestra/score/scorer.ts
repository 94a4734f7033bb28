import { percentileOf } from './percentile.ts';
import { emptyReading, MAX_TERMS, readTerms } from './read-terms.ts';
import { crossShape, SHAPE_SIZE, SHAPE_WITH_PRODUCTS, shapeOf } from './shape.ts';
import { slotOf } from './vocabulary.ts';
import type { Weights } from './weights.ts';

/** What the learned score says of a prompt. */
export interface PromptScore {
  /**
   * How much a stronger model would gain: the share of ordinary prompts on which it would gain less, from 0 to 1
   * without its ends. It is worth comparing in all its digits.
   */
  readonly gain: number;
  /** The same as the expected difference in the share of right answers, between a strong model and a weak one. */
  readonly rawGain: number;
  /**
   * How good a model's answer will be, 0 to 1; undefined for a model that is not among those learnt from. The name may
   * be an id (`vendor/name`), of which the last part counts, in whatever case.
   */
  qualityOf(model: string): number | undefined;
}

/** What stays of a standardised shape value: a prompt of 20,000 characters is not judged by a line drawn through 300. */
const MOST_DEVIATIONS = 3;
/** Turns a prompt's terms as they are into the size of those of length 1. */
export const PLAIN_SCALE = 0.1;

/**
 * From where on a prompt counts as of a kind in full. The kinds of the data overlap (word problems are among the
 * general prompts too), and a wavering mixture would hide the order within a kind.
 */
const SURE_KNOWLEDGE = 0.5;
const SURE_PROBLEM = 0.3;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** The weighted terms and the shape of a prompt, as every head sees them. */
export interface Features {
  /** Slots with a term of the prompt, in the order of their first one. */
  readonly slots: Int32Array;
  /** Slots in use. */
  used: number;
  /** By slot: the logarithm of 1 + how often its terms came. */
  readonly weight: Float64Array;
  /** Length of those weights as a vector. */
  norm: number;
  /** Standardised, then the products of all pairs. */
  readonly shape: Float64Array;
}

type Lexicon = Pick<Weights, 'vocabulary' | 'shape'>;

/** Reads prompts, always into the same room. */
export function createReader({ vocabulary, shape: { mean, deviation } }: Lexicon): (text: string) => Features {
  const terms = new Uint32Array(MAX_TERMS);
  const reading = emptyReading();
  const counts = new Uint16Array(vocabulary.length);
  const features: Features = {
    slots: new Int32Array(vocabulary.length),
    used: 0,
    weight: new Float64Array(vocabulary.length),
    norm: 0,
    shape: new Float64Array(SHAPE_WITH_PRODUCTS),
  };
  return (text) => {
    readTerms(text, terms, reading);
    const { slots, weight, shape } = features;
    let used = 0;
    for (let at = 0; at < reading.terms; at++) {
      const slot = slotOf(vocabulary, terms[at] as number);
      if (slot < 0) continue;
      const count = counts[slot] as number;
      if (count === 0) slots[used++] = slot;
      counts[slot] = count + 1;
    }
    let squares = 0;
    for (let at = 0; at < used; at++) {
      const slot = slots[at] as number;
      const value = Math.log1p(counts[slot] as number);
      counts[slot] = 0;
      weight[slot] = value;
      squares += value * value;
    }
    features.used = used;
    features.norm = Math.sqrt(squares) || 1;
    shapeOf(text.length, reading, shape);
    for (let at = 0; at < SHAPE_SIZE; at++) {
      const value = ((shape[at] as number) - (mean[at] as number)) / (deviation[at] as number);
      shape[at] = clamp(value, -MOST_DEVIATIONS, MOST_DEVIATIONS);
    }
    crossShape(shape);
    return features;
  };
}

/** A function from a prompt's text to its score. Same weights, same text, same score. */
export function createScorer(weights: Weights): (text: string) => PromptScore {
  const { heads, bytes, gains, kinds, qualities, calibration } = weights;
  const read = createReader(weights);
  const width = heads.length;
  const sums = new Float64Array(width);
  const firstKind = gains.length;
  const firstQuality = firstKind + kinds.length;
  const nameOf = qualities.map(({ name }) => name);
  const strong = weights.strong.map((name) => nameOf.indexOf(name));
  const weak = weights.weak.map((name) => nameOf.indexOf(name));
  const mean = (quality: Float64Array, of: readonly number[]): number =>
    of.reduce((sum, at) => sum + (quality[at] as number), 0) / of.length;

  return (text) => {
    const features = read(text);
    sumHeads(features, bytes, sums);
    for (let head = 0; head < width; head++) sums[head] = finish(heads[head] as Head, sums[head] as number, features);
    const quality = sums.slice(firstQuality);
    const knowledge = clamp((sums[firstKind] as number) / SURE_KNOWLEDGE, 0, 1);
    const problem = clamp((sums[firstKind + 1] as number) / SURE_PROBLEM, 0, 1);
    const general = mean(quality, strong) - mean(quality, weak);
    const rest = problem * (sums[1] as number) + (1 - problem) * general;
    const rawGain = knowledge * (sums[0] as number) + (1 - knowledge) * rest;
    return {
      gain: percentileOf(rawGain, calibration),
      rawGain,
      qualityOf(model) {
        const at = nameOf.indexOf(model.slice(model.lastIndexOf('/') + 1).toLowerCase());
        return at < 0 ? undefined : clamp(quality[at] as number, 0, 1);
      },
    };
  };
}

type Head = Weights['heads'][number];

/** Adds up each head's bytes over a prompt's terms. */
function sumHeads({ slots, used, weight }: Features, bytes: Int8Array, sums: Float64Array): void {
  const width = sums.length;
  sums.fill(0);
  for (let at = 0; at < used; at++) {
    const slot = slots[at] as number;
    const value = weight[slot] as number;
    for (let head = 0, byte = slot * width; head < width; head++, byte++) {
      sums[head] = (sums[head] as number) + value * (bytes[byte] as number);
    }
  }
}

function finish({ unit, bias, scale, shape }: Head, sum: number, features: Features): number {
  let value = bias + sum * scale * (unit ? 1 / features.norm : PLAIN_SCALE);
  for (let at = 0; at < shape.length; at++) value += (shape[at] as number) * (features.shape[at] as number);
  return value;
}

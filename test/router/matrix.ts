import { SHAPE_SIZE, SHAPE_WITH_PRODUCTS } from '../../src/gateway/orchestra/score/shape.ts';
import { PLAIN_SCALE } from '../../src/gateway/orchestra/score/scorer.ts';
import type { SparseRows } from './ridge.ts';

/** A prompt as the regression sees it: columns with the logarithms of their counts, and its standardised shape. */
export interface Sample {
  readonly columns: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  readonly norm: number;
  readonly shape: ArrayLike<number>;
}

/** How much a value of the shape weighs beside all terms together. */
export const SHAPE_SCALE = 0.2;
export const SHAPE_LENGTH = { none: 0, values: SHAPE_SIZE, products: SHAPE_WITH_PRODUCTS } as const;
export const IDF_SCALE = 0.25;

export interface View {
  /** As {@link Head.unit}. */
  readonly unit: boolean;
  /** What is used of the shape. */
  readonly shape: 'none' | 'values' | 'products';
}

/** How rare each column is: 1 for one that every sample has, more for rarer ones. */
export function rarity(samples: readonly Sample[], columns: number): Float64Array {
  const seen = new Float64Array(columns);
  for (const sample of samples) for (let at = 0; at < sample.columns.length; at++) seen[sample.columns[at]!]!++;
  return seen.map((count) => Math.log((1 + samples.length) / (1 + count)) + 1);
}

/** What a weight of the regression is worth on a sample's weighted terms, by column. */
export function columnScale(view: View, idf: Float64Array): Float64Array {
  return view.unit ? idf.map((value) => value * IDF_SCALE) : idf.map(() => 1);
}

/** The shape's values follow the columns of the terms. */
export function toMatrix(samples: readonly Sample[], view: View, scale: Float64Array): SparseRows {
  const shapes = SHAPE_LENGTH[view.shape];
  const size = samples.reduce((sum, sample) => sum + sample.columns.length + shapes, 0);
  const starts = new Int32Array(samples.length + 1);
  const column = new Int32Array(size);
  const value = new Float64Array(size);
  let to = 0;
  for (const [row, sample] of samples.entries()) {
    const factor = view.unit ? 1 / sample.norm : PLAIN_SCALE;
    for (let at = 0; at < sample.columns.length; at++, to++) {
      column[to] = sample.columns[at]!;
      value[to] = sample.weights[at]! * scale[column[to]!]! * factor;
    }
    for (let at = 0; at < shapes; at++, to++) {
      column[to] = scale.length + at;
      value[to] = sample.shape[at]! * SHAPE_SCALE;
    }
    starts[row + 1] = to;
  }
  return { columns: scale.length + shapes, starts, column, value };
}

import { emptyReading, MAX_TERMS, readTerms } from '../../src/gateway/orchestra/score/read-terms.ts';
import { SHAPE_SIZE, shapeOf } from '../../src/gateway/orchestra/score/shape.ts';

/** A prompt's terms with how often each came, and its shape. */
export interface TermCounts {
  readonly counts: ReadonlyMap<number, number>;
  readonly shape: Float64Array;
}

const terms = new Uint32Array(MAX_TERMS);
const reading = emptyReading();

export function countTerms(prompt: string): TermCounts {
  readTerms(prompt, terms, reading);
  const counts = new Map<number, number>();
  for (const term of terms.subarray(0, reading.terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const shape = new Float64Array(SHAPE_SIZE);
  shapeOf(prompt.length, reading, shape);
  return { counts, shape };
}

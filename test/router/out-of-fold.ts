import { createScorer } from '../../src/gateway/orchestra/score/scorer.ts';
import { decodeWeights } from '../../src/gateway/orchestra/score/weights.ts';
import type { PromptScore } from '../../src/gateway/orchestra/score/scorer.ts';
import type { Row } from './data.ts';
import { FOLDS } from './folds.ts';
import { learn } from './learn.ts';

/** Each row with its fold and what weights learnt from the other folds, rounded to bytes as shipped, say of it. */
export interface Judged {
  readonly row: Row;
  readonly fold: number;
  readonly score: PromptScore;
}

export function scoreOutOfFold(rows: readonly Row[], folds: readonly number[]): Judged[] {
  const scorers = Array.from({ length: FOLDS }, (_, fold) =>
    createScorer(decodeWeights(learn(rows.filter((_row, at) => folds[at] !== fold)))),
  );
  return rows.map((row, at) => ({ row, fold: folds[at]!, score: scorers[folds[at]!]!(row.prompt) }));
}

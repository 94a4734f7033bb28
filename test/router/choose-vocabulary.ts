import { fillVocabulary, type Vocabulary } from '../../src/gateway/orchestra/score/vocabulary.ts';
import { SETS, type Row } from './data.ts';
import type { Task } from './heads.ts';
import { columnScale, rarity, toMatrix, type Sample } from './matrix.ts';
import { ridge } from './ridge.ts';
import type { TermCounts } from './term-counts.ts';

/** In how many prompts of a set a term has to be to be thought of. */
const LEAST_PROMPTS = { mmlu: 6, gsm8k: 3, 'nine-models': 4 } as const;
/** What a part's terms weigh when the room is shared out. */
const SHARE = { gains: 1, kinds: 0.3, qualities: 1 } as const;

/** The terms that explain most of what the tasks' functions say, when every term may have a weight. */
export function chooseVocabulary(
  slots: number,
  rows: readonly Row[],
  counted: readonly TermCounts[],
  shapes: readonly Float64Array[],
  tasks: readonly Task[],
): Vocabulary {
  const terms = frequentTerms(rows, counted);
  const column = new Map(terms.map((term, at) => [term, at]));
  const samples = counted.map(({ counts }, at) => toSample(counts, column, shapes[at]!));
  const idf = rarity(samples, terms.length);
  const importance = new Float64Array(terms.length);
  for (const task of tasks) {
    const chosen = rows.flatMap((row, at) => (task.sets.includes(row.set) ? [at] : []));
    const matrix = toMatrix(
      chosen.map((at) => samples[at]!),
      task,
      columnScale(task, idf),
    );
    const [line] = ridge(matrix, [Float64Array.from(chosen, (at) => task.target(rows[at]!))], task.lambda, 25);
    const spread = new Float64Array(terms.length);
    for (let at = 0; at < matrix.column.length; at++) {
      if (matrix.column[at]! < terms.length) spread[matrix.column[at]!]! += matrix.value[at]! ** 2;
    }
    const share = spread.map((squares, at) => squares * line!.weights[at]! ** 2);
    const total = share.reduce((sum, value) => sum + value, 0);
    const peers = tasks.filter(({ part }) => part === task.part).length;
    for (let at = 0; at < share.length; at++) importance[at]! += (SHARE[task.part] / peers) * (share[at]! / total);
  }
  const order = terms.map((_, at) => at).sort((a, b) => importance[b]! - importance[a]! || a - b);
  return fillVocabulary(
    slots,
    order.map((at) => terms[at]!),
  );
}

function frequentTerms(rows: readonly Row[], counted: readonly TermCounts[]): number[] {
  const frequent = new Set<number>();
  for (const set of SETS) {
    const prompts = new Map<number, number>();
    for (const [at, row] of rows.entries()) {
      if (row.set !== set) continue;
      for (const term of counted[at]!.counts.keys()) prompts.set(term, (prompts.get(term) ?? 0) + 1);
    }
    for (const [term, count] of prompts) if (count >= LEAST_PROMPTS[set]) frequent.add(term);
  }
  return [...frequent].sort((a, b) => a - b);
}

function toSample(
  counts: ReadonlyMap<number, number>,
  column: ReadonlyMap<number, number>,
  shape: Float64Array,
): Sample {
  const columns: number[] = [];
  const weights: number[] = [];
  for (const [term, count] of counts) {
    const at = column.get(term);
    if (at === undefined) continue;
    columns.push(at);
    weights.push(Math.log1p(count));
  }
  return { columns, weights, norm: Math.hypot(...weights) || 1, shape };
}

import { gainOf, modelsOf, scoreOf, SETS, type Row, type SetName } from './data.ts';
import type { View } from './matrix.ts';

/** What is learnt: a linear function, from which rows, of what. */
export interface Task extends View {
  readonly name: string;
  readonly part: 'gains' | 'kinds' | 'qualities';
  readonly lambda: number;
  readonly sets: readonly SetName[];
  readonly target: (row: Row) => number;
}

/** In the order of the table of weights. */
export function tasksFor(rows: readonly Row[]): Task[] {
  const topical = { unit: true, shape: 'values' as const };
  return [
    { ...topical, shape: 'products', name: 'knowledge', part: 'gains', lambda: 14, sets: ['mmlu'], target: gainOf },
    // How long and how winding a word problem is says more than what it is about.
    { unit: false, shape: 'none', name: 'problem', part: 'gains', lambda: 10, sets: ['gsm8k'], target: gainOf },
    {
      ...topical,
      name: 'knowledge',
      part: 'kinds',
      lambda: 0.5,
      sets: SETS,
      target: (row) => Number(row.set === 'mmlu'),
    },
    {
      ...topical,
      name: 'problem',
      part: 'kinds',
      lambda: 0.5,
      sets: SETS,
      target: (row) => Number(row.set === 'gsm8k'),
    },
    ...modelsOf(rows, 'nine-models').map((model): Task => ({
      ...topical,
      name: model,
      part: 'qualities',
      lambda: 8,
      sets: ['nine-models'],
      target: (row) => scoreOf(row, model),
    })),
  ];
}

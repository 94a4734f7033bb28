import { gainOf, modelsOf, scoreOf, type Row, type SetName } from './data.ts';
import type { View } from './matrix.ts';

/** What is learnt: a linear function, from which rows, of what. */
export interface Task extends View {
  readonly name: string;
  readonly part: 'gains' | 'kinds' | 'qualities';
  readonly lambda: number;
  readonly sets: readonly SetName[];
  readonly target: (row: Row) => number;
}

const ALL: readonly SetName[] = ['mmlu', 'gsm8k', 'nine-models'];

/** In the order of the table of weights. */
export function tasksFor(rows: readonly Row[]): Task[] {
  const topical = { unit: true, withShape: true };
  return [
    { ...topical, name: 'knowledge', part: 'gains', lambda: 12, sets: ['mmlu'], target: gainOf },
    // How long and how winding a word problem is says more than what it is about.
    { unit: false, withShape: false, name: 'problem', part: 'gains', lambda: 10, sets: ['gsm8k'], target: gainOf },
    {
      ...topical,
      name: 'problem',
      part: 'kinds',
      lambda: 0.5,
      sets: ALL,
      target: (row) => Number(row.set === 'gsm8k'),
    },
    {
      ...topical,
      name: 'general',
      part: 'kinds',
      lambda: 0.5,
      sets: ALL,
      target: (row) => Number(row.set === 'nine-models'),
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

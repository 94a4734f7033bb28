import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dir, '../..');
/** Prompts with what models made of them; stands beside the project, not in it. */
export const DATA = resolve(ROOT, '../shared/routing');
export const hasData = (): boolean => existsSync(join(DATA, 'mmlu.jsonl'));

/** Questions of knowledge, word problems, and everything that nine models were asked. */
export const SETS = ['mmlu', 'gsm8k', 'nine-models'] as const;
export type SetName = (typeof SETS)[number];
export const WEAK = 'mixtral-8x7b';
export const STRONG = 'gpt-4-1106';

export interface Row {
  readonly set: SetName;
  readonly prompt: string;
  /** By model, 0 to 1. */
  readonly scores: Readonly<Record<string, number>>;
}

export function readRows(): Row[] {
  return SETS.flatMap((set) =>
    readFileSync(join(DATA, `${set}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ ...(JSON.parse(line) as Omit<Row, 'set'>), set })),
  );
}

/** USD per million tokens, input and output alike. */
export function readPrices(): Readonly<Record<string, number>> {
  const text = readFileSync(join(DATA, 'nine-models.prices.json'), 'utf8');
  const prices = JSON.parse(text) as Record<string, { input_usd_per_million: number }>;
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, price.input_usd_per_million]));
}

/** The models of a set, in alphabetical order. */
export function modelsOf(rows: readonly Row[], set: SetName): string[] {
  return Object.keys(rows.find((row) => row.set === set)?.scores ?? {}).sort();
}

export const scoreOf = (row: Row, model: string): number => {
  const score = row.scores[model];
  if (score === undefined) throw new Error(`${row.set} has a prompt without a score of ${model}`);
  return score;
};
export const gainOf = (row: Row): number => scoreOf(row, STRONG) - scoreOf(row, WEAK);

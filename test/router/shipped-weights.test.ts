/**
 * The weights that come with the program still order the prompts they were learnt from. No measure of how good they are
 * (`make router-eval` is): a floor under mistakes in reading prompts or weights.
 */
import { describe, expect, test } from 'bun:test';
import { chooseModel } from '../../src/gateway/orchestra/score/choose.ts';
import { scorePrompt } from '../../src/gateway/orchestra/score/score-prompt.ts';
import { DATA, gainOf, hasData, modelsOf, readPrices, readRows, scoreOf, type Row } from './data.ts';
import { apgr, mean } from './measures.ts';

const present = hasData();
if (!present) console.warn(`skipped: the shipped weights' order, because ${DATA} is not there`);
const rows: readonly Row[] = present ? readRows() : [];

describe.skipIf(!present)('the shipped weights', () => {
  for (const [set, floor] of [
    ['mmlu', 0.85],
    ['gsm8k', 0.75],
  ] as const) {
    test(`${set}: prompts on which a strong model gains come first`, () => {
      const some = rows.filter((row) => row.set === set);
      const scores = some.map(({ prompt }) => scorePrompt(prompt).gain);
      expect(apgr(scores, some.map(gainOf))).toBeGreaterThan(floor);
      expect(new Set(scores).size).toBeGreaterThan(some.length * 0.95);
    });
  }

  test('nine models: better than the best of them, at half of its price, in the middle of the dial', () => {
    const some = rows.filter(({ set }) => set === 'nine-models');
    const prices = readPrices();
    const pool = modelsOf(rows, 'nine-models').map((name) => {
      const price = prices[name] ?? Number.NaN;
      return { id: name, name, price: { input: price, output: price } };
    });
    const best = pool
      .map(({ name, price }) => ({ price: price.input, quality: mean(some.map((row) => scoreOf(row, name))) }))
      .reduce((a, b) => (b.quality > a.quality ? b : a));
    const chosen = some.map((row) => ({ row, model: pool[chooseModel(pool, scorePrompt(row.prompt), 0.5).index]! }));
    expect(mean(chosen.map(({ row, model }) => scoreOf(row, model.name)))).toBeGreaterThan(best.quality);
    expect(mean(chosen.map(({ model }) => model.price.input))).toBeLessThan(best.price / 2);
  });
});

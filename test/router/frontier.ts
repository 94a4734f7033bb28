import { chooseModel, type Candidate } from '../../src/gateway/orchestra/score/choose.ts';
import { modelsOf, readPrices, scoreOf } from './data.ts';
import { mean } from './measures.ts';
import type { Judged } from './out-of-fold.ts';

/** Mean share of right answers, and mean price in USD per million tokens. */
export interface Point {
  readonly name: string;
  readonly quality: number;
  readonly price: number;
}

export interface Frontier {
  readonly models: readonly Point[];
  readonly best: Point;
  readonly oracle: Point;
  /** By setting of the dial. */
  readonly dial: readonly Point[];
}

export const DIAL = [0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9, 1];

/** What the nine models' pool gives for what, chosen from by the rule the program chooses by. */
export function frontierOf(judged: readonly Judged[]): Frontier {
  const nine = judged.filter(({ row }) => row.set === 'nine-models');
  const rows = nine.map(({ row }) => row);
  const prices = readPrices();
  const pool = modelsOf(rows, 'nine-models').map((name): Candidate => {
    const price = prices[name]!;
    return { id: name, name, price: { input: price, output: price } };
  });
  const priceAt = (at: number): number => pool[at]!.price!.input;
  const pointOf = (name: string, choose: (one: Judged) => number): Point => {
    const chosen = nine.map(choose);
    return {
      name,
      quality: mean(nine.map(({ row }, at) => scoreOf(row, pool[chosen[at]!]!.name))),
      price: mean(chosen.map(priceAt)),
    };
  };
  const models = pool.map(({ name }, at) => pointOf(name, () => at));
  const cheapestRight = ({ row }: Judged): number =>
    pool
      .map((_, at) => at)
      .reduce((a, b) => {
        const more = scoreOf(row, pool[b]!.name) - scoreOf(row, pool[a]!.name);
        return more > 0 || (more === 0 && priceAt(b) < priceAt(a)) ? b : a;
      });
  return {
    models,
    best: models.reduce((a, b) => (b.quality > a.quality ? b : a)),
    oracle: pointOf('oracle', cheapestRight),
    dial: DIAL.map((quality) => pointOf(`${quality}`, ({ score }) => chooseModel(pool, score, quality).index)),
  };
}

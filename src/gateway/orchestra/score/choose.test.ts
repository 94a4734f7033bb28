import { describe, expect, test } from 'bun:test';
import { chooseModel, type Candidate } from './choose.ts';
import { scorePrompt } from './score-prompt.ts';
import type { PromptScore } from './scorer.ts';

const gains = (gain: number): PromptScore => ({ gain, rawGain: 0, qualityOf: () => undefined });
const qualities = (known: Readonly<Record<string, number>>): PromptScore => ({
  gain: 0.5,
  rawGain: 0,
  qualityOf: (name) => known[name],
});
const model = (name: string, price?: number): Candidate => ({
  id: `x/${name}`,
  name,
  price: price === undefined ? undefined : { input: price, output: price },
});
const chosen = (pool: readonly Candidate[], score: PromptScore, quality: number): string =>
  pool[chooseModel(pool, score, quality).index]!.name;

const PAIR = [model('weak', 1), model('strong', 10)];
const DIALS = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];
const LEVELS = [0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999];

describe('a weak and a strong model', () => {
  test('at the ends of the dial the prompt does not matter', () => {
    for (const gain of LEVELS) {
      expect(chosen(PAIR, gains(gain), 0)).toBe('weak');
      expect(chosen(PAIR, gains(gain), 1)).toBe('strong');
    }
  });

  test('in the middle of it about half of ordinary prompts go to the strong one', () => {
    const row = LEVELS.map((gain) => chosen(PAIR, gains(gain), 0.5));
    expect(row.join(' ')).toBe('weak weak weak strong strong strong strong');
  });

  test('more gain and more dial never lead back to the weak one', () => {
    for (const dial of DIALS) {
      const row = LEVELS.map((gain) => chosen(PAIR, gains(gain), dial));
      expect(row).toEqual(row.toSorted().reverse());
    }
    for (const gain of LEVELS) {
      const column = DIALS.map((dial) => chosen(PAIR, gains(gain), dial));
      expect(column).toEqual(column.toSorted().reverse());
    }
  });

  test('the closer the prices, the sooner the strong one', () => {
    expect(chosen([model('weak', 9), model('strong', 10)], gains(0.1), 0.5)).toBe('strong');
    expect(chosen(PAIR, gains(0.1), 0.5)).toBe('weak');
  });

  test('the order they are written in does not matter where prices tell', () => {
    for (const dial of DIALS) {
      for (const gain of LEVELS) {
        expect(chosen(PAIR.toReversed(), gains(gain), dial)).toBe(chosen(PAIR, gains(gain), dial));
      }
    }
  });
});

describe('costs of the turn', () => {
  test('a prompt that is cached makes the strong model worth its price', () => {
    const pool = [
      { ...PAIR[0]!, cost: 0.01 },
      { ...PAIR[1]!, cost: 0.1 },
    ];
    expect(chosen(pool, gains(0.3), 0.5)).toBe('weak');
    expect(chosen([pool[0]!, { ...pool[1]!, cost: 0.012 }], gains(0.3), 0.5)).toBe('strong');
  });

  test('a strong model that costs less this turn is the cheapest', () => {
    const pool = [
      { ...PAIR[0]!, cost: 0.01 },
      { ...PAIR[1]!, cost: 0.005 },
    ];
    for (const dial of DIALS) expect(chosen(pool, gains(0.01), dial)).toBe('strong');
  });

  test('costs alone, without prices, still say which is cheapest', () => {
    const pool = [
      { ...model('first'), cost: 1 },
      { ...model('second'), cost: 5 },
    ];
    expect(chosen(pool, gains(0.9), 0)).toBe('first');
  });

  test('nothing costs anything', () => {
    expect(chosen([model('a', 0), model('b', 0)], gains(0.2), 0)).toBe('a');
    expect(chosen([model('a', 0), model('b', 0)], gains(0.2), 1)).toBe('a');
  });
});

describe('pools of unknown models', () => {
  test('equal prices: the first one written', () => {
    for (const dial of DIALS) {
      expect(chosen([model('a', 3), model('b', 3), model('c', 3)], gains(0.9), dial)).toBe('a');
    }
  });

  test('without prices the first one is the preferred one, the last one the cheapest', () => {
    const pool = [model('best'), model('middle'), model('least')];
    expect(chosen(pool, gains(0.2), 0)).toBe('least');
    expect(chosen(pool, gains(0.2), 1)).toBe('best');
    expect(chosen(pool, gains(0.1), 0.5)).toBe('least');
    expect(chosen(pool, gains(0.9), 0.5)).toBe('best');
  });

  test('one missing price: the written order counts', () => {
    const pool = [model('best', 1), model('other'), model('least', 100)];
    expect(chosen(pool, gains(0.9), 0)).toBe('least');
    expect(chosen(pool, gains(0.9), 1)).toBe('best');
  });

  test('one of three steps up in price is taken in between', () => {
    const pool = [model('small', 1), model('middle', 3), model('large', 10)];
    const row = LEVELS.map((gain) => chosen(pool, gains(gain), 0.5));
    expect(new Set(row)).toEqual(new Set(['small', 'middle', 'large']));
    expect(row[0]).toBe('small');
    expect(row.at(-1)).toBe('large');
  });

  test('one unknown model among known ones: all go by price', () => {
    const pool = [model('known', 10), model('unknown', 1)];
    expect(chosen(pool, { ...qualities({ known: 0.1 }), gain: 0.9 }, 0.5)).toBe('known');
  });
});

describe('pools of known models', () => {
  const pool = [model('a', 1), model('b', 9), model('c', 9)];

  test('the best at one end, the cheapest at the other, whatever their prices say of strength', () => {
    expect(chosen(pool, qualities({ a: 0.9, b: 0.5, c: 0.6 }), 1)).toBe('a');
    expect(chosen(pool, qualities({ a: 0.2, b: 0.5, c: 0.6 }), 1)).toBe('c');
    expect(chosen(pool, qualities({ a: 0.2, b: 0.5, c: 0.6 }), 0)).toBe('a');
  });

  test('in the middle, nine times the price for more than a twelfth more right answers', () => {
    expect(chosen(pool, qualities({ a: 0.5, b: 0.55, c: 0.4 }), 0.5)).toBe('a');
    expect(chosen(pool, qualities({ a: 0.5, b: 0.6, c: 0.4 }), 0.5)).toBe('b');
  });

  test('equally good: the cheaper one, at the end of the dial too', () => {
    expect(chosen([model('b', 9), model('a', 1)], qualities({ a: 0.5, b: 0.5 }), 1)).toBe('a');
  });

  test('those learnt from are told apart by prompt', () => {
    const known = [model('llama-3.1-nemotron-51b-instruct', 0.9), model('gemma-2-9b-it', 0.1)];
    const prompts = ['Who sings this song?', 'What is $3^5 \\pmod{7}$?', 'Write a function to sort a list of tuples.'];
    expect(new Set(prompts.map((prompt) => chosen(known, scorePrompt(prompt), 0.6))).size).toBe(2);
  });
});

test('one model is taken, none is an error', () => {
  expect(chooseModel([model('only')], gains(0.5), 0.5)).toMatchObject({ index: 0, confidence: 1 });
  expect(() => chooseModel([], gains(0.5), 0.5)).toThrow(RangeError);
});

test('confidence is a half where two are the same, and more the clearer it is', () => {
  const same = chooseModel([model('a', 1), model('b', 1)], gains(0.5), 0.5);
  const clear = chooseModel(PAIR, gains(0.999), 0.9);
  expect(same.confidence).toBe(0.5);
  expect(clear.confidence).toBeGreaterThan(0.8);
  expect(clear.confidence).toBeLessThanOrEqual(1);
});

test('the reason is in few words, and tells no cost that nobody knows', () => {
  expect(chooseModel([model('a', 1), model('b')], gains(0.3), 0.5).reason).toEndWith('prompts, costs not known');
  expect(chooseModel(PAIR, gains(0.3), 0.5).reason).toMatch(/gains more than on 30 % of prompts/);
  expect(chooseModel([model('a', 1), model('b', 2)], qualities({ a: 0.5, b: 0.4 }), 0.5).reason).toBe(
    "expected quality 50 %, 50 % of the dearest model's cost",
  );
});

import { describe, expect, test } from 'bun:test';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { scorePrompt } from './score-prompt.ts';
import file from './weights.json' with { type: 'json' };

const NINE = file.qualities.map(({ name }) => name);
const TEXTS = [
  '',
  ' ',
  'hi',
  'What is the boiling point of water?',
  'Tom has 3 apples and buys twice as many each day for 5 days. Half of them are bad. How many good ones has he?',
  'def f(x):\n    return x ** 2\n\nWrite a test for it.',
  'Zeige, dass $\\sqrt{2}$ irrational ist.',
  '请写一个函数,计算图中的最短路径,并解释它的复杂度。',
  '最短経路を求める関数を書いてください。',
  'Напиши функцию, которая находит кратчайший путь.',
  'اكتب دالة تحسب أقصر مسار',
  '👩‍💻🚀'.repeat(50),
  '\ud800\udc00\ud800',
  '\0'.repeat(10),
];

describe('scorePrompt', () => {
  test('every text has a gain between 0 and 1 and a quality for each model known', () => {
    for (const text of TEXTS) {
      const { gain, rawGain, qualityOf } = scorePrompt(text);
      expect(gain).toBeGreaterThan(0);
      expect(gain).toBeLessThan(1);
      expect(Math.abs(rawGain)).toBeLessThan(1);
      for (const name of NINE) expect(qualityOf(name)).toBeWithin(0, 1.000001);
    }
  });

  test('says the same each time, whatever it was asked in between', () => {
    const all = () => TEXTS.map((text) => [scorePrompt(text).gain, ...NINE.map(scorePrompt(text).qualityOf)]);
    const first = all();
    TEXTS.reverse();
    const second = all().reverse();
    TEXTS.reverse();
    expect(second).toEqual(first);
    expect(new Set(first.map(([gain]) => gain)).size).toBeGreaterThan(8);
  });

  test('a score stays as it was when the next prompt is scored', () => {
    const score = scorePrompt('Who wrote Faust?');
    const before = NINE.map(score.qualityOf);
    scorePrompt('Solve x^2 + 3x + 2 = 0 and explain each step.');
    expect(NINE.map(score.qualityOf)).toEqual(before);
  });

  test('knows a model by the last part of its id, in any case', () => {
    const { qualityOf } = scorePrompt('Who wrote Faust?');
    const quality = qualityOf('gemma-2-9b-it');
    expect(quality).toBeNumber();
    expect(qualityOf('x/gemma-2-9b-it')).toBe(quality);
    expect(qualityOf('Some/Vendor/Gemma-2-9B-IT')).toBe(quality);
    for (const unknown of ['', 'gemma', 'gemma-2-9b-it/', 'gemma-2-9b-it-fp8', 'toString']) {
      expect(qualityOf(unknown)).toBeUndefined();
    }
  });

  test('gain rises strictly with the expected difference', () => {
    const scores = TEXTS.map(scorePrompt).sort((a, b) => a.rawGain - b.rawGain);
    for (const [at, { gain, rawGain }] of scores.entries()) {
      const before = scores[at - 1];
      if (before !== undefined && before.rawGain < rawGain) expect(gain).toBeGreaterThan(before.gain);
    }
  });

  test('a word problem of many steps gains more than a question of fact', () => {
    const fact = scorePrompt('Who wrote Faust?').gain;
    const problem =
      'A baker sells 24 loaves a day at $3 each. On weekends he sells twice as many, but a third of them at half the ' +
      'price. Flour costs him $15 a day and he pays his helper $8 per hour for 5 hours on each of the two weekend days. ' +
      'How much does he earn in a week?';
    expect(scorePrompt(problem).gain).toBeGreaterThan(fact + 0.2);
  });

  test('of a huge text its beginning and its end count', () => {
    const middle = 'lorem ipsum '.repeat(100_000);
    const one = scorePrompt(`Prove Fermat's little theorem. ${middle}`);
    const other = scorePrompt(`${middle} Prove Fermat's little theorem.`);
    const neither = scorePrompt(middle);
    for (const { gain } of [one, other, neither]) expect(gain).toBeWithin(0, 1);
    expect(one.rawGain).not.toBe(neither.rawGain);
    expect(other.rawGain).not.toBe(neither.rawGain);
  });
});

test('the weights take at most 300 kB', () => {
  expect(statSync(join(import.meta.dir, 'weights.json')).size).toBeLessThanOrEqual(300_000);
});

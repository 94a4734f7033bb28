/** Measures the score on prompts its weights were not learnt from; writes `docs/router.md` and its picture. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scorePrompt } from '../../src/gateway/orchestra/score/score-prompt.ts';
import { gainOf, readRows, ROOT } from './data.ts';
import { FOLDS, foldsOf } from './folds.ts';
import { frontierOf } from './frontier.ts';
import { keywordRules } from './keyword-rules.ts';
import { apgr, mean } from './measures.ts';
import { scoreOutOfFold, type Judged } from './out-of-fold.ts';
import { plotFrontier } from './plot.ts';
import { renderPage, type Rule } from './page.ts';

const SEEDS = [0, 1, 2];

const rows = readRows();
const runs = SEEDS.map((seed) => scoreOutOfFold(rows, foldsOf(rows, seed)));

/** Within each held-out fold, then the mean of them: scores of two folds come from different weights. */
function apgrOutOfFold(set: string, scoreOf: (one: Judged) => number): number {
  return mean(
    runs.flatMap((judged) =>
      Array.from({ length: FOLDS }, (_, fold) => {
        const held = judged.filter((one) => one.fold === fold && one.row.set === set);
        return apgr(
          held.map(scoreOf),
          held.map(({ row }) => gainOf(row)),
        );
      }),
    ),
  );
}

const RULES: Readonly<Record<string, (one: Judged) => number>> = {
  'learned score': ({ score }) => score.gain,
  'prompt length': ({ row }) => row.prompt.length,
  'keyword rules': ({ row }) => keywordRules(row.prompt),
  'any order': () => 0,
  oracle: ({ row }) => gainOf(row),
};
const rules = Object.entries(RULES).map(([name, scoreOf]): Rule => ({
  name,
  mmlu: apgrOutOfFold('mmlu', scoreOf),
  gsm8k: apgrOutOfFold('gsm8k', scoreOf),
}));

/** Microseconds for a prompt of so many characters, the least of several rounds. */
function timeOf(characters: number): number {
  const text = rows
    .map(({ prompt }) => prompt)
    .join('\n')
    .slice(0, characters);
  const rounds = Array.from({ length: 20 }, () => {
    const start = performance.now();
    for (let time = 0; time < 200; time++) scorePrompt(text);
    return ((performance.now() - start) / 200) * 1000;
  });
  return Math.min(...rounds);
}

const frontier = frontierOf(runs.flat());
const page = renderPage({
  rows,
  rules,
  frontier,
  times: { short: timeOf(300), long: timeOf(20_000) },
  bytes: readFileSync(join(ROOT, 'src/gateway/orchestra/score/weights.json')).length,
});
writeFileSync(join(ROOT, 'docs/router.md'), page);
writeFileSync(join(ROOT, 'docs/router.svg'), plotFrontier(frontier));
console.log(page);

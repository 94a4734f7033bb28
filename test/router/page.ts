import { SETS, type Row } from './data.ts';
import { FOLDS } from './folds.ts';
import type { Frontier } from './frontier.ts';

/** A way to order prompts, and its APGR on both sets. */
export interface Rule {
  readonly name: string;
  readonly mmlu: number;
  readonly gsm8k: number;
}

export interface Results {
  readonly rows: readonly Row[];
  readonly rules: readonly Rule[];
  readonly frontier: Frontier;
  /** Microseconds for 300 and for 20,000 characters. */
  readonly times: { readonly short: number; readonly long: number };
  /** Of the weights. */
  readonly bytes: number;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const share = (value: number): string => value.toFixed(3);
const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;

export function renderPage({ rows, rules, frontier, times, bytes }: Results): string {
  const { models, best, oracle, dial } = frontier;
  const counts = SETS.map((set) => `${set} ${rows.filter((row) => row.set === set).length}`).join(', ');
  const perModel = models.toSorted((a, b) => b.quality - a.quality);
  return `# The learned score

Where nothing else tells which model th-orchestra should take, a small linear model reads the prompt and says two things:
how much a stronger model would gain on it (\`gain\`, 0 to 1: the share of ordinary prompts on which it would gain less),
and, for the models it was learnt from, how often each is right. From these, the costs of the turn and the operator's
dial \`orchestra.quality\`, a rule chooses within the pool. This page is written by \`make router-eval\`.

## What it looks at

Words, pairs of neighbouring words and the endings of long words, hashed into 15,000 slots, and the prompt's shape: its
length, digits, operators, brackets, capitals, lines. Digits, symbols and the characters of scripts without spaces are
words by themselves. Of a prompt of more than 6,144 UTF-16 units the first 4,096 and the last 2,048 are read. Two
functions for the gain, one for questions of knowledge and one for word problems, are mixed by what kind of prompt it
looks like; for everything else the gain is the difference of the known models' qualities.

The weights are ${(bytes / 1000).toFixed(0)} kB within the program. A prompt of 300 characters takes ${times.short.toFixed(0)} µs, one of 20,000
characters ${times.long.toFixed(0)} µs. \`make router-train\` learns them anew, the same bytes from the same data.

## How well it orders prompts

APGR: prompts go to the strong model in the order of the score; the area under the quality reached, with the weak model
alone as 0 and the strong one alone as 1. Weak is Mixtral-8x7B, strong is GPT-4-1106. All numbers are for prompts that the
weights were not learnt from: ${FOLDS} folds, three times, near duplicates never on both sides (${counts} prompts).

${table(
  ['order', 'MMLU', 'GSM8K'],
  rules.map(({ name, mmlu, gsm8k }) => [name, share(mmlu), share(gsm8k)]),
)}

## How well it chooses among known models

For each candidate \`quality · 12 · expected quality − (1 − quality) · cost\`, the cost as a share of the dearest
candidate's; the highest is taken. At 0 that is always the cheapest, at 1 always the best expected. Of the nine models
${best.name} is the best one alone: ${share(best.quality)} of answers right, at ${best.price.toFixed(2)} USD per million tokens.

${table(
  ['`orchestra.quality`', 'right answers', 'USD per million', "of the best one's price"],
  [...dial, oracle].map(({ name, quality, price }) => [
    name,
    share(quality),
    price.toFixed(3),
    percent(price / best.price),
  ]),
)}

![right answers against price](router.svg)

${table(
  ['model alone', 'right answers', 'USD per million'],
  perModel.map(({ name, quality, price }) => [name, share(quality), price.toFixed(2)]),
)}

## Models it does not know

When a candidate was not learnt from, all candidates of the pool go by their prices: strength rises in equal steps from 0
for the lowest price to 1 for the highest, expected quality is \`gain / 6 · strength\`, and the same rule applies. Of two
models, the dearer one is taken when \`gain\` is at least \`(1 − quality) / (2 · quality)\` times what the cheaper one
saves, as a share of the dearer one's cost: at the default of 0.5 and ten times the price that is a little more than half
of ordinary prompts. Where prices are missing, the order in which the operator wrote the pool counts, the preferred model
first.
`;
}

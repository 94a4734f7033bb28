import { buildTable, code } from './markdown.ts';
import { PRICE_LISTS } from './prices/lists.ts';
import type { ListedPrice, PriceList } from './prices/price-list.ts';

/** The page of known prices, all of it from the lists: docs/prices.md. */
export function buildPricePage(): string {
  return [INTRODUCTION, ...PRICE_LISTS.map(buildSection)].join('\n\n') + '\n';
}

const INTRODUCTION = `<!-- Printed by \`tokenharbor config prices\`. Change the lists in src/config/prices, not this page. -->

# Known prices

What an answer costs is, in this order: the \`price\` of the target, the \`price\` of the model, and the list price below of the
model that the target names, if its provider has that preset. Where none is known, the request costs nothing: it is counted, but
no budget notices it.

- Each list has the public page it is from, and the day it was last found to be right: the last on which two sources that do
  not copy each other said the same. **Vendors change prices without telling a gateway**: what you are billed is on their page.
- Prices that could not be found in two such places are left out, and so are those of resellers (\`openrouter\`), of clouds
  (\`azure\`), and of models that were withdrawn.
- A price in the file stands above all of this, and stands alone: none of its kinds is taken from a list.
- List prices hold where \`base_url\` is the preset's own. At another address they do with \`known_prices: true\` of the
  provider, and at the preset's own they do not with \`known_prices: false\`: for a contract, a subscription or credits.
- \`tokenharbor models\` and \`tokenharbor config show\` tell which price is a list price, and of when;
  \`tokenharbor models --json\` adds the source.

US dollars per million tokens, but for each web search: dollars per search. A dash stands for no price of its own: what is read
from a cache or written to one then costs what input costs, and what is written for an hour what is written for five minutes.
Reasoning costs what output costs. A \`*\` stands for any rest of an id; upper and lower case are the same.

Not told apart, so that the vendor may ask more or less than is counted here: prompts longer than the column _Up to_ says (vendors
ask up to five times as much for those), service tiers (batch, flex, priority), processing in one region, audio and images, and
tools of the vendor other than web search.`;

const KINDS = [
  ['Input', 'input'],
  ['Output', 'output'],
  ['Cache read', 'cacheRead'],
  ['Cache write', 'cacheWrite'],
  ['for 1 h', 'cacheWrite1h'],
  ['Reasoning', 'reasoning'],
  ['Web search', 'webSearch'],
  ['Request', 'request'],
] as const satisfies readonly (readonly [string, keyof ListedPrice])[];

function buildSection(list: PriceList): string {
  const kinds = KINDS.filter(([, kind]) => list.prices.some((price) => price[kind] !== undefined));
  const hasUpTo = list.prices.some(({ upTo }) => upTo !== undefined);
  const head = ['Model', ...kinds.map(([title]) => title), ...(hasUpTo ? ['Up to'] : []), 'As of'];
  const rows = list.prices.map((price) => [
    price.models.map(code).join(', '),
    ...kinds.map(([, kind]) => price[kind] ?? '-'),
    ...(hasUpTo ? [price.upTo === undefined ? '-' : `${price.upTo.toLocaleString('en-US')} tokens`] : []),
    price.asOf ?? list.asOf,
  ]);
  const notes = list.prices.flatMap(({ models, note }) =>
    note === undefined ? [] : [`- ${code(models[0] ?? '')}: ${note}`],
  );
  return [
    `## ${code(list.preset)}`,
    `From <${list.source}>.`,
    buildTable(head, rows),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
  ].join('\n\n');
}

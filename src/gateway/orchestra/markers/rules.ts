import type { Role } from '../role.ts';
import { type Concept, type Concepts, conceptsOf } from './concept.ts';

/** What a sentence is taken for that speaks of these things. */
export interface Rule {
  /** `chat`: a question or a wish that has no role. */
  readonly role: Role;
  /** What the sentence does, in words of ours: told as the reason. */
  readonly marker: string;
  /** How surely, about 0.4 to 1.2. */
  readonly weight: number;
  readonly all: Concepts;
  /** At least one of them, where there are any. */
  readonly any: Concepts;
  readonly none: Concepts;
}

/** A rule as it is written: concepts between spaces. */
type Row = readonly [role: Role, marker: string, weight: number, all: string, any?: string, none?: string];

const ROWS: readonly Row[] = [
  ['coder', 'code to be written', 1, 'make', 'artefact'],
  ['coder', 'code to be written', 1.02, 'make code', 'language artefact name'],
  ['coder', 'code to be written', 0.9, 'make', 'code language name', 'prose'],
  ['coder', 'code to be written', 0.8, 'make pasted', '', 'prose'],
  ['coder', 'code to be changed', 1, 'change', 'artefact pasted name'],
  ['coder', 'code to be changed', 0.9, 'change', 'code language', 'prose'],
  ['coder', 'code that is needed', 0.85, 'want', 'artefact', 'topic'],
  ['coder', 'code that is needed', 0.8, 'want language code', '', 'prose topic'],
  ['coder', 'code that is needed', 0.6, 'want', 'language code', 'prose topic'],

  ['coder', 'how code is written', 0.9, 'howto', 'language artefact'],
  ['coder', 'how code is written', 0.65, 'howto code', '', 'prose'],
  ['coder', 'a piece of code', 0.55, 'artefact', '', 'topic prose'],
  ['coder', 'a piece of code', 0.55, 'code', 'language name', 'topic prose'],

  ['debugger', 'a fault to be fixed', 1.12, 'fix trace'],
  ['debugger', 'a fault to be fixed', 1.05, 'fix fault', '', 'prose'],
  ['debugger', 'a fault to be fixed', 0.8, 'fix', 'pasted name code style surface', 'prose'],
  ['debugger', 'a fault to be fixed', 0.55, 'fix', '', 'prose topic howto'],
  ['debugger', 'something that does not work', 1.12, 'complaint trace'],
  ['debugger', 'something that does not work', 1.08, 'complaint', 'fault pasted'],
  ['debugger', 'something that does not work', 0.95, 'complaint', 'mine language name artefact why fix', 'prose'],
  ['debugger', 'something that does not work', 0.8, 'complaint', 'code surface', 'prose topic'],
  ['debugger', 'something that does not work', 0.6, 'complaint', '', 'prose topic'],
  ['debugger', 'what a machine prints of a fault', 0.95, 'trace', '', 'topic'],
  ['debugger', 'what a machine prints of a fault', 0.7, 'trace'],
  ['debugger', 'why something fails', 0.95, 'why', 'pasted trace', 'make'],
  ['debugger', 'why something fails', 0.85, 'why fault', '', 'topic prose'],
  ['debugger', 'why something fails', 0.7, 'why', 'mine name language', 'topic prose'],
  ['debugger', 'why something fails', 0.6, 'why', 'code', 'topic prose'],
  ['debugger', 'a fault in code', 0.8, 'fault', 'language name pasted artefact', 'topic prose'],
  ['debugger', 'a fault in code', 0.7, 'fault', 'mine code', 'topic prose'],
  [
    'debugger',
    'something of theirs',
    0.54,
    'mine',
    'language name artefact code',
    'topic prose make change want howto review plan summary lookup design',
  ],

  ['frontend', 'a surface to be made', 1.06, 'make style', '', 'prose'],
  ['frontend', 'a surface to be made', 0.93, 'make surface', '', 'prose'],
  ['frontend', 'a surface to be changed', 1.06, 'change style', '', 'prose'],
  ['frontend', 'a surface to be changed', 0.92, 'change surface', '', 'prose'],
  ['frontend', 'a surface to be designed', 1.08, 'design', 'style surface', 'prose'],
  ['frontend', 'how a surface should be', 0.95, 'want', 'surface style', 'prose topic'],
  ['frontend', 'how a surface should be', 1, 'style surface', '', 'topic prose'],
  ['frontend', 'how a surface is styled', 1, 'howto style'],
  ['frontend', 'how a surface is styled', 0.9, 'style', 'want mine', 'topic prose'],
  ['frontend', 'how a surface is styled', 0.7, 'style', '', 'topic prose'],

  ['reviewer', 'a change to be reviewed', 1.15, 'review changes'],
  ['reviewer', 'code to be reviewed', 1.1, 'review', 'code pasted name artefact design'],
  ['reviewer', 'code to be reviewed', 0.9, 'review', 'language mine'],
  ['reviewer', 'weaknesses to be found', 1.1, 'review flaws'],
  ['reviewer', 'weaknesses to be found', 1, 'flaws', 'code pasted changes name mine'],
  ['reviewer', 'weaknesses to be found', 0.6, 'flaws', '', 'topic make'],
  ['reviewer', 'something to be reviewed', 0.78, 'review', '', 'topic make'],
  ['reviewer', 'a change', 0.6, 'changes pasted', '', 'make change fix'],

  ['summarizer', 'a summary', 1.02, 'summary'],

  ['planner', 'a plan without code', 1.2, 'nocode', 'plan design project'],
  ['planner', 'a plan without code', 0.9, 'nocode'],
  ['planner', 'a plan', 1.05, 'plan project', '', 'prose'],
  ['planner', 'an architecture', 1.05, 'design project', '', 'prose'],
  ['planner', 'a plan', 0.98, 'make plan', '', 'prose artefact'],
  ['planner', 'a plan', 0.85, 'plan', 'make want mine', 'prose topic'],
  ['planner', 'a plan', 0.56, 'plan', '', 'prose topic'],

  ['fetcher', 'an address to be opened', 1.15, 'lookup url'],
  ['fetcher', 'an address to be opened', 0.95, 'url topic'],
  ['fetcher', 'an address to be opened', 0.6, 'url', '', 'make change fix trace'],
  ['fetcher', 'something to be looked up', 1.06, 'lookup web'],
  ['fetcher', 'something to be looked up', 0.9, 'lookup fresh', '', 'make change code'],
  ['fetcher', 'something of today', 0.8, 'web fresh', '', 'make change'],

  ['chat', 'a question about a topic', 0.72, 'topic', '', 'pasted complaint trace'],
  ['chat', 'a question of an examination', 1.5, 'choices'],
  ['chat', 'something to be told', 0.7, 'prose', '', 'review summary'],
  ['chat', 'something to be told', 0.92, 'prose make', '', 'review summary'],
];

const conceptsIn = (words = ''): Concepts =>
  conceptsOf(...(words.split(' ').filter((word) => word !== '') as Concept[]));

export const RULES: readonly Rule[] = ROWS.map(([role, marker, weight, all, any, none]) => ({
  role,
  marker,
  weight,
  all: conceptsIn(all),
  any: conceptsIn(any),
  none: conceptsIn(none),
}));

/** Whether a sentence is one that the rule speaks of. */
export function holds({ all, any, none }: Rule, sentence: Concepts): boolean {
  return (sentence & all) === all && (any === 0 || (sentence & any) !== 0) && (sentence & none) === 0;
}

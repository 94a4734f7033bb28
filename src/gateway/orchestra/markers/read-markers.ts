import type { Role } from '../role.ts';
import { ANY_LANGUAGE } from './any-language.ts';
import { CHINESE } from './chinese.ts';
import type { Concepts, Lexicon } from './concept.ts';
import { ENGLISH_CODE } from './english-code.ts';
import { ENGLISH } from './english.ts';
import { FRENCH } from './french.ts';
import { GERMAN } from './german.ts';
import { readInstruction } from './instruction.ts';
import { ITALIAN } from './italian.ts';
import { JAPANESE } from './japanese.ts';
import { KOREAN } from './korean.ts';
import { PhraseIndex } from './phrase-index.ts';
import { PORTUGUESE } from './portuguese.ts';
import { readSentences } from './read-sentences.ts';
import { holds, type Rule, RULES } from './rules.ts';
import { RUSSIAN } from './russian.ts';
import { SPANISH } from './spanish.ts';

/** What a text asks for. */
export interface Marker {
  readonly role: Exclude<Role, 'chat' | 'vision'>;
  /** From 0 to 1. */
  readonly confidence: number;
  /** What the rule that found it is called: words of ours, none of the text's. */
  readonly marker: string;
}

export const LEXICONS: readonly Lexicon[] = [
  ANY_LANGUAGE,
  ENGLISH_CODE,
  ENGLISH,
  CHINESE,
  SPANISH,
  FRENCH,
  GERMAN,
  JAPANESE,
  PORTUGUESE,
  RUSSIAN,
  KOREAN,
  ITALIAN,
];

/** A weight below which nothing is asked for plainly enough. */
const LEAST_WEIGHT = 0.5;
/** What a sentence counts that stands neither at the beginning nor at the end, in a text of more than a few. */
const MIDDLE = 0.6;
const LAST = 0.95;
const FEW_SENTENCES = 3;
/** What further sentences of a role add, as a share of their weight. */
const FURTHER = 0.12;

let index: PhraseIndex | undefined;

/** Reads which role a text asks for; undefined: none, or not plainly. The same for the same text, always. */
export function readMarkers(text: string): Marker | undefined {
  const instruction = readInstruction(text);
  const sentences = readSentences(instruction.text, (index ??= new PhraseIndex(LEXICONS)));
  if (sentences.length === 0) sentences.push(0);
  const found = new Map<Role, { weight: number; further: number; rule: Rule }>();
  sentences.forEach((sentence, i) => {
    const place = placeOf(i, sentences.length);
    for (const [role, rule] of rulesOf(sentence | instruction.pasted)) {
      const weight = rule.weight * place;
      const known = found.get(role);
      if (known === undefined) found.set(role, { weight, further: 0, rule });
      else if (weight > known.weight)
        found.set(role, { weight, further: known.further + known.weight * FURTHER, rule });
      else known.further = Math.min(0.3, known.further + weight * FURTHER);
    }
  });
  return choose(found);
}

function choose(found: ReadonlyMap<Role, { weight: number; further: number; rule: Rule }>): Marker | undefined {
  const ranked = [...found.values()]
    .map(({ weight, further, rule }) => ({ weight: weight + further, rule }))
    .toSorted((a, b) => b.weight - a.weight);
  const [best, second] = ranked;
  if (best === undefined || best.weight < LEAST_WEIGHT) return undefined;
  const { role, marker } = best.rule;
  if (role === 'chat' || role === 'vision') return undefined;
  const margin = best.weight - (second?.weight ?? 0);
  return { role, confidence: Math.min(0.97, best.weight * 0.75 + margin * 0.3), marker };
}

/** The heaviest rule of each role that holds for a sentence. */
function rulesOf(sentence: Concepts): ReadonlyMap<Role, Rule> {
  const heaviest = new Map<Role, Rule>();
  if (sentence === 0) return heaviest;
  for (const rule of RULES) {
    if (!holds(rule, sentence)) continue;
    const known = heaviest.get(rule.role);
    if (known === undefined || known.weight < rule.weight) heaviest.set(rule.role, rule);
  }
  return heaviest;
}

/** What is wanted stands first or last; a text between them is what it is wanted for. */
function placeOf(i: number, length: number): number {
  if (i === 0) return 1;
  return i === length - 1 || length <= FEW_SENTENCES ? LAST : MIDDLE;
}

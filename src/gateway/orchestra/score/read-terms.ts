import { CAPITAL, CLASS_OF_ASCII, DIGIT, isIdeograph, LETTER, SPACE } from './characters.ts';

/**
 * The most of a prompt that is looked at, in UTF-16 units: what it starts with and what it ends with. Hardly a prompt
 * the weights were learnt from is longer, and a request costs the same however long it is.
 */
export const HEAD_UNITS = 4096;
export const TAIL_UNITS = 2048;

/** Room for the terms of one prompt: words, pairs of neighbours, and endings of words. */
export const MAX_TERMS = 3 * (HEAD_UNITS + TAIL_UNITS);

const PAIR = 0x9e3779b1;
const ENDING = 0x85ebca6b;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const LONG_WORD = 5;

/** What was seen of a prompt. */
export interface Reading {
  /** Entries of the buffer in use. */
  terms: number;
  /** UTF-16 units looked at. */
  units: number;
  words: number;
  /** How often each ASCII character stood there. */
  readonly ascii: Uint32Array;
  /** Characters of scripts that put no spaces between words. */
  ideographs: number;
  /** Other characters beyond ASCII. */
  foreign: number;
}

export function emptyReading(): Reading {
  return { terms: 0, units: 0, words: 0, ascii: new Uint32Array(128), ideographs: 0, foreign: 0 };
}

/**
 * Writes a prompt's terms to `terms` as 32-bit hashes and counts its characters. A word is a run of letters (without
 * regard to the case of ASCII ones), a digit, a symbol, or a character of a script without spaces. Terms are the words,
 * each word together with the one before it, and the last three letters of words of five and more.
 */
export function readTerms(text: string, terms: Uint32Array, reading: Reading): void {
  reading.terms = reading.units = reading.words = reading.ideographs = reading.foreign = 0;
  reading.ascii.fill(0);
  if (text.length <= HEAD_UNITS + TAIL_UNITS) {
    readRange(text, 0, text.length, terms, reading);
  } else {
    readRange(text, 0, HEAD_UNITS, terms, reading);
    readRange(text, text.length - TAIL_UNITS, text.length, terms, reading);
  }
}

function readRange(text: string, from: number, to: number, terms: Uint32Array, reading: Reading): void {
  const { ascii } = reading;
  let { terms: count, words, ideographs, foreign } = reading;
  let before = 0;
  let word = FNV_OFFSET;
  let length = 0;
  // The last three letters.
  let a = 0;
  let b = 0;
  let c = 0;
  for (let at = from; at <= to; at++) {
    const unit = at < to ? text.charCodeAt(at) : 32;
    let kind: number;
    let letter = unit;
    if (unit < 128) {
      kind = CLASS_OF_ASCII[unit] as number;
      if (at < to) ascii[unit] = (ascii[unit] as number) + 1;
      if (kind === CAPITAL) {
        kind = LETTER;
        letter = unit + 32;
      }
    } else if (isIdeograph(unit)) {
      ideographs++;
      kind = DIGIT;
    } else {
      foreign++;
      kind = LETTER;
    }
    if (kind === LETTER) {
      word = Math.imul(word ^ letter, FNV_PRIME);
      length++;
      a = b;
      b = c;
      c = letter;
      continue;
    }
    if (length > 0) {
      terms[count++] = mix(word);
      if (before !== 0) terms[count++] = mix(Math.imul(before, PAIR) + word);
      if (length >= LONG_WORD) terms[count++] = mix(Math.imul((a << 20) ^ (b << 10) ^ c, ENDING));
      before = word;
      words++;
      word = FNV_OFFSET;
      length = 0;
    }
    if (kind === SPACE) continue;
    const single = Math.imul(FNV_OFFSET ^ unit, FNV_PRIME);
    terms[count++] = mix(single);
    if (before !== 0) terms[count++] = mix(Math.imul(before, PAIR) + single);
    before = single;
    words++;
  }
  reading.terms = count;
  reading.units += to - from;
  reading.words = words;
  reading.ideographs = ideographs;
  reading.foreign = foreign;
}

/** Spreads a hash over all of its bits (the end of MurmurHash3). */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

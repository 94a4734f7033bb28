import { type Concepts, conceptsOf } from './concept.ts';
import { fold, type Folded, isKatakanaCode, isUnspacedCode, isWordCode } from './fold.ts';
import type { PhraseIndex } from './phrase-index.ts';

const URL = conceptsOf('url');
const NAME = conceptsOf('name');
const TRACE = conceptsOf('trace');
/** What somebody is told to do. */
const COMMANDS = conceptsOf('make', 'change', 'fix', 'review', 'plan', 'design', 'lookup');
/** What makes a sentence a wish, wherever its verb stands. */
const WISHES = conceptsOf('want', 'howto', 'nocode', 'complaint', 'trace');
/** Words of a clause among which a command stands: further on, it is told of somebody. */
const COMMAND_WORDS = 3;

const SPACE = 0x20;
const BACKTICK = 0x60;
const BACKSLASH = 0x5c;

/** Longest inline code that is taken for it. */
const MAX_INLINE = 80;
/** Sentences after which none is read: each costs the rules. */
const MAX_SENTENCES = 80;

/** Names as programs have them: a call, a file, an option, `likeThis`. */
const NAMES =
  /(?:^|[\s("'“「])(?:--[a-z][\w-]+|[\w/-]+\.(?:tsx?|jsx?|mjs|py|go|rs|java|rb|cpp|cs|css|scss|html|json|ya?ml|toml|sh|sql|php|kt|swift|vue|svelte)\b|[a-z]{2,}[A-Z][a-z]\w*|\w+\(\)|[\w-]+\/[\w-]+\/[\w./-]+|[a-z]\w*_\w+)/;
/** Classes of faults, whatever they are called. */
const FAULT_CLASS = /\b[A-Z]\w*[a-z](?:Error|Exception)\b/;

/** What each sentence of a text speaks of, in their order. */
export function readSentences(text: string, index: PhraseIndex): Concepts[] {
  const sentences: Concepts[] = [];
  for (const line of text.split('\n')) {
    if (sentences.length >= MAX_SENTENCES) break;
    const before = sentences.length;
    new LineReader(fold(line), index).read(sentences);
    // What is told by upper case or by marks is looked for in the line as it was written.
    const structural = (NAMES.test(line) ? NAME : 0) | (FAULT_CLASS.test(line) ? TRACE : 0);
    if (structural === 0) continue;
    for (let i = before; i < sentences.length; i++) sentences[i] = (sentences[i] as number) | structural;
  }
  return sentences;
}

class LineReader {
  readonly #codes: Uint16Array;
  readonly #length: number;
  readonly #index: PhraseIndex;
  #found: Concepts = 0;
  /** Whether the sentence has words at all, and a command where commands stand. */
  #any = false;
  #commands = false;
  #words = 0;

  constructor({ codes, length }: Folded, index: PhraseIndex) {
    this.#codes = codes;
    this.#length = length;
    this.#index = index;
  }

  read(sentences: Concepts[]): void {
    const codes = this.#codes;
    for (let i = 0; i < this.#length; i++) {
      const code = codes[i] as number;
      if (this.#endsSentence(i)) this.#end(sentences);
      else if (endsClause(code)) this.#words = 0;
      else if (code === BACKTICK) i = this.#readInline(i);
      else if (isUnspacedCode(code)) i = this.#readUnspaced(i);
      else if (this.#startsWord(i)) i = this.#readWord(i);
    }
    this.#end(sentences);
  }

  #readWord(i: number): number {
    if (isUrl(this.#codes, i)) {
      this.#take(URL, false);
      return this.#endOfUrl(i) - 1;
    }
    this.#take(this.#index.conceptsAt(this.#codes, i, this.#length), this.#words++ < COMMAND_WORDS);
    return i;
  }

  /** Katakana words contain one another: what a longer one is made of is not read. */
  #readUnspaced(i: number): number {
    this.#take(this.#index.conceptsAt(this.#codes, i, this.#length, true), true);
    return isKatakanaCode(this.#codes[i] as number) ? Math.max(i, this.#index.endOfLongest - 1) : i;
  }

  #take(found: Concepts, mayCommand: boolean): void {
    this.#any = true;
    this.#found |= found;
    if (mayCommand && (found & COMMANDS) !== 0) this.#commands = true;
  }

  #end(sentences: Concepts[]): void {
    const commands = this.#commands || (this.#found & WISHES) !== 0;
    if (this.#any) sentences.push(commands ? this.#found : this.#found & ~COMMANDS);
    this.#found = 0;
    this.#any = this.#commands = false;
    this.#words = 0;
  }

  /** Names between backticks are names; what a machine printed of a fault is read. */
  #readInline(i: number): number {
    const close = this.#codes.indexOf(BACKTICK, i + 1);
    if (close < 0 || close >= this.#length || close - i > MAX_INLINE) return i;
    let found: Concepts = 0;
    for (let k = i + 1; k < close; k++) {
      if (this.#startsWord(k)) found |= this.#index.conceptsAt(this.#codes, k, close);
    }
    this.#take(NAME | (found & TRACE), false);
    return close;
  }

  /** A command of TeX is no word. */
  #startsWord(i: number): boolean {
    const before = this.#codes[i - 1] ?? SPACE;
    return isWordCode(this.#codes[i] as number) && !isWordCode(before) && before !== BACKSLASH;
  }

  /** A full stop within a name or a number ends nothing. */
  #endsSentence(i: number): boolean {
    switch (this.#codes[i]) {
      case 0x3002:
      case 0xff01:
      case 0xff1f:
      case 0xff1b:
        return true;
      case 0x2e:
      case 0x21:
      case 0x3f:
      case 0x3b:
        return i + 1 >= this.#length || this.#codes[i + 1] === SPACE;
      default:
        return false;
    }
  }

  #endOfUrl(i: number): number {
    while (i < this.#length && this.#codes[i] !== SPACE && (this.#codes[i] as number) < 0x3000) i++;
    return i;
  }
}

/** Comma, colon, dash, bracket: a command may follow. */
function endsClause(code: number): boolean {
  return code === 0x2c || code === 0x3a || code === 0x2d || code === 0x28 || code === 0x2013 || code === 0x2014;
}

const SCHEMES = ['http://', 'https://', 'www.'].map((scheme) => Uint16Array.from(scheme, (c) => c.charCodeAt(0)));

function isUrl(codes: Uint16Array, i: number): boolean {
  const first = codes[i];
  if (first !== 0x68 && first !== 0x77) return false;
  return SCHEMES.some((scheme) => scheme.every((code, k) => codes[i + k] === code));
}

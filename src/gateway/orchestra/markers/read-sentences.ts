import { type Concepts, conceptsOf } from './concept.ts';
import { fold, isUnspacedCode, isWordCode } from './fold.ts';
import type { PhraseIndex } from './phrase-index.ts';

const URL = conceptsOf('url');
const NAME = conceptsOf('name');
const TRACE = conceptsOf('trace');

const SPACE = 0x20;
const NEW_LINE = 0x0a;
const BACKTICK = 0x60;
const DOT = 0x2e;

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
    readLine(line, index, sentences);
  }
  return sentences;
}

function readLine(line: string, index: PhraseIndex, sentences: Concepts[]): void {
  const before = sentences.length;
  const { codes, length } = fold(line);
  let found: Concepts = 0;
  let any = false;
  for (let i = 0; i < length; i++) {
    const code = codes[i] as number;
    if (endsSentence(codes, i, length)) {
      if (any) sentences.push(found);
      found = 0;
      any = false;
      continue;
    }
    if (code === BACKTICK) {
      const close = codes.indexOf(BACKTICK, i + 1);
      if (close > 0 && close < length && close - i <= MAX_INLINE) {
        found |= NAME | (traceIn(codes, i, close, index) & TRACE);
        any = true;
        i = close;
        continue;
      }
    }
    if (isUnspacedCode(code)) {
      any = true;
      found |= index.conceptsAt(codes, i, length);
      continue;
    }
    if (!startsWord(codes, i)) continue;
    any = true;
    if (isUrl(codes, i)) {
      found |= URL;
      i = endOfUrl(codes, i, length) - 1;
    } else found |= index.conceptsAt(codes, i, length);
  }
  if (any) sentences.push(found);
  // What is told by upper case or by marks is looked for in the line as it was written.
  let structural: Concepts = NAMES.test(line) ? NAME : 0;
  if (FAULT_CLASS.test(line)) structural |= TRACE;
  if (structural !== 0)
    for (let i = before; i < sentences.length; i++) sentences[i] = (sentences[i] as number) | structural;
}

function traceIn(codes: Uint16Array, from: number, to: number, index: PhraseIndex): Concepts {
  let found: Concepts = 0;
  for (let i = from + 1; i < to; i++) if (startsWord(codes, i)) found |= index.conceptsAt(codes, i, to);
  return found;
}

function startsWord(codes: Uint16Array, i: number): boolean {
  return isWordCode(codes[i] as number) && (i === 0 || !isWordCode(codes[i - 1] as number));
}

/** A full stop within a name or a number ends nothing. */
function endsSentence(codes: Uint16Array, i: number, length: number): boolean {
  const code = codes[i] as number;
  switch (code) {
    case 0x3002:
    case 0xff01:
    case 0xff1f:
    case 0xff1b:
      return true;
    case DOT:
    case 0x21:
    case 0x3f:
    case 0x3b:
      return i + 1 >= length || codes[i + 1] === SPACE || codes[i + 1] === NEW_LINE;
    default:
      return false;
  }
}

const SCHEMES = ['http://', 'https://', 'www.'].map((scheme) => Uint16Array.from(scheme, (c) => c.charCodeAt(0)));

function isUrl(codes: Uint16Array, i: number): boolean {
  const first = codes[i];
  if (first !== 0x68 && first !== 0x77) return false;
  return SCHEMES.some((scheme) => scheme.every((code, k) => codes[i + k] === code));
}

function endOfUrl(codes: Uint16Array, i: number, length: number): number {
  while (i < length && codes[i] !== SPACE && (codes[i] as number) < 0x3000) i++;
  return i;
}

/** Codes below which letters are folded by a table: Latin with its extensions, Greek and Cyrillic. */
const FOLDED = 0x530;
const FULL_WIDTH = 0xff01;
const SHARP_S = 0xdf;
const LETTER_S = 0x73;

const TABLE = foldTable();

function foldTable(): Uint16Array {
  const table = new Uint16Array(FOLDED);
  for (let code = 0; code < FOLDED; code++) {
    const base = String.fromCharCode(code).normalize('NFD').toLowerCase();
    table[code] = base.charCodeAt(0);
  }
  // A letter of its own in Russian, no letter with a mark.
  table[0x419] = table[0x439] = 0x439;
  // Marks that a letter was decomposed into.
  table.fill(0, 0x300, 0x370);
  table[0x9] = table[0xa0] = 0x20;
  table[0x2bc] = 0x27;
  return table;
}

/** A text as it is compared: lower case, without accents, with one kind of apostrophe. */
export interface Folded {
  readonly codes: Uint16Array;
  readonly length: number;
}

/** Folds a text. Lengths differ from the text's own. */
export function fold(text: string): Folded {
  const codes = new Uint16Array(text.length * 2 + 1);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === SHARP_S) codes[length++] = LETTER_S;
    const folded = code < FOLDED ? (TABLE[code] as number) : foldOther(code);
    // One space only, and none for a mark.
    if (folded === 0 || (folded === 0x20 && length > 0 && codes[length - 1] === 0x20)) continue;
    codes[length++] = code === SHARP_S ? LETTER_S : folded;
  }
  return { codes, length };
}

function foldOther(code: number): number {
  if (code === 0x2018 || code === 0x2019) return 0x27;
  if (code === 0x3000 || (code >= 0x2000 && code <= 0x200a)) return 0x20;
  // Full-width ASCII; its punctuation ends sentences as it is.
  return code > FULL_WIDTH && code < 0xff5f && code !== 0xff1f && code !== 0xff1b ? foldWide(code) : code;
}

function foldWide(code: number): number {
  return TABLE[code - 0xfee0] as number;
}

/** Whether words are made of it that spaces part. Chinese, Japanese and Korean ones are not. */
export function isWordCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    (code >= 0xdf && code < 0x530 && code !== 0xf7)
  );
}

/** Whether words of it are found anywhere, for no space parts them. */
export function isUnspacedCode(code: number): boolean {
  return (code >= 0x3040 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7a3);
}

export function isKatakanaCode(code: number): boolean {
  return code >= 0x30a0 && code <= 0x30ff;
}

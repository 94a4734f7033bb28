/** Characters that come along when a key is copied from a terminal, a chat or a document. */
const NAMED: readonly (readonly [first: number, last: number, name: string])[] = [
  [0x09, 0x09, 'a tab'],
  [0x0a, 0x0a, 'a line break'],
  [0x0b, 0x0c, 'a form feed'],
  [0x0d, 0x0d, 'a carriage return'],
  [0x20, 0x20, 'a space'],
  [0x22, 0x22, 'a quotation mark'],
  [0x27, 0x27, 'a single quotation mark'],
  [0x60, 0x60, 'a backtick'],
  [0x85, 0x85, 'a line break'],
  [0xa0, 0xa0, 'a non-breaking space'],
  [0xad, 0xad, 'an invisible soft hyphen'],
  [0xab, 0xab, 'a quotation mark'],
  [0xbb, 0xbb, 'a quotation mark'],
  [0x2000, 0x200a, 'a typographic space'],
  [0x200b, 0x200d, 'an invisible zero-width character'],
  [0x200e, 0x200f, 'an invisible text-direction mark'],
  [0x2018, 0x201b, 'a curly single quotation mark'],
  [0x201c, 0x201f, 'a curly quotation mark'],
  [0x2028, 0x2029, 'a line break'],
  [0x202a, 0x202e, 'an invisible text-direction mark'],
  [0x202f, 0x202f, 'a non-breaking space'],
  [0x205f, 0x205f, 'a typographic space'],
  [0x2060, 0x2064, 'an invisible zero-width character'],
  [0x2066, 0x2069, 'an invisible text-direction mark'],
  [0x3000, 0x3000, 'a wide space'],
  [0xfeff, 0xfeff, 'an invisible byte-order mark'],
];

/** The first white space, invisible character or quotation mark. */
export function findOddCharacter(text: string): { readonly index: number; readonly name: string } | undefined {
  for (let index = 0; index < text.length; index++) {
    const name = oddName(text.charCodeAt(index));
    if (name !== undefined) return { index, name };
  }
  return undefined;
}

export function isQuotationMark(code: number): boolean {
  return oddName(code)?.endsWith('quotation mark') === true || code === 0x60;
}

/** Names one character without printing anything a terminal or a log could take for more than text. */
export function describeCharacter(codePoint: number): string {
  const printable = codePoint > 0x20 && codePoint < 0x7f;
  return printable
    ? `'${String.fromCodePoint(codePoint)}'`
    : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}

function oddName(code: number): string | undefined {
  return NAMED.find(([first, last]) => code >= first && code <= last)?.[2];
}

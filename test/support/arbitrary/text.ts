/** Texts as models write them and as attackers do, cut where a network or a tokenizer might cut them. */
import fc from 'fast-check';

const piece = fc.oneof(
  { weight: 8, arbitrary: fc.string({ minLength: 1, maxLength: 10 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ' the',
      'Hello',
      '\n\n',
      ' ',
      '```json\n{',
      '"',
      '\\',
      '\\u0041',
      '</think>',
      '<tool_call>',
      'data: [DONE]\n\n',
      'event: error\n',
      '{"error":{"message":"no"}}',
      '[DONE]',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'é',
      '漢字',
      '🌍',
      '👩‍👩‍👧',
      '\u2028',
      '\u0000',
      '\u001f',
      '\u007f',
      '\ufeff',
      '\u0085',
      '\r\n',
      '\t',
    ),
  },
);

/** Not empty; may be white space alone. */
export const anyText = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''))
  .filter((text) => text !== '');

/** Has something to read, and begins with it. */
export const solidText = anyText.map((text) => `x${text}`);

/** The text in pieces, cut anywhere, within surrogate pairs too; some of them empty where `empties` is set. */
export function cut(text: string, places: readonly number[], empties = false): string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  const ends = [...at, text.length];
  const pieces = ends.map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
  return empties ? pieces : pieces.filter((one) => one !== '');
}

export const places = fc.array(fc.nat(400), { maxLength: 5 });

/** How a server writes JSON: non-ASCII characters as they are, or escaped; with or without spaces. */
export interface JsonStyle {
  readonly ascii: boolean;
  readonly spaced: boolean;
}
export const jsonStyle: fc.Arbitrary<JsonStyle> = fc.record({ ascii: fc.boolean(), spaced: fc.boolean() });

export function writeJson(value: unknown, { ascii, spaced }: JsonStyle): string {
  const text = spaced ? spaceOut(value) : JSON.stringify(value);
  if (!ascii) return text;
  return text.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As Python's `json.dumps` has it: a space behind each colon and comma. */
function spaceOut(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaceOut).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}: ${spaceOut(member)}`).join(', ')}}`;
}

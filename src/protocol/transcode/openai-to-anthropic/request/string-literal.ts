import { internName } from '../../../json/names.ts';
import type { JsonNode } from '../../../json/node.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const BACKSLASH = 0x5c;
const U = 0x75;

/** `\n`, `\r`, `\t`, `\f` by the letter behind the backslash. */
const SPACE_ESCAPES = new Set([0x6e, 0x72, 0x74, 0x66]);

/** The first bytes of the UTF-8 of white space beyond ASCII: most scripts are told apart by them alone. */
const SPACE_LEADS = new Set([0xc2, 0xe1, 0xe2, 0xe3, 0xef]);

const SPACE = /^\s$/;

/** A string that is one of a few words (a role, a type): decoded once for all requests. Undefined for any other kind. */
export function wordOf(node: JsonNode): string | undefined {
  return node.kind === 'string' ? internName(node.bytes, node.start, node.end) : undefined;
}

/** Whether a string is empty or all white space. Reads up to the first character that is none, and decodes nothing else. */
export function isBlank(node: JsonNode): boolean {
  const { bytes } = node.expect('string');
  const end = node.end - 1;
  for (let i = node.start + 1; i < end;) {
    const length = spaceAt(bytes, i);
    if (length === 0) return false;
    i += length;
  }
  return true;
}

/** How many bytes the white space at `i` within a string literal takes; 0 where there is none. */
function spaceAt(bytes: Uint8Array, i: number): number {
  const c = bytes[i] as number;
  if (c === 0x20) return 1;
  if (c === BACKSLASH) {
    const escape = bytes[i + 1] as number;
    if (escape !== U) return SPACE_ESCAPES.has(escape) ? 2 : 0;
    const unit = Number.parseInt(String.fromCharCode(...bytes.subarray(i + 2, i + 6)), 16);
    return SPACE.test(String.fromCharCode(unit)) ? 6 : 0;
  }
  if (!SPACE_LEADS.has(c)) return 0;
  const length = c === 0xc2 ? 2 : 3;
  return SPACE.test(decoder.decode(bytes.subarray(i, i + length))) ? length : 0;
}

/** The literal without white space at its end, all else as it was written. */
export function trimLiteralEnd(literal: string): string {
  let end = 1;
  for (let i = 1; i < literal.length - 1;) {
    const length = literal[i] !== '\\' ? 1 : literal[i + 1] === 'u' ? 6 : 2;
    const unit = length === 1 ? (literal[i] as string) : (JSON.parse(`"${literal.slice(i, i + length)}"`) as string);
    i += length;
    if (!SPACE.test(unit)) end = i;
  }
  return `${literal.slice(0, end)}"`;
}

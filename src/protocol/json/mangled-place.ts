const EXCERPT_BEFORE = 12;
const EXCERPT_AFTER = 16;

const BYTE_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'NUL'],
  [0x09, 'tab'],
  [0x0a, 'newline'],
  [0x0d, 'carriage return'],
  [0x20, 'space'],
]);

/** `found m at offset 1 (line 1, column 2), in "{model:x"`. Offsets count bytes from 0, columns characters from 1. */
export function describePlace(bytes: Uint8Array, offset: number): string {
  const at = Math.min(offset, bytes.length);
  if (bytes.length === 0) return 'it is empty';
  const found = at === bytes.length ? 'it ends' : `found ${describeByte(bytes, at)}`;
  const { line, column } = locate(bytes, at);
  const excerpt = describeExcerpt(bytes, at);
  return `${found} at offset ${at} (line ${line}, column ${column})${excerpt === '' ? '' : `, in <<${excerpt}>>`}`;
}

function describeByte(bytes: Uint8Array, at: number): string {
  const byte = bytes[at] as number;
  const hex = `byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const name = BYTE_NAMES.get(byte);
  if (name !== undefined) return `${hex} (${name})`;
  if (byte < 0x80) return byte > 0x20 && byte !== 0x7f ? String.fromCharCode(byte) : hex;
  const [character = ''] = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(at, at + 4));
  return /^[\p{L}\p{N}\p{P}]$/u.test(character) ? `${character} (${hex})` : hex;
}

function locate(bytes: Uint8Array, at: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let i = bytes.indexOf(0x0a); i >= 0 && i < at; i = bytes.indexOf(0x0a, i + 1)) {
    line++;
    start = i + 1;
  }
  let column = 1;
  // A continuation byte of UTF-8 belongs to the character before it.
  for (let i = start; i < at; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) column++;
  return { line, column };
}

/** The text around the place on one line; what cannot be shown is left out. */
function describeExcerpt(bytes: Uint8Array, at: number): string {
  const around = bytes.subarray(Math.max(0, at - EXCERPT_BEFORE), at + EXCERPT_AFTER);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(around);
  return text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\uFFFD/gu, '').trim();
}

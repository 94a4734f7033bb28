import { crc32 } from 'node:zlib';

/**
 * A key: `thk_live_` or `thk_test_`, 48 random base62 characters (285 bits), and 6 checksum characters over
 * everything before them. The prefix lets secret scanners find a leaked key; the checksum lets a cut or mistyped
 * one be told from an unknown one without asking the store.
 */
export type KeyKind = 'live' | 'test';

export const KEY_PREFIXES = { live: 'thk_live_', test: 'thk_test_' } as const satisfies Record<KeyKind, string>;
export const KEY_LENGTH = 63;
/** How much of a key may be stored and shown. */
export const SHOWN_LENGTH = 12;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX_LENGTH = 9;
const RANDOM_LENGTH = 48;
const CHECKSUM_LENGTH = 6;
const SIGNED_LENGTH = KEY_LENGTH - CHECKSUM_LENGTH;

/** Makes a new key. The text returned is the only copy there is. */
export function mint(kind: KeyKind): string {
  return seal(KEY_PREFIXES[kind] + randomBase62(RANDOM_LENGTH));
}

/** Adds the checksum to a prefix and its random characters. */
export function seal(signed: string): string {
  return signed + checksum(signed);
}

/** Whether the text is a key by its form alone: prefix, length, alphabet and checksum. */
export function isWellFormed(text: string): boolean {
  return (
    text.length === KEY_LENGTH &&
    kindOf(text) !== undefined &&
    firstIllegal(text) === -1 &&
    text.slice(SIGNED_LENGTH) === checksum(text.slice(0, SIGNED_LENGTH))
  );
}

/** The kind the text's prefix claims. */
export function kindOf(text: string): KeyKind | undefined {
  if (text.startsWith(KEY_PREFIXES.live)) return 'live';
  return text.startsWith(KEY_PREFIXES.test) ? 'test' : undefined;
}

/** Index of the first character behind the prefix that no key can hold; -1 when there is none. */
export function firstIllegal(text: string): number {
  for (let at = PREFIX_LENGTH; at < text.length; at++) {
    if (!isBase62(text.charCodeAt(at))) return at;
  }
  return -1;
}

function isBase62(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** CRC-32 finds every changed character and every swapped pair of neighbours; six digits hold all of its 32 bits. */
function checksum(signed: string): string {
  let rest = crc32(signed);
  let digits = '';
  for (let count = 0; count < CHECKSUM_LENGTH; count++) {
    digits = ALPHABET.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Bytes of 248 and more are thrown away: 248 = 4 × 62, so what is left falls on every character alike. */
function randomBase62(length: number): string {
  const bytes = new Uint8Array(length * 2);
  let text = '';
  while (text.length < length) {
    crypto.getRandomValues(bytes);
    for (const byte of bytes) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}

import { describeCharacter, findOddCharacter, isQuotationMark } from './odd-characters.ts';
import { KEY_LENGTH, KEY_PREFIXES, type KeyKind, firstIllegal, isWellFormed, kindOf } from './format.ts';
import { isPlaceholder, vendorOf } from './foreign-keys.ts';

/** What a text that should be a key turned out to be. Positions count characters from 1. */
export type KeyVerdict =
  | { readonly verdict: 'ok'; readonly kind: KeyKind }
  | { readonly verdict: 'empty' | 'placeholder' | 'quoted' | 'wrong_prefix' | 'checksum' }
  | { readonly verdict: 'wrong_vendor'; readonly vendor: string }
  | {
      readonly verdict: 'inner_whitespace' | 'illegal_character';
      readonly character: string;
      readonly position: number;
    }
  | { readonly verdict: 'truncated' | 'too_long'; readonly length: number };

/** Says whether a text is a key by its form, and if not, why. Takes it as it came: nothing is trimmed. */
export function inspectKey(text: string): KeyVerdict {
  if (isWellFormed(text)) return { verdict: 'ok', kind: kindOf(text) ?? 'live' };
  return diagnose(decodeHeaderText(text));
}

/** One sentence with the cause and the fix. Shows nothing of the text but single characters that do not belong. */
export function explainVerdict(verdict: Exclude<KeyVerdict, { verdict: 'ok' }>): string {
  switch (verdict.verdict) {
    case 'empty':
      return 'The API key is empty. If it comes from an environment variable, check that the variable is set.';
    case 'placeholder':
      return 'The API key is a placeholder or a shortened form, not a key. Put the whole key in its place; `tokenharbor keys create` makes one.';
    case 'quoted':
      return 'The API key has quotation marks around it. Send it without them.';
    case 'wrong_vendor':
      return `The API key is a key of ${verdict.vendor}, not of this gateway. Use one that starts with thk_.`;
    case 'wrong_prefix':
      return 'The API key is not one of this gateway: its keys start with thk_live_ or thk_test_.';
    case 'inner_whitespace':
      return `The API key contains ${verdict.character} at position ${verdict.position}. Copy the key again, in one piece.`;
    case 'illegal_character':
      return `The API key contains ${verdict.character} at position ${verdict.position}: only letters and digits follow its prefix. Copy the key again.`;
    case 'truncated':
      return `The API key is cut short: ${verdict.length} of ${KEY_LENGTH} characters arrived. Copy the whole key.`;
    case 'too_long':
      return `The API key is too long: ${verdict.length} characters arrived, a key has ${KEY_LENGTH}. Copy the key alone.`;
    case 'checksum':
      return 'The API key is altered or mistyped: its checksum does not match. Copy the key again.';
  }
}

function diagnose(text: string): KeyVerdict {
  if (text.trim() === '') return { verdict: 'empty' };
  const bare = stripQuotes(text);
  if (isPlaceholder(bare)) return { verdict: 'placeholder' };
  const vendor = vendorOf(bare);
  if (vendor !== undefined) return { verdict: 'wrong_vendor', vendor };
  if (bare !== text && bare.startsWith('thk_')) return { verdict: 'quoted' };

  const odd = findOddCharacter(text);
  if (odd !== undefined) {
    return { verdict: 'inner_whitespace', character: odd.name, position: characterPosition(text, odd.index) };
  }
  if (kindOf(text) === undefined) {
    const isStart = KEY_PREFIXES.live.startsWith(text) || KEY_PREFIXES.test.startsWith(text);
    return isStart ? { verdict: 'truncated', length: text.length } : { verdict: 'wrong_prefix' };
  }
  const illegal = firstIllegal(text);
  if (illegal !== -1) {
    const character = describeCharacter(text.codePointAt(illegal) ?? 0);
    return { verdict: 'illegal_character', character, position: characterPosition(text, illegal) };
  }
  if (text.length < KEY_LENGTH) return { verdict: 'truncated', length: text.length };
  return text.length > KEY_LENGTH ? { verdict: 'too_long', length: text.length } : { verdict: 'checksum' };
}

/**
 * Header values arrive with one character for each byte. A curly quote that was sent as UTF-8 is three of them:
 * put together again it can be named.
 */
function decodeHeaderText(text: string): string {
  const bytes = new Uint8Array(text.length);
  let isAscii = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return text;
    if (code > 0x7f) isAscii = false;
    bytes[at] = code;
  }
  if (isAscii) return text;
  try {
    // A byte-order mark is one of the characters to be named, so it must not be swallowed.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: then the bytes are Latin-1, which is what the text already says.
    return text;
  }
}

function stripQuotes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isQuotationMark(text.charCodeAt(start))) start++;
  while (end > start && isQuotationMark(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Counts characters as people do: a surrogate pair is one. */
function characterPosition(text: string, index: number): number {
  return Array.from(text.slice(0, index)).length + 1;
}

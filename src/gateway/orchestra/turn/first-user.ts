import { findMember } from '../../../protocol/json/scan.ts';
import { skipSpace, skipValue } from '../../../protocol/json/skip.ts';
import type { RequestFacts } from '../../../protocol/request.ts';
import { objectAt, type Span, wordOf } from '../../routing/prompt-parts.ts';
import { userTextOf } from './user-text.ts';

const COMMA = 0x2c;
const CLOSE_BRACKET = 0x5d;

/** Messages among which the first user turn is looked for: instructions of the system may stand before it. */
const MAX_MESSAGES = 8;

/**
 * What the user wrote in the session's first turn; empty where nothing was found. What is written after that turn was
 * answered is not looked at: the session began without words, and stays as it began.
 */
export function readFirstUser(facts: RequestFacts): string {
  const { bytes } = facts;
  let isAsked = false;
  for (const span of firstMessages(facts)) {
    const message = objectAt(bytes, span);
    const role = wordOf(bytes, message, 'role');
    if (role === 'assistant' && isAsked) break;
    if (message === undefined || role !== 'user') continue;
    isAsked = true;
    const text = userTextOf(bytes, message);
    if (text !== '') return text;
  }
  return '';
}

/** The array is not gone through to its end, as `scanArray` would: its history may be a megabyte. */
function* firstMessages({ bytes, scan }: RequestFacts): Generator<Span> {
  const member = findMember(scan, 'messages');
  if (member === undefined) return;
  let i = skipSpace(bytes, member.valueStart + 1, member.valueEnd);
  for (let n = 0; n < MAX_MESSAGES && bytes[i] !== CLOSE_BRACKET; n++) {
    const end = skipValue(bytes, i, member.valueEnd);
    if (end < 0) return;
    yield [i, end];
    i = skipSpace(bytes, end, member.valueEnd);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1, member.valueEnd);
  }
}

import { findMember, type ObjectScan } from '../../../protocol/json/scan.ts';
import { elementsOf, objectAt, wordOf } from '../../routing/prompt-parts.ts';
import { readCapped } from './capped-text.ts';
import { beginsAsResult, withoutClientBlocks, wordsAmongResults } from './client-blocks.ts';

const QUOTE = 0x22;

/** Blocks of one message that are read: beyond them are files a client has attached. */
const MAX_BLOCKS = 16;
/** Characters of a message after which no further block is read. */
const MAX_CHARS = 12_000;

/** What the user wrote in a message: neither results of tools nor what a client adds; long texts by head and tail. */
export function userTextOf(bytes: Uint8Array, message: ObjectScan): string {
  const content = findMember(message, 'content');
  if (content === undefined) return '';
  if (bytes[content.valueStart] === QUOTE) {
    const raw = readCapped(bytes, content.valueStart, content.valueEnd);
    return beginsAsResult(raw) ? wordsAmongResults(raw) : wordsOf(raw);
  }
  const raws: string[] = [];
  let texts: string[] = [];
  let length = 0;
  // The last blocks count most: clients put what they add before the words of the user.
  for (const span of elementsOf(bytes, message, 'content').slice(-MAX_BLOCKS).toReversed()) {
    const block = objectAt(bytes, span);
    if (wordOf(bytes, block, 'type') !== 'text' || block === undefined) continue;
    const member = findMember(block, 'text');
    if (member === undefined || bytes[member.valueStart] !== QUOTE) continue;
    const raw = readCapped(bytes, member.valueStart, member.valueEnd);
    raws.push(raw);
    // All that stands behind it is of the result, too.
    if (beginsAsResult(raw)) texts = raws.map(wordsAmongResults);
    else texts.push(wordsOf(raw));
    length += texts.at(-1)?.length ?? 0;
    if (length > MAX_CHARS) break;
  }
  return texts
    .toReversed()
    .filter((text) => text !== '')
    .join('\n');
}

function wordsOf(raw: string): string {
  return withoutClientBlocks(raw).trim();
}

import { JsonNode } from '../../json/node.ts';
import { findMember, type Member } from '../../json/scan.ts';
import { skipSpace } from '../../json/skip.ts';
import type { Edit } from '../../json/splice.ts';
import type { RequestFacts } from '../../request.ts';
import { SIGNATURE_PREFIX } from '../ports.ts';

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

const SIGNATURE = encoder.encode('"signature"');
/** As long as the other one, so that one pass finds both. */
const REDACTED = encoder.encode('"redacted_t');
const LENGTH = SIGNATURE.length;
const PREFIX = encoder.encode(`"${SIGNATURE_PREFIX}`);

/**
 * By a hash of three bytes, where in one of the two names they stand, from 1 on; no two of them share an entry. Whatever
 * holds a name has three of its bytes at some multiple of nine, so one place in nine is looked at (0.2 ms for 1 MiB).
 */
const OFFSETS = new Uint8Array(8192);
const STEP = LENGTH - 2;
for (const name of [SIGNATURE, REDACTED]) for (let i = 0; i < STEP; i++) OFFSETS[hash(name, i)] = i + 1;

/**
 * Whether a request of Anthropic's shape returns thinking that Anthropic never signed: with a signature of this
 * gateway's, or with none. Names and signatures are looked for as every client writes them, without escapes.
 */
export function hasForeignThinking({ bytes, scan }: RequestFacts): boolean {
  const messages = findMember(scan, 'messages');
  if (messages === undefined) return false;
  const to = messages.valueEnd;
  let redacted = false;
  for (let i = findName(bytes, messages.valueStart, to); i >= 0; i = findName(bytes, i + LENGTH, to)) {
    if (!stands(bytes, i, SIGNATURE)) redacted = true;
    else if (isForeignValue(bytes, i + LENGTH, to)) return true;
  }
  return redacted && holdsPrefix(bytes, messages);
}

/**
 * The edits that take thinking out of a request which Anthropic would refuse it for, after a conversation moved over
 * from a model of another vendor: blocks whose signature this gateway made or which have an empty one. A message of
 * which nothing is left goes as a whole, because one without content is refused; the turns around it then count as
 * one. Nothing else changes by a byte. `keepUnsigned`: the upstream signs nothing and wants its thinking back.
 */
export function stripForeignThinking(facts: RequestFacts, keepUnsigned = false): readonly Edit[] {
  if (!hasForeignThinking(facts)) return [];
  const member = findMember(facts.scan, 'messages') as Member;
  const messages = new JsonNode(facts.bytes, member.valueStart, member.valueEnd).elements;
  const foreign = new Map<JsonNode, readonly JsonNode[]>();
  const emptied = new Set<JsonNode>();
  for (const message of messages) {
    const blocks = message.get('content')?.elements ?? [];
    const removed = blocks.filter((block) => isForeign(block, keepUnsigned));
    if (removed.length === 0) continue;
    if (removed.length === blocks.length) emptied.add(message);
    else foreign.set(message, removed);
  }
  const edits = removeElements(messages, emptied);
  for (const [message, removed] of foreign) {
    edits.push(...removeElements(message.get('content')?.elements ?? [], new Set(removed)));
  }
  return edits.sort((a, b) => a.start - b.start);
}

function isForeign(block: JsonNode, keepUnsigned: boolean): boolean {
  switch (block.get('type')?.stringOrUndefined) {
    case 'thinking': {
      const signature = block.get('signature')?.stringOrUndefined;
      return (signature === '' && !keepUnsigned) || (signature?.startsWith(SIGNATURE_PREFIX) ?? false);
    }
    case 'redacted_thinking':
      return block.get('data')?.stringOrUndefined?.startsWith(SIGNATURE_PREFIX) ?? false;
    default:
      return false;
  }
}

/** An element goes with the comma behind it and the space up to the next one; the last ones go with the comma before them. */
function removeElements(elements: readonly JsonNode[], gone: ReadonlySet<JsonNode>): Edit[] {
  const edits: Edit[] = [];
  for (let i = 0; i < elements.length; i++) {
    const first = elements[i] as JsonNode;
    if (!gone.has(first)) continue;
    const before = elements[i - 1];
    while (gone.has(elements[i + 1] as JsonNode)) i++;
    const behind = elements[i + 1];
    const last = elements[i] as JsonNode;
    if (behind !== undefined) edits.push({ start: first.start, end: behind.start, text: NOTHING });
    else edits.push({ start: before?.end ?? first.start, end: last.end, text: NOTHING });
  }
  return edits;
}

/** Where the next of the two names stands; -1 when there is none. */
function findName(bytes: Uint8Array, from: number, to: number): number {
  const offsets = OFFSETS;
  for (let i = from; i + 2 < to; i += STEP) {
    const offset = offsets[hash(bytes, i)] as number;
    if (offset === 0) continue;
    const at = i - offset + 1;
    if (bytes[at] === 0x22 && at >= from && (stands(bytes, at, SIGNATURE) || stands(bytes, at, REDACTED))) return at;
  }
  return -1;
}

function hash(bytes: Uint8Array, i: number): number {
  return (((bytes[i] as number) << 7) ^ ((bytes[i + 1] as number) << 4) ^ (bytes[i + 2] as number)) & 8191;
}

/** Whether the value behind a name is an empty string or begins as our signatures do. */
function isForeignValue(bytes: Uint8Array, from: number, to: number): boolean {
  const colon = skipSpace(bytes, from, to);
  if (bytes[colon] !== 0x3a) return false;
  const value = skipSpace(bytes, colon + 1, to);
  return stands(bytes, value, PREFIX) || (bytes[value] === 0x22 && bytes[value + 1] === 0x22);
}

function holdsPrefix(bytes: Uint8Array, { valueStart, valueEnd }: Member): boolean {
  // By its digit, which is the rarest of its bytes and looked for natively.
  for (let i = bytes.indexOf(0x31, valueStart); i >= 0 && i < valueEnd; i = bytes.indexOf(0x31, i + 1)) {
    if (stands(bytes, i - 3, PREFIX)) return true;
  }
  return false;
}

function stands(bytes: Uint8Array, at: number, other: Uint8Array): boolean {
  for (let i = 0; i < other.length; i++) if (bytes[at + i] !== other[i]) return false;
  return true;
}

import { parseValue } from '../../protocol/json/members.ts';
import { findMember, isFault, type ObjectScan, scanArray, scanObject } from '../../protocol/json/scan.ts';
import type { RequestFacts } from '../../protocol/request.ts';

/** Where something stands in a body. */
export type Span = readonly [start: number, end: number];

const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;

/** The elements of a member that is an array; none where it is anything else. */
export function elementsOf(bytes: Uint8Array, scan: ObjectScan, name: string): readonly Span[] {
  const member = findMember(scan, name);
  return member === undefined || bytes[member.valueStart] !== OPEN_BRACKET
    ? []
    : scanArray(bytes, member.valueStart, member.valueEnd);
}

/** The members of the object that stands there. */
export function objectAt(bytes: Uint8Array, [start, end]: Span): ObjectScan | undefined {
  const scan = scanObject(bytes, start, end);
  return isFault(scan) ? undefined : scan;
}

/** A short string among the members. */
export function wordOf(bytes: Uint8Array, scan: ObjectScan | undefined, name: string): string | undefined {
  const member = scan === undefined ? undefined : findMember(scan, name);
  if (member === undefined || bytes[member.valueStart] !== QUOTE) return undefined;
  if (member.valueEnd - member.valueStart > 200) return undefined;
  return parseValue(bytes, member) as string;
}

/** Whether a message of that role is the system's, wherever it stands: what a client reminds a model of. */
export function isSystemRole(role: string | undefined): boolean {
  return role === 'system' || role === 'developer';
}

/** Members that are read here are small; what is larger is something else. */
const MAX_VALUE_BYTES = 4096;

/** A small value among the top-level members, as `JSON.parse` gives it. */
export function valueOf({ bytes, scan }: RequestFacts, name: string): unknown {
  const member = findMember(scan, name);
  if (member === undefined || member.valueEnd - member.valueStart > MAX_VALUE_BYTES) return undefined;
  return parseValue(bytes, member);
}

/** Every block of every message, those within tool results too: a byte scan, in which no text is read. */
export function* blocksOf({ bytes, scan }: RequestFacts): Generator<ObjectScan> {
  for (const message of elementsOf(bytes, scan, 'messages')) {
    const parts = objectAt(bytes, message);
    if (parts !== undefined) yield* blocksIn(bytes, parts);
  }
}

/** The blocks of an object's `content`. */
export function* blocksIn(bytes: Uint8Array, holder: ObjectScan): Generator<ObjectScan> {
  for (const span of elementsOf(bytes, holder, 'content')) {
    const block = objectAt(bytes, span);
    if (block === undefined) continue;
    yield block;
    if (wordOf(bytes, block, 'type') === 'tool_result') yield* blocksIn(bytes, block);
  }
}

import { findMember, type Member, type ObjectScan } from './scan.ts';
import type { Edit } from './splice.ts';

/** A text that begins with U+FEFF keeps it: a member is no file. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const NOTHING = new Uint8Array(0);

/** The member's value as `JSON.parse` gives it. For small values: a whole prompt is never parsed here. */
export function parseValue(bytes: Uint8Array, member: Member): unknown {
  return JSON.parse(rawOf(bytes, member));
}

/** The member's value as it was written. For small values, as {@link parseValue}. */
export function rawOf(bytes: Uint8Array, member: Member): string {
  // A copy, not a view: a view makes the engine give the whole body a buffer object of its own (5 µs).
  return decoder.decode(bytes.slice(member.valueStart, member.valueEnd));
}

/** The parsed value of the member of that name; undefined where the object has none. */
export function valueOf(bytes: Uint8Array, object: ObjectScan, name: string): unknown {
  const member = findMember(object, name);
  return member === undefined ? undefined : parseValue(bytes, member);
}

/** Whether the value is written as `null`. */
export function isNull(bytes: Uint8Array, member: Member): boolean {
  return bytes[member.valueStart] === 0x6e;
}

/**
 * The edits that take members out of an object with the commas they no longer need: a member goes with the comma
 * behind it and the space up to the next member; the last ones go with the comma before them.
 */
export function removeMembers(scan: ObjectScan, remove: (member: Member) => boolean): Edit[] {
  const edits: Edit[] = [];
  const { members } = scan;
  let kept: Member | undefined;
  for (let i = 0; i < members.length; i++) {
    const member = members[i] as Member;
    if (!remove(member)) {
      kept = member;
      continue;
    }
    let last = i;
    while (last + 1 < members.length && remove(members[last + 1] as Member)) last++;
    const next = members[last + 1];
    if (next !== undefined) edits.push({ start: member.start, end: next.start, text: NOTHING });
    else {
      const start = kept === undefined ? member.start : kept.valueEnd;
      edits.push({ start, end: (members[last] as Member).valueEnd, text: NOTHING });
    }
    i = last;
  }
  return edits;
}

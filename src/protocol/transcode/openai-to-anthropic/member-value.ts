import { parseValue } from '../../json/members.ts';
import { findMember, type Member, type ObjectScan } from '../../json/scan.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A small member's value; undefined where the object has none of that name. */
export function valueOf(bytes: Uint8Array, object: ObjectScan, name: string): unknown {
  const member = findMember(object, name);
  return member === undefined ? undefined : parseValue(bytes, member);
}

/** The value as it was written. */
export function rawOf(bytes: Uint8Array, member: Member): string {
  return decoder.decode(bytes.slice(member.valueStart, member.valueEnd));
}

import { findMember, type ObjectScan } from './scan.ts';
import { type Edit, splice } from './splice.ts';

const encoder = new TextEncoder();

/**
 * The object with these members set, by name, to these JSON texts: in the place where a member stands, else behind the
 * last. All other bytes stay.
 */
export function setMembers(
  bytes: Uint8Array,
  object: ObjectScan,
  values: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  const edits: Edit[] = [];
  let added = '';
  for (const [name, json] of values) {
    const member = findMember(object, name);
    if (member !== undefined) {
      edits.push({ start: member.valueStart, end: member.valueEnd, text: encoder.encode(json) });
    } else {
      const comma = object.members.length > 0 || added !== '' ? ',' : '';
      added += `${comma}${JSON.stringify(name)}:${json}`;
    }
  }
  edits.sort((a, b) => a.start - b.start);
  edits.push({ start: object.close, end: object.close, text: encoder.encode(added) });
  const shifted = edits.map((edit) => ({ ...edit, start: edit.start - object.open, end: edit.end - object.open }));
  return splice(bytes.slice(object.open, object.close + 1), shifted) as Uint8Array<ArrayBuffer>;
}

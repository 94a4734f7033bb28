import type { JsonNode } from './node.ts';
import type { Edit } from './splice.ts';

const NOTHING = new Uint8Array(0);

/**
 * The edits that take elements out of an array: one goes with the comma behind it and the space up to the next one; the
 * last ones go with the comma before them.
 */
export function removeElements(elements: readonly JsonNode[], gone: ReadonlySet<JsonNode>): Edit[] {
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

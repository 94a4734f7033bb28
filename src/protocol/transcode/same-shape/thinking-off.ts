import { JsonNode } from '../../json/node.ts';
import { removeElements } from '../../json/remove-elements.ts';
import { findMember, type Member } from '../../json/scan.ts';
import type { Edit } from '../../json/splice.ts';
import type { RequestFacts } from '../../request.ts';

const DISABLED = new TextEncoder().encode('{"type":"disabled"}');

/** How a request is changed so that its model does not think. */
export interface ThinkingOff {
  readonly edits: readonly Edit[];
  /** A top-level member that has to go as a whole. */
  readonly removed: Member | undefined;
}

/**
 * Turns thinking off for this one call. With a budget, a model refuses to think on where it cannot see what it thought
 * before; one that decides for itself goes on without. `always`: the upstream refuses that, too. Undefined where the
 * request asks for no such thinking.
 */
export function turnThinkingOff(facts: RequestFacts, always: boolean): ThinkingOff | undefined {
  const { bytes, scan } = facts;
  const member = findMember(scan, 'thinking');
  if (member === undefined) return undefined;
  const type = new JsonNode(bytes, member.valueStart, member.valueEnd).get('type')?.stringOrUndefined;
  if (type !== 'enabled' && !(always && type === 'adaptive')) return undefined;
  const cleared = leaveThinkingUncleared(facts);
  // Not left out: many models of other makers think unless they are told not to.
  return { ...cleared, edits: [{ start: member.valueStart, end: member.valueEnd, text: DISABLED }, ...cleared.edits] };
}

/** What is to be cleared of thinking may only be said where there is to be some. */
function leaveThinkingUncleared({ bytes, scan }: RequestFacts): ThinkingOff {
  const management = findMember(scan, 'context_management');
  if (management === undefined) return { edits: [], removed: undefined };
  const edits = new JsonNode(bytes, management.valueStart, management.valueEnd).get('edits')?.elements ?? [];
  const clearing = edits.filter((edit) => edit.get('type')?.stringOrUndefined?.startsWith('clear_thinking') === true);
  return clearing.length > 0 && clearing.length === edits.length
    ? { edits: [], removed: management }
    : { edits: removeElements(edits, new Set(clearing)), removed: undefined };
}

import { JsonNode } from '../json/node.ts';
import { findMember, type Member } from '../json/scan.ts';
import { walkArray } from '../json/walk-array.ts';
import type { RequestFacts } from '../request.ts';
import type { Shape } from '../shape.ts';
import { locateAround, locatePart } from './locate.ts';
import { appendElement, insertion, type Placement, textBlock } from './placement.ts';

const LEADING = new Set(['system', 'developer']);

/** The start of a conversation: what its system prompt is made of, and where the first message behind that begins. */
interface Head {
  readonly leading: readonly JsonNode[];
  readonly first: number;
}

/**
 * The place in an OpenAI request: behind the system and developer messages it begins with. Undefined where there is
 * nothing to steer, and where what stands there is no message: the upstream says what is wrong with it.
 */
export function placeInMessages({ bytes, scan }: RequestFacts, upstream: Shape, text: string): Placement | undefined {
  const member = findMember(scan, 'messages');
  const head = member && readHead(bytes, member);
  if (member === undefined || head === undefined) return undefined;
  const last = head.leading.at(-1);
  // Many servers of this shape refuse a second system message; an upstream of the other gets each as a block of its own.
  if (last !== undefined && upstream === 'openai') {
    return placeInContent(last, head.leading.length - 1, member, text);
  }
  const message = `{"role":"system","content":${JSON.stringify(text)}}`;
  return {
    edits: [last === undefined ? insertion(head.first, `${message},`) : insertion(last.end, `,${message}`)],
    member,
    locate: locateAround('messages', head.leading.length),
  };
}

/**
 * Undefined where neither a user nor a tool says anything: of system messages alone, the last would cross as the user's
 * turn, and that is no place for a directive.
 */
function readHead(bytes: Uint8Array, { valueStart, valueEnd }: Member): Head | undefined {
  const leading: JsonNode[] = [];
  let first: number | undefined;
  for (const [start, end] of walkArray(bytes, valueStart, valueEnd)) {
    const message = new JsonNode(bytes, start, end);
    const role = message.get('role')?.stringOrUndefined ?? '';
    if (LEADING.has(role)) {
      if (first === undefined) leading.push(message);
      continue;
    }
    first ??= start;
    if (role !== 'assistant') return { leading, first };
  }
  return undefined;
}

/** Within the last message of the system prompt, behind all that it says. */
function placeInContent(message: JsonNode, index: number, member: Member, text: string): Placement | undefined {
  const literal = JSON.stringify(text);
  const same = (param: string) => param;
  const content = message.members.get('content');
  switch (content?.kind) {
    case undefined:
      return { edits: [insertion(message.end - 1, `,"content":${literal}`)], member, locate: same };
    case 'null':
      return { edits: [{ ...insertion(content.start, literal), end: content.end }], member, locate: same };
    case 'string': {
      const isEmpty = content.end - content.start === 2;
      return {
        edits: [insertion(content.end - 1, `${isEmpty ? '' : '\\n\\n'}${literal.slice(1, -1)}`)],
        member,
        locate: same,
      };
    }
    case 'array': {
      const { elements } = content;
      const edit = appendElement(content.start, elements.at(-1)?.end, textBlock(text));
      return { edits: [edit], member, locate: locatePart(index, elements.length) };
    }
    default:
      return undefined;
  }
}

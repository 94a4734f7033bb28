import { isNull } from '../json/members.ts';
import { JsonNode } from '../json/node.ts';
import { findMember, type Member } from '../json/scan.ts';
import type { RequestFacts } from '../request.ts';
import { isBlank } from '../transcode/openai-to-anthropic/request/string-literal.ts';
import { locateAround, locateWhole } from './locate.ts';
import { appendElement, insertion, type Placement, textBlock } from './placement.ts';

/**
 * The place in an Anthropic request: the last block of `system`. Undefined where `system` is neither text nor a list:
 * the upstream says what is wrong with it.
 */
export function placeInSystem({ bytes, scan }: RequestFacts, text: string): Placement | undefined {
  const member = findMember(scan, 'system');
  const block = textBlock(text);
  if (member === undefined) return addSystem(scan.close, `[${block}]`);
  const { valueStart, valueEnd } = member;
  if (isNull(bytes, member)) {
    return { edits: [{ ...insertion(valueStart, `[${block}]`), end: valueEnd }], member, locate: locateWhole };
  }
  const system = new JsonNode(bytes, valueStart, valueEnd);
  switch (system.kind) {
    case 'string': {
      // With nothing to read in it, a text is refused as a block of its own.
      const edits = isBlank(system)
        ? [insertion(valueEnd - 1, JSON.stringify(text).slice(1, -1))]
        : [insertion(valueStart, '[{"type":"text","text":'), insertion(valueEnd, `},${block}]`)];
      return { edits, member, locate: locateWhole };
    }
    case 'array': {
      const { elements } = system;
      const edits = [appendElement(valueStart, elements.at(-1)?.end, block)];
      return { edits, member, locate: locateAround('system', elements.length) };
    }
    default:
      return undefined;
  }
}

/** `close`: of the body's closing brace. There are members before it: no request is without a model. */
function addSystem(close: number, value: string): Placement {
  const name = ',"system":';
  const edit = insertion(close, name + value);
  const start = close + 1;
  const added: Member = {
    name: 'system',
    start,
    valueStart: close + name.length,
    valueEnd: close + edit.text.length,
  };
  return { edits: [edit], added, locate: locateWhole };
}

import type { JsonNode } from '../json/node.ts';

/** A piece of `content`, as a string node; JSON where a vendor puts the object itself there. */
export interface ContentPart {
  readonly kind: 'text' | 'thinking' | 'json';
  readonly node: JsonNode;
}

/** `content` as vendors have it: a string, a list of texts and thoughts, or the structured output itself. */
export function readContent(content: JsonNode | undefined): ContentPart[] {
  if (content === undefined) return [];
  if (content.kind === 'string') return isText(content) ? [{ kind: 'text', node: content }] : [];
  if (content.kind === 'array') return content.elements.flatMap(readContentPart);
  return content.members.has('type') ? readContentPart(content) : [{ kind: 'json', node: content }];
}

const THINKING_PARTS = new Set(['thinking', 'reasoning', 'redacted_thinking']);

function readContentPart(part: JsonNode): ContentPart[] {
  if (part.kind === 'string') return readContent(part);
  const thinks = THINKING_PARTS.has(part.get('type')?.stringOrUndefined ?? '');
  const texts = thinks
    ? ['thinking', 'summary', 'content', 'text'].flatMap((name) => textsWithin(part.get(name)))
    : textsWithin(part.get('text') ?? part.get('refusal'));
  return texts.map((node) => ({ kind: thinks ? 'thinking' : 'text', node }));
}

/** A string, or the `text` of each entry of a list. */
function textsWithin(node: JsonNode | undefined): JsonNode[] {
  if (node === undefined) return [];
  if (node.kind === 'string') return isText(node) ? [node] : [];
  return node.elements.flatMap((entry) => textsWithin(entry.kind === 'string' ? entry : entry.get('text')));
}

/** A string that is not empty. */
export function isText(node: JsonNode): boolean {
  return node.kind === 'string' && node.end - node.start > 2;
}

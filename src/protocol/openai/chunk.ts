import type { JsonNode } from '../json/node.ts';
import { readUpstreamFault, type UpstreamFault } from '../transcode/upstream-error.ts';

/** What a chunk or a completion says went wrong, at its top or in a choice; undefined when it is an answer. */
export function readChunkFault(chunk: JsonNode): UpstreamFault | undefined {
  const error = chunk.get('error');
  if (error !== undefined && !isZero(error)) return readUpstreamFault(chunk.value) ?? { message: error.raw };
  for (const choice of chunk.get('choices')?.elements ?? []) {
    const failed = choice.get('error');
    if (failed !== undefined && !isZero(failed)) return readUpstreamFault(choice.value) ?? { message: failed.raw };
  }
  // Flat: `{"object":"error","message":…}`, `{"detail":…}`.
  const isAnswer = chunk.members.has('choices') || chunk.get('usage') !== undefined;
  return isAnswer ? undefined : readUpstreamFault(chunk.value);
}

/** What vendors send whose members are never absent: `""`, `{}`, `[]`, `false`, 0. */
function isZero(node: JsonNode): boolean {
  return node.end - node.start <= 2 || node.kind === 'boolean';
}

/** The usage of a chunk: at its top, or where Moonshot and Groq have put it. */
export function usageOf(chunk: JsonNode, choice: JsonNode | undefined): JsonNode | undefined {
  return chunk.get('usage') ?? choice?.get('usage') ?? chunk.get('x_groq')?.get('usage');
}

/** A choice's reason to be over; blank means not yet. */
export function finishOf(choice: JsonNode): string | undefined {
  const reason = choice.get('finish_reason')?.stringOrUndefined;
  return reason === '' ? undefined : reason;
}

/** Members that carry reasoning as a string, whatever the vendor. */
const REASONING_MEMBERS = ['reasoning_content', 'reasoning', 'thinking'];

/** The members to look at for reasoning: those the model is known for, then all others. */
export function reasoningMembers(known: readonly string[]): readonly string[] {
  return [...new Set([...known, ...REASONING_MEMBERS])];
}

/** The first of the members that is a string and not empty: vendors send the same reasoning under two names. */
export function findReasoning(delta: JsonNode, members: readonly string[]): JsonNode | undefined {
  for (const name of members) {
    const node = delta.get(name);
    if (node !== undefined && isText(node)) return node;
  }
  return undefined;
}

/** The texts within `reasoning_details`. */
export function reasoningTexts(delta: JsonNode): JsonNode[] {
  const texts: JsonNode[] = [];
  for (const entry of delta.get('reasoning_details')?.elements ?? []) {
    const text = entry.get('text') ?? entry.get('summary');
    if (text !== undefined && isText(text)) texts.push(text);
  }
  return texts;
}

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

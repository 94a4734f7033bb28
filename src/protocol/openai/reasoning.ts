import type { JsonNode } from '../json/node.ts';
import { isText } from './content.ts';

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

import type { JsonNode } from '../../../json/node.ts';
import { isEmptyString, type JsonText, joinTexts, listOf, objectOf, quote } from '../../../json/json-text.ts';
import { insideOf } from '../../../json/span.ts';

/** A part of a message's content; `from` is the client's path of what it was made of. */
export interface Part {
  readonly type: 'text' | 'image_url' | 'file';
  /** Of a text: what stands between the quotes. Of any other: the value of the member that bears the type's name. */
  readonly value: JsonText;
  /** The member that ends a cached prefix here, with its name. */
  readonly mark: readonly [name: string, value: JsonText] | undefined;
  readonly from: string;
}

/** A message of the upstream's request, before it is written. */
export interface OpenAiMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
  readonly toolCalls: readonly JsonText[];
  /** Further members: `tool_call_id`, `reasoning_content`, `prefix`. */
  readonly members: readonly (readonly [name: string, value: JsonText])[];
  readonly from: string;
}

/** `from`: the client's path of it. */
export function textPart(value: JsonText, from: string, mark?: Part['mark']): Part {
  return { type: 'text', value, mark, from };
}

/** A text of the client's, as it was written; an empty one is nothing. */
export function textParts(string: JsonNode, from: string, mark?: Part['mark']): readonly Part[] {
  const value = insideOf(string);
  return isEmptyString(string) ? [] : [textPart(value, from, mark)];
}

/** How paragraphs of one text are told apart, as it stands within a string literal. */
export const BLANK_LINE = '\\n\\n';

/** The message as JSON. */
export function renderMessage({ role, parts, toolCalls, members }: OpenAiMessage): JsonText {
  const content = parts.length === 0 && toolCalls.length > 0 ? 'null' : renderContent(parts);
  return objectOf([
    ['role', `"${role}"`],
    ['content', content],
    ...members,
    ['tool_calls', toolCalls.length > 0 ? listOf(toolCalls) : undefined],
  ]);
}

/** A plain string wherever that says the same: not every server takes a list. */
function renderContent(parts: readonly Part[]): JsonText {
  const [first] = parts;
  if (first === undefined) return '""';
  return isPlain(parts) ? quote(first.value) : listOf(parts.map(renderPart));
}

/** Whether the content is written as a string, so that its parts have no paths of their own. */
export function isPlain(parts: readonly Part[]): boolean {
  const [first] = parts;
  return parts.length === 1 && first?.type === 'text' && first.mark === undefined;
}

function renderPart({ type, value, mark }: Part): JsonText {
  return objectOf([['type', `"${type}"`], [type, type === 'text' ? quote(value) : value], ...(mark ? [mark] : [])]);
}

/** One part of many texts; undefined for none. */
export function joinParts(parts: readonly Part[]): Part | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const value = joinTexts(
    parts.map((part) => part.value),
    BLANK_LINE,
  );
  return { type: 'text', value, from: first.from, mark: parts.findLast((part) => part.mark !== undefined)?.mark };
}

/** For servers that refuse two messages of one role in a row. Answers of tools stay apart: each has its own call. */
export function mergeAdjacent(messages: readonly OpenAiMessage[]): OpenAiMessage[] {
  const merged: OpenAiMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last === undefined || last.role !== message.role || message.role === 'tool') merged.push(message);
    else merged[merged.length - 1] = merge(last, message);
  }
  return merged;
}

function merge(a: OpenAiMessage, b: OpenAiMessage): OpenAiMessage {
  const parts = [...a.parts, ...b.parts];
  const joined = parts.every((part) => part.type === 'text' && part.mark === undefined) ? joinParts(parts) : undefined;
  return {
    ...a,
    parts: joined === undefined ? parts : [joined],
    toolCalls: [...a.toolCalls, ...b.toolCalls],
    members: [...new Map([...a.members, ...b.members])],
  };
}

import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';
import { escapeInner, isEmptyString, type JsonText, joinTexts } from '../../../json/json-text.ts';
import { insideOf } from '../../../json/span.ts';
import { BLANK_LINE } from './openai-message.ts';

/** Members that a reader would want to see, wherever they stand; ids, signatures and encrypted content are none. */
const READABLE = new Set([
  'title',
  'url',
  'source',
  'text',
  'content',
  'stdout',
  'stderr',
  'lines',
  'path',
  'error',
  'error_code',
  'tabs',
  'state_changes',
  'tool_references',
]);

type Renderer = (block: JsonNode, context: Context) => JsonText | undefined;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  search_result: renderSearchResult,
  tool_reference: renderToolReference,
  server_tool_use: renderToolUse,
  mcp_tool_use: renderToolUse,
};

/**
 * What a block says, as text between quotes, for an upstream that has no such block; undefined when it says nothing.
 * Every word of the client's is copied as it was written.
 */
export function renderAsText(block: JsonNode, context: Context): JsonText | undefined {
  const type = block.require('type').asString();
  return (Object.hasOwn(RENDERERS, type) ? RENDERERS[type] : renderReadable)?.(block, context);
}

function renderReadable(block: JsonNode, context: Context): JsonText | undefined {
  return lines(readable(block, context), '\\n');
}

/** The readable strings of a value, in the order they were written. */
function readable(node: JsonNode, context: Context): readonly JsonText[] {
  switch (node.kind) {
    case 'string':
      return isEmptyString(node) ? [] : [insideOf(node)];
    case 'array':
      return node.elements.flatMap((element) => readable(element, context));
    case 'object':
      break;
    default:
      return [];
  }
  if (node.get('type')?.stringOrUndefined === 'tool_reference') return [renderToolReference(node, context)];
  // A document's text; the bytes of an image or a PDF have no business in a prompt.
  const isText = node.get('type')?.stringOrUndefined === 'text' && node.get('text') === undefined;
  return [...node.members].flatMap(([name, member]) =>
    READABLE.has(name) || (isText && name === 'data') ? readable(member, context) : [],
  );
}

function renderSearchResult(block: JsonNode, context: Context): JsonText {
  const head = [block.require('title'), block.require('source')].map((node) => insideOf(node));
  const content = block.require('content').asArray();
  const texts = content.flatMap((text) => readable(text, context));
  return [joinTexts(head, '\\n'), BLANK_LINE, lines(texts, '\\n') ?? ''];
}

/** A tool that a search has found: all tools are loaded here, so its name is all there is to say. */
function renderToolReference(block: JsonNode, { names }: Context): JsonText {
  return escapeInner(`[tool: ${names.toUpstream(block.require('tool_name').asString())}]`);
}

/** The one argument that says most; any other input is shown whole. */
const TELLING = ['query', 'url', 'command', 'code'];

/** `[web_search: <query>]`. */
function renderToolUse(block: JsonNode): JsonText {
  const input = block.get('input');
  const telling = TELLING.map((name) => input?.get(name)).find((node) => node?.kind === 'string');
  const server = block.get('server_name');
  const name: JsonText =
    server === undefined ? insideOf(block.require('name')) : [insideOf(server), '/', insideOf(block.require('name'))];
  if (telling !== undefined) return ['[', name, ': ', insideOf(telling), ']'];
  const isEmpty = input === undefined || (input.kind === 'object' && input.members.size === 0);
  return isEmpty ? ['[', name, ']'] : ['[', name, ': ', escapeInner(input.raw), ']'];
}

function lines(texts: readonly JsonText[], separator: string): JsonText | undefined {
  return texts.length === 0 ? undefined : joinTexts(texts, separator);
}

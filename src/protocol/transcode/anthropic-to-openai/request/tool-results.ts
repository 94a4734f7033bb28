import type { JsonNode } from '../../../json/node.ts';
import { cacheMark } from './cache-marks.ts';
import { readResultContent } from './content-blocks.ts';
import type { Context } from './context.ts';
import { escapeInner } from '../../../json/json-text.ts';
import { joinParts, type OpenAiMessage, type Part, textPart } from './openai-message.ts';
import { upstreamToolId } from './tool-calls.ts';

/**
 * The results of one turn's calls: a message for each, in order, and behind them one user message with what a tool
 * message cannot hold. A text says where it was; the list of blocks as JSON would make base64 part of the prompt.
 */
export function readToolResults(blocks: readonly JsonNode[], context: Context): OpenAiMessage[] {
  const results = blocks.map((block) => {
    const content = block.get('content');
    return { block, parts: content === undefined ? [] : readResultContent(content, context) };
  });
  const follows = (part: Part) =>
    part.type === 'file' || (part.type === 'image_url' && context.capabilities.toolImages === 'user');
  const following = results.flatMap(({ parts }) => parts.filter(follows));
  const place = placesOf(following);
  const messages = results.map(({ block, parts }) => {
    const kept = parts.map((part) => (follows(part) ? textPart(escapeInner(place(part)), part.from, part.mark) : part));
    return toolMessage(block, kept, context);
  });
  if (following.length > 0) {
    const from = blocks[0]?.path ?? '';
    // Their marks stand in the tool messages already: one prefix ends once.
    const parts = following.map((part) => ({ ...part, mark: undefined }));
    messages.push({ role: 'user', parts, toolCalls: [], members: [], from });
  }
  return messages;
}

const WORDS = { image_url: 'image', file: 'document', text: 'text' } as const;

/** `[image 1 of 2 follows]`, counted by kind. */
function placesOf(following: readonly Part[]): (part: Part) => string {
  return (part) => {
    const alike = following.filter(({ type }) => type === part.type);
    return `[${WORDS[part.type]} ${alike.indexOf(part) + 1} of ${alike.length} follows]`;
  };
}

function toolMessage(block: JsonNode, read: readonly Part[], context: Context): OpenAiMessage {
  const mark = cacheMark(block, context) ?? read.findLast((part) => part.mark !== undefined)?.mark;
  const id = upstreamToolId(block.require('tool_use_id').asString(), context);
  const isError = block.get('is_error')?.asBoolean() === true;
  // Text alone is sent as one string: servers that take a list here are the fewer.
  const joined = read.every((part) => part.type === 'text') ? joinParts(read) : undefined;
  const parts = joined === undefined ? read : [joined];
  const said = parts.length === 0 && isError ? [textPart('error', block.path)] : parts;
  return {
    role: 'tool',
    parts: said.map((part, i) => ({ ...part, mark: i === said.length - 1 ? mark : undefined })),
    toolCalls: [],
    members: [['tool_call_id', JSON.stringify(id)]],
    from: block.path,
  };
}

import type { JsonNode } from '../../../json/node.ts';
import type { Warnings } from '../../warnings.ts';

/** Members of messages that are read, or that say nothing the model has to know. */
const KNOWN = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'audio',
  'tool_calls',
  'tool_call_id',
  'function_call',
  'is_error',
  'cache_control',
  'prompt_cache_breakpoint',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'thinking_blocks',
  // What answers carry and clients return.
  'annotations',
  'parsed',
  'index',
  'id',
  // Says that the last message is to be continued, which it is by being the last.
  'prefix',
]);

/** Members in which some clients attach what other shapes have in the content: without it, the answer would be wrong. */
const ATTACHMENTS = new Set(['images', 'videos', 'audios', 'files', 'attachments']);

/** Warns of members that do not cross; refuses a message that would lose an attachment. */
export function checkMessageMembers(message: JsonNode, warnings: Warnings): void {
  for (const [name, node] of message.members) {
    if (KNOWN.has(name) || isEmpty(node)) continue;
    if (ATTACHMENTS.has(name))
      throw node.unsupported(`Attach images and files as parts of the content, not in "${name}"`);
    warnings.add(`dropped.messages.${name}`);
  }
}

function isEmpty(node: JsonNode): boolean {
  return node.kind === 'null' || (node.kind === 'array' && node.elements.length === 0);
}

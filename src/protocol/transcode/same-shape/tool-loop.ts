import type { JsonNode } from '../../json/node.ts';

/**
 * Whether the conversation, without the blocks that were removed, ends in the midst of a tool loop in which no thinking is
 * left. Earlier loops do not matter, nor does which message of this one thought.
 */
export function loopLacksThinking(messages: readonly JsonNode[], removed: ReadonlySet<JsonNode>): boolean {
  let isInLoop = false;
  for (const message of messages.toReversed()) {
    const blocks = message.get('content')?.elements ?? [];
    const types = blocks.filter((block) => !removed.has(block)).map((block) => block.get('type')?.stringOrUndefined);
    if (message.get('role')?.stringOrUndefined !== 'assistant') {
      if (isInLoop && (types.length === 0 || types.some((type) => type !== 'tool_result'))) return true;
    } else if (types.some((type) => type === 'thinking' || type === 'redacted_thinking')) return false;
    else if (types.includes('tool_use')) isInLoop = true;
    // Said something else; a message that nothing is left of says nothing, a text is no list of blocks.
    else if (!isInLoop && (types.length > 0 || blocks.length === 0)) return false;
  }
  return isInLoop;
}

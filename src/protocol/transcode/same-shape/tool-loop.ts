import type { JsonNode } from '../../json/node.ts';

/**
 * Whether the conversation ends in the midst of a tool loop in which no thinking is left. Earlier loops do not matter, nor
 * does which message of this one thought. `isThinking`: whether a block is thinking that stays.
 */
export function loopLacksThinking(messages: readonly JsonNode[], isThinking: (block: JsonNode) => boolean): boolean {
  let isInLoop = false;
  for (const message of messages.toReversed()) {
    const blocks = message.get('content')?.elements ?? [];
    if (message.get('role')?.stringOrUndefined === 'assistant') {
      if (blocks.some(isThinking)) return false;
      if (blocks.some((block) => typeOf(block) === 'tool_use')) isInLoop = true;
      else if (!isInLoop && blocks.length > 0) return false;
    } else if (isInLoop && (blocks.length === 0 || blocks.some((block) => typeOf(block) !== 'tool_result')))
      return true;
  }
  return isInLoop;
}

function typeOf(block: JsonNode): string | undefined {
  return block.get('type')?.stringOrUndefined;
}

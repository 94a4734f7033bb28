import { JsonNode } from '../../../json/node.ts';
import type { Block } from './blocks.ts';
import type { Context } from './context.ts';
import { isBlank } from './string-literal.ts';
import type { ToolCall } from './tool-calls.ts';

/**
 * The blocks of an assistant turn as its model gave them, thinking and true order included, where the turn was kept and
 * the client returns the same text and the same calls. Undefined where it was not, or where anything differs.
 */
export function recallTurn(
  message: JsonNode,
  text: string,
  calls: readonly ToolCall[],
  context: Context,
): Block[] | undefined {
  const [first] = calls;
  if (first?.clientId === undefined || context.capabilities.thinking === 'none') return undefined;
  const turn = context.ports.recall(first.clientId);
  if (turn === undefined) return undefined;
  const blocks = JsonNode.parse(turn).elements;
  if (!isSameText(blocks, text) || !areSameCalls(blocks, calls)) return undefined;
  return blocks.flatMap((node): Block[] => {
    const type = typeOf(node);
    if (type === 'text' && isBlank(node.require('text'))) return [];
    if (context.withholdsThinking && (type === 'thinking' || type === 'redacted_thinking')) return [];
    return [{ type, open: node.raw.slice(0, -1), origin: message }];
  });
}

function typeOf(block: JsonNode): string {
  return block.require('type').asString();
}

/** A client has the texts joined: end to end, or with an empty line where the upstream ran a tool of its own between. */
function isSameText(blocks: readonly JsonNode[], text: string): boolean {
  let joined = '';
  let spaced = '';
  let ranTool = false;
  for (const block of blocks) {
    const type = typeOf(block);
    if (type === 'text') {
      const piece = block.require('text').asString();
      joined += piece;
      spaced += ranTool && spaced !== '' ? `\n\n${piece}` : piece;
      ranTool = false;
    } else if (type !== 'tool_use' && type !== 'thinking' && type !== 'redacted_thinking') ranTool = true;
  }
  return text === joined || text === spaced;
}

function areSameCalls(blocks: readonly JsonNode[], calls: readonly ToolCall[]): boolean {
  const kept = blocks.filter((block) => typeOf(block) === 'tool_use');
  return (
    kept.length === calls.length &&
    calls.every(({ id, name, input }, i) => {
      const block = kept[i] as JsonNode;
      return (
        block.get('id')?.stringOrUndefined === id &&
        block.get('name')?.stringOrUndefined === name &&
        isSameJson(block.require('input'), JsonNode.parse(input))
      );
    })
  );
}

/** Equal but for space and the order of members, which clients change when they parse arguments and write them anew. */
function isSameJson(a: JsonNode, b: JsonNode): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'object':
      return (
        a.members.size === b.members.size &&
        [...a.members].every(([name, value]) => {
          const other = b.members.get(name);
          return other !== undefined && isSameJson(value, other);
        })
      );
    case 'array':
      return (
        a.elements.length === b.elements.length &&
        a.elements.every((element, i) => isSameJson(element, b.elements[i] as JsonNode))
      );
    case 'number':
    case 'string':
      return a.raw === b.raw || a.value === b.value;
    case 'boolean':
    case 'null':
      return a.raw === b.raw;
  }
}

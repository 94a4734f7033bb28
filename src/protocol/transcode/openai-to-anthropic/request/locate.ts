import type { JsonNode } from '../../../json/node.ts';
import type { Block } from './blocks.ts';
import type { Conversation } from './conversation.ts';
import { FIELDS } from './fields.ts';
import type { OfferedTool } from './offered-tool.ts';

/** What the upstream's request was made of. */
export interface Origins {
  readonly members: ReadonlyMap<string, JsonNode>;
  readonly tools: readonly OfferedTool[];
  readonly conversation: Conversation;
}

/**
 * The client's path of a path into the upstream's request, `messages.3.content.0.text` or `messages[3].content[0].text`;
 * of what is around it where it is not known to the last step. Undefined for what the client did not send.
 */
export function locateOrigin(param: string, origins: Origins): string | undefined {
  const path = param.split(/[.[\]]+/).filter((step) => step !== '');
  return (findDeep(path, origins) ?? findField(path, origins.members))?.path;
}

function findDeep(path: readonly string[], { tools, conversation }: Origins): JsonNode | undefined {
  const [head, index, member = '', block, , inner] = path;
  const at = Number(index);
  switch (head) {
    case 'tools':
      return tools[at]?.parts[member] ?? tools[at]?.origin;
    case 'system':
      return conversation.system[at]?.origin;
    case 'messages': {
      const turn = conversation.turns[at];
      return member === 'content' && block !== undefined
        ? (findBlock(turn?.blocks[Number(block)], inner) ?? turn?.origin)
        : turn?.origin;
    }
    default:
      return undefined;
  }
}

function findBlock(block: Block | undefined, inner: string | undefined): JsonNode | undefined {
  return (inner === undefined ? undefined : block?.inner?.[Number(inner)]?.origin) ?? block?.origin;
}

/** The first of the client's members that are mapped there: to the very path, or to the nearest one around it. */
function findField(path: readonly string[], members: ReadonlyMap<string, JsonNode>): JsonNode | undefined {
  for (let length = path.length; length > 0; length--) {
    const around = path.slice(0, length).join('.');
    for (const [name, { to }] of Object.entries(FIELDS)) {
      const node = members.get(name);
      if (node !== undefined && to?.includes(around) === true) return node;
    }
  }
  return undefined;
}

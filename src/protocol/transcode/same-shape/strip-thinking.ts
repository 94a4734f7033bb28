import { JsonNode } from '../../json/node.ts';
import { removeElements } from '../../json/remove-elements.ts';
import { findMember } from '../../json/scan.ts';
import type { Edit } from '../../json/splice.ts';
import type { RequestFacts } from '../../request.ts';
import { SIGNATURE_PREFIX, type ThinkingPorts } from '../ports.ts';
import { hasForeignThinking, hasSignedThinking } from './find-thinking.ts';
import { loopLacksThinking } from './tool-loop.ts';

/** What an upstream takes of the thinking in a conversation. */
export interface ThinkingRule {
  /** It signs nothing and wants its thinking back. */
  readonly keepUnsigned: boolean;
  readonly thinking: ThinkingPorts | undefined;
}

export interface StrippedThinking {
  readonly edits: readonly Edit[];
  /** The model waits for its tools' results, and nothing is left of what it thought before it called them. */
  readonly lacksThinking: boolean;
}

const NOTHING_STRIPPED: StrippedThinking = { edits: [], lacksThinking: false };

/**
 * The edits that take thinking out of a request which its upstream would refuse it for, after a conversation moved over
 * from another model: blocks that this gateway signed, that nobody did, or that the upstream's model is not to be given.
 * A message of which nothing is left goes as a whole, because one without content is refused; the turns around it then
 * count as one. Nothing else changes by a byte.
 */
export function stripForeignThinking(facts: RequestFacts, rule: ThinkingRule): StrippedThinking {
  const { thinking } = rule;
  const isWithheld = thinking?.withheld === true;
  if (!isWithheld && !(thinking === undefined ? hasForeignThinking(facts) : hasSignedThinking(facts))) {
    return NOTHING_STRIPPED;
  }
  const member = findMember(facts.scan, 'messages');
  if (member === undefined) return NOTHING_STRIPPED;
  const messages = new JsonNode(facts.bytes, member.valueStart, member.valueEnd).elements;
  // Nobody else thinks; what users say and tools return is most of a conversation, and need not be gone through.
  const thinkers = thinking === undefined ? messages : messages.filter(isAssistant);
  const isForeign = foreignAmong(thinkers, rule);
  const removed = new Set<JsonNode>();
  const emptied = new Set<JsonNode>();
  const edits: Edit[] = [];
  for (const message of thinkers) {
    const blocks = blocksOf(message);
    const gone = new Set(blocks.filter(isForeign));
    if (gone.size === 0) continue;
    for (const block of gone) removed.add(block);
    if (gone.size === blocks.length) emptied.add(message);
    else edits.push(...removeElements(blocks, gone));
  }
  if (removed.size === 0 && !isWithheld) return NOTHING_STRIPPED;
  edits.push(...removeElements(messages, emptied));
  return {
    edits: edits.sort((a, b) => a.start - b.start),
    lacksThinking: loopLacksThinking(messages, removed),
  };
}

/** Which blocks do not go to the upstream. */
function foreignAmong(
  messages: readonly JsonNode[],
  { keepUnsigned, thinking }: ThinkingRule,
): (block: JsonNode) => boolean {
  if (thinking === undefined) return (block) => isNobodys(signatureOf(block), keepUnsigned);
  // Read once: a signature may be longer than its thought.
  const signatures = new Map<JsonNode, string>();
  for (const message of messages) {
    for (const block of blocksOf(message)) {
      // Where no signature is written at all, none was made.
      if (isThinking(block)) signatures.set(block, signatureOf(block) ?? '');
    }
  }
  const foreign = thinking.foreign(
    [...signatures.values()].filter((signature) => signature !== '' && !isOurs(signature)),
  );
  return (block) => {
    const signature = signatures.get(block);
    return signature !== undefined && (isNobodys(signature, keepUnsigned) || foreign.has(signature));
  };
}

function isNobodys(signature: string | undefined, keepUnsigned: boolean): boolean {
  return signature === '' ? !keepUnsigned : signature !== undefined && isOurs(signature);
}

function isOurs(signature: string): boolean {
  return signature.startsWith(SIGNATURE_PREFIX);
}

function isAssistant(message: JsonNode): boolean {
  return message.get('role')?.stringOrUndefined === 'assistant';
}

function blocksOf(message: JsonNode): readonly JsonNode[] {
  return message.get('content')?.elements ?? [];
}

function isThinking(block: JsonNode): boolean {
  const type = block.get('type')?.stringOrUndefined;
  return type === 'thinking' || type === 'redacted_thinking';
}

/** What a block of thinking was signed with; a redacted one is its own signature. */
function signatureOf(block: JsonNode): string | undefined {
  switch (block.get('type')?.stringOrUndefined) {
    case 'thinking':
      return block.get('signature')?.stringOrUndefined;
    case 'redacted_thinking':
      // Without its data it is not unsigned, but broken: left to the upstream to say.
      return block.get('data')?.stringOrUndefined || undefined;
    default:
      return undefined;
  }
}

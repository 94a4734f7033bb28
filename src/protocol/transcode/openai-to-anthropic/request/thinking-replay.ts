import { JsonNode } from '../../../json/node.ts';
import { SIGNATURE_PREFIX } from '../../ports.ts';
import type { Block } from './blocks.ts';
import type { Context } from './context.ts';
import { wordOf } from './string-literal.ts';

/** The form in which answers give Claude's reasoning away. */
const FORMAT = 'anthropic-claude-v1';

/** The thinking of an assistant message that the client returned with its signatures. What has none is not sent. */
export function readThinking(message: JsonNode, context: Context): Block[] {
  if (context.capabilities.thinking === 'none') return [];
  const details = readDetails(message, context);
  return details.length > 0 ? details : readThinkingBlocks(message, context);
}

/** `reasoning_details`, in the order of `index`. */
function readDetails(message: JsonNode, { publicModel, upstreamModel, foreignSignatures }: Context): Block[] {
  const list = message.get('reasoning_details');
  if (list === undefined) return [];
  const entries = list
    .asArray()
    .filter((entry) => {
      // A signature is worth nothing to any model but the one that gave it.
      const model = entry.get('model')?.stringOrUndefined;
      return entry.get('format')?.stringOrUndefined === FORMAT && (model === publicModel || model === upstreamModel);
    })
    .map((entry) => ({ entry, index: entry.get('index')?.asNumber() ?? 0 }))
    .sort((a, b) => a.index - b.index);
  const blocks: Block[] = [];
  // Clients that keep a stream's pieces return a text in several entries, the signature in the last.
  let texts: JsonNode[] = [];
  let textIndex = 0;
  for (const { entry, index } of entries) {
    const type = entry.get('type');
    if (type !== undefined && wordOf(type) === 'reasoning.encrypted') {
      const data = entry.get('data');
      if (isSigned(data, foreignSignatures)) blocks.push(redacted(data, entry));
      continue;
    }
    if (index !== textIndex) texts = [];
    textIndex = index;
    const text = entry.get('text');
    if (text !== undefined) texts.push(text.expect('string'));
    const signature = entry.get('signature');
    if (!isSigned(signature, foreignSignatures)) continue;
    blocks.push(thinking(texts, signature, entry));
    texts = [];
  }
  return blocks;
}

/** Anthropic's own blocks beside the content or within it. */
function readThinkingBlocks(message: JsonNode, { foreignSignatures }: Context): Block[] {
  const list = message.get('thinking_blocks')?.asArray() ?? message.get('content')?.elements ?? [];
  return list.flatMap((entry): Block[] => {
    const type = entry.asObject().get('type');
    switch (type === undefined ? undefined : wordOf(type)) {
      case 'thinking': {
        const signature = entry.get('signature');
        const text = entry.get('thinking');
        return isSigned(signature, foreignSignatures)
          ? [thinking(text === undefined ? [] : [text], signature, entry)]
          : [];
      }
      case 'redacted_thinking': {
        const data = entry.get('data');
        return isSigned(data, foreignSignatures) ? [redacted(data, entry)] : [];
      }
      default:
        return [];
    }
  });
}

/** A signature that the upstream may have given: not empty, not made here, and not known to be another model's. */
function isSigned(signature: JsonNode | undefined, foreign: ReadonlySet<string>): signature is JsonNode {
  const text = signature?.stringOrUndefined ?? '';
  return text !== '' && !text.startsWith(SIGNATURE_PREFIX) && !foreign.has(text);
}

function thinking(texts: readonly JsonNode[], signature: JsonNode, origin: JsonNode): Block {
  const [first] = texts;
  const text =
    texts.length === 1 && first !== undefined
      ? first.expect('string')
      : `"${texts.map((piece) => piece.expect('string').raw.slice(1, -1)).join('')}"`;
  return { type: 'thinking', open: ['{"type":"thinking","thinking":', text, ',"signature":', signature], origin };
}

function redacted(data: JsonNode, origin: JsonNode): Block {
  return { type: 'redacted_thinking', open: ['{"type":"redacted_thinking","data":', data], origin };
}

/** Whether the block is thinking, redacted or not. */
export function isThinking({ type }: Block): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}

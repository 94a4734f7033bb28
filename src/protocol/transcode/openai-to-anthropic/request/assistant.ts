import type { JsonNode } from '../../../json/node.ts';
import { type Block, textBlock } from './blocks.ts';
import { readCacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { recallTurn } from './recalled-turn.ts';
import { partType, readTextPart } from './parts.ts';
import { isBlank, wordOf } from './string-literal.ts';
import { isThinking, readThinking } from './thinking-replay.ts';
import { readToolCalls, toolUseBlock } from './tool-calls.ts';
import type { ToolTurns } from './tool-turns.ts';

/** The `index`-th message, an assistant's, as blocks: thinking, text, tool calls. None where it says and calls nothing. */
export function readAssistant(message: JsonNode, index: number, turns: ToolTurns, context: Context): Block[] {
  const texts = readTexts(message, context);
  const calls = readToolCalls(message, index, turns, context);
  checkAudio(message, texts, context);
  if (texts.length === 0 && calls.length === 0) return [];
  const thinking = readThinking(message, context);
  const recalled = thinking.length > 0 ? undefined : recallTurn(message, textOf(message), calls, context);
  const blocks = recalled ?? [...thinking, ...texts, ...calls.map((call) => toolUseBlock(call, context))];
  const last = blocks.at(-1);
  // Thinking bears no mark; it is last only in a turn that was recalled.
  if (last !== undefined && !isThinking(last)) last.mark ??= readCacheMark(message, context);
  return blocks;
}

function readTexts(message: JsonNode, context: Context): Block[] {
  const content = message.get('content');
  const blocks: Block[] = [];
  if (content?.kind === 'string') {
    if (!isBlank(content)) blocks.push(textBlock(content, content));
  } else if (content !== undefined) {
    for (const part of content.asArray()) {
      const block = readPart(part, context);
      if (block !== undefined) blocks.push(block);
    }
  }
  const refusal = message.get('refusal');
  if (refusal !== undefined && !isBlank(refusal)) blocks.push(textBlock(refusal, refusal));
  return blocks;
}

function readPart(part: JsonNode, context: Context): Block | undefined {
  const type = partType(part);
  switch (wordOf(type)) {
    case 'text':
      return readTextPart(part, context);
    case 'refusal': {
      const refusal = part.require('refusal');
      return isBlank(refusal) ? undefined : textBlock(refusal, part);
    }
    // Reasoning within the content: what is signed is replayed with all other thinking, the rest is for no one else.
    case 'thinking':
    case 'redacted_thinking':
    case 'reasoning':
      return undefined;
    default:
      throw type.unsupported(`Parts of the type ${type.raw} cannot stand in an assistant message on this model`);
  }
}

/** The text as the answer gave it to the client. */
function textOf(message: JsonNode): string {
  const content = message.get('content');
  if (content?.kind === 'string') return content.asString();
  return (content?.elements ?? []).map((part) => part.get('text')?.stringOrUndefined ?? '').join('');
}

function checkAudio(message: JsonNode, texts: readonly Block[], { warnings }: Context): void {
  const audio = message.get('audio');
  if (audio === undefined) return;
  if (texts.length === 0) {
    throw audio.unsupported('A spoken answer cannot be sent to this model; send its transcript as content');
  }
  warnings.add('dropped.audio', audio.path);
}

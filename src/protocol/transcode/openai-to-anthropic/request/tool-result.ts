import type { JsonNode } from '../../../json/node.ts';
import { type JsonText, listOf } from '../../../json/json-text.ts';
import { type Block, writeBlock } from './blocks.ts';
import { readCacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { readContent } from './parts.ts';

/** A message of the role `tool` or `function` as a block. `id`: of the call it answers, as the upstream knows it. */
export function readToolResult(message: JsonNode, id: string, context: Context): Block {
  const content = message.get('content');
  const inner = content === undefined ? [] : readContent(content, context);
  // The upstream takes no marks within a result: they move up to it.
  const mark = readCacheMark(message, context) ?? inner.findLast((block) => block.mark !== undefined)?.mark;
  for (const block of inner) block.mark = undefined;
  const isError = message.get('is_error')?.asBoolean() === true ? ',"is_error":true' : '';
  const open = [`{"type":"tool_result","tool_use_id":${JSON.stringify(id)}`, writeInner(content, inner), isError];
  return { type: 'tool_result', open, inner, origin: message, mark };
}

function writeInner(content: JsonNode | undefined, inner: readonly Block[]): JsonText {
  if (content === undefined || inner.length === 0) return '';
  return [',"content":', content.kind === 'string' ? content : listOf(inner.map(writeBlock))];
}

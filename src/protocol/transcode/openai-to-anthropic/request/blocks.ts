import type { JsonNode } from '../../../json/node.ts';
import { type JsonText, listOf } from '../../../json/json-text.ts';
import { type CacheMark, type Markable, writeCacheMark } from './cache-marks.ts';

/** A content block on its way to the upstream. */
export interface Block extends Markable {
  readonly type: string;
  /** Its JSON text without the closing brace: a cache mark may yet be put in. */
  readonly open: JsonText;
  /** Of a text block: its string literal. */
  readonly literal?: JsonNode | string;
  /** Of a tool result: what its content is made of. */
  readonly inner?: readonly Block[];
  /** The client's value it is made of. */
  readonly origin: JsonNode;
}

/** `literal`: the text as a string literal. */
export function textBlock(literal: JsonNode | string, origin: JsonNode, mark?: CacheMark): Block {
  return { type: 'text', open: ['{"type":"text","text":', literal], literal, origin, mark };
}

/** `base64`: the data itself, unescaped. */
export function base64Block(
  type: 'image' | 'document',
  mediaType: string,
  base64: string,
  origin: JsonNode,
  mark: CacheMark | undefined,
): Block {
  const source = `{"type":"base64","media_type":"${mediaType}","data":"${base64}"}`;
  return { type, open: `{"type":"${type}","source":${source}`, origin, mark };
}

/** `url`: a string. */
export function urlBlock(
  type: 'image' | 'document',
  url: JsonNode,
  origin: JsonNode,
  mark: CacheMark | undefined,
): Block {
  return { type, open: [`{"type":"${type}","source":{"type":"url","url":`, url, '}'], origin, mark };
}

/** The whole block, with its cache mark. */
export function writeBlock({ open, mark }: Pick<Block, 'open' | 'mark'>): JsonText {
  return mark === undefined ? [open, '}'] : [open, ',"cache_control":', writeCacheMark(mark), '}'];
}

/** A text that came as a plain string goes as one; everything else is a list. */
export function writeContent(blocks: readonly Block[]): JsonText {
  const [only] = blocks;
  if (blocks.length === 1 && only?.literal !== undefined && only.mark === undefined && only.origin.kind === 'string') {
    return only.literal;
  }
  return listOf(blocks.map(writeBlock));
}

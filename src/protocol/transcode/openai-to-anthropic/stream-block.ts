import type { ContentBlock } from '../../anthropic/content-block.ts';
import type { ByteWriter } from '../../byte-writer.ts';
import type { Surround } from './chunk.ts';
import type { ToolCall } from './tool-call.ts';

/** What becomes of a content block: shown as text, as reasoning or as a call, or not at all. */
export type BlockKind = 'text' | 'thinking' | 'call' | 'hidden';

/** A content block of an answer while it is streamed. */
export class StreamBlock {
  readonly kind: BlockKind;
  /** What stands around each piece of it in the client's chunks; undefined where its pieces are not shown. */
  readonly surround: Surround | undefined;
  /** The block for the client's next turn, where the turn has to be kept. */
  readonly kept: ContentBlock | undefined;
  /** A paragraph break goes before its first piece. */
  breakFirst = false;
  /** Bytes and UTF-16 units of its pieces so far; units are counted only where places in the text matter. */
  length = 0;
  units = 0;
  call: ToolCall | undefined;
  /** The input a call was started with, for when no piece of it follows. */
  startInput = '{}';
  /** The input of a call that can be shown only once it is whole. */
  input: ByteWriter | undefined;

  constructor(kind: BlockKind, surround: Surround | undefined, kept: ContentBlock | undefined) {
    this.kind = kind;
    this.surround = surround;
    this.kept = kept;
  }
}

/** The kind of block that deltas of this member (of the block) belong to. */
export const KIND_OF_MEMBER: Readonly<Record<string, BlockKind>> = {
  text: 'text',
  thinking: 'thinking',
  input: 'call',
};

/** Blocks that an OpenAI client has no use for. */
const HIDDEN = new Set(['redacted_thinking', 'container_upload', 'fallback', 'compaction']);

/** A tool that the vendor ran itself: its call or its result. */
export function isServerTool(type: string): boolean {
  return type.endsWith('_tool_use') || type.endsWith('_tool_result');
}

/** Whether a block of this type is known, and of no use to an OpenAI client. */
export function isKnownHidden(type: string): boolean {
  return HIDDEN.has(type) || isServerTool(type);
}

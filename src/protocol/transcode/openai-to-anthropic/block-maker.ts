import type { ContentBlock } from '../../anthropic/content-block.ts';
import { ByteWriter } from '../../byte-writer.ts';
import { rawOf, valueOf } from '../../json/members.ts';
import { findMember, type ObjectScan } from '../../json/scan.ts';
import type { Oddities } from '../oddities.ts';
import { output } from '../output.ts';
import { toArguments } from '../tool-input.ts';
import type { AnswerPlan } from './answer-plan.ts';
import type { Chunks, Surround } from './chunk.ts';
import type { PieceWriter } from './piece-writer.ts';
import { isKnownHidden, isServerTool, StreamBlock } from './stream-block.ts';
import { renderCall, toToolCall } from './tool-call.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Starts and ends the content blocks of an answer, and tells the client what their starts and ends mean to it. */
export class BlockMaker {
  /** Calls the client was told of. */
  calls = 0;
  firstCallId: string | undefined;

  readonly #plan: AnswerPlan;
  readonly #oddities: Oddities;
  readonly #pieces: PieceWriter;
  /** The answer's chunks, of which the first has been written then. */
  readonly #begin: () => Chunks;
  readonly #ids = new Set<string>();
  #text: Surround | undefined;
  #thinking: Surround | undefined;

  constructor(plan: AnswerPlan, oddities: Oddities, pieces: PieceWriter, begin: () => Chunks) {
    this.#plan = plan;
    this.#oddities = oddities;
    this.#pieces = pieces;
    this.#begin = begin;
  }

  /** The block that starts, with what is to be told of its start. `kept`: where it is kept for the next turn. */
  start(type: string, bytes: Uint8Array, scan: ObjectScan, kept: ContentBlock | undefined): StreamBlock {
    if (type === 'text') return this.#startText(kept);
    if (type === 'thinking') return this.#startThinking(kept);
    if (type === 'tool_use') return this.#startCall(bytes, scan, kept);
    if (isServerTool(type)) this.#pieces.serverToolSince = true;
    if (!isKnownHidden(type)) this.#oddities.count('unknown_block');
    return new StreamBlock('hidden', undefined, kept);
  }

  #startText(kept: ContentBlock | undefined): StreamBlock {
    this.#text ??= this.#begin().around('{"content":"', '"}');
    const block = new StreamBlock('text', this.#text, kept);
    block.breakFirst = this.#pieces.textSeen && this.#pieces.serverToolSince;
    return block;
  }

  #startThinking(kept: ContentBlock | undefined): StreamBlock {
    if (this.#plan.showReasoning) this.#thinking ??= this.#begin().around('{"reasoning_content":"', '"}');
    const block = new StreamBlock('thinking', this.#thinking, kept);
    block.breakFirst = this.#pieces.thinkingSeen;
    return block;
  }

  #startCall(bytes: Uint8Array, scan: ObjectScan, kept: ContentBlock | undefined): StreamBlock {
    const id = valueOf(bytes, scan, 'id');
    const name = valueOf(bytes, scan, 'name');
    const legacy = this.#plan.legacyFunctions;
    const nameless = typeof name !== 'string' || name.trim() === '';
    // A client of `functions` has room for one call.
    if (nameless || (legacy && this.calls > 0)) {
      this.#oddities.count(nameless ? 'nameless_call' : 'dropped_call');
      return new StreamBlock('hidden', undefined, kept);
    }
    const call = toToolCall(this.calls, typeof id === 'string' ? id : '', name, this.#plan, this.#ids);
    if (call.id !== id) this.#oddities.count('call_without_id');
    this.firstCallId ??= call.id;
    const chunks = this.#begin();
    const surround = legacy
      ? chunks.around('{"function_call":{"arguments":"', '"}}')
      : chunks.around(`{"tool_calls":[{"index":${call.index},"function":{"arguments":"`, '"}}]}');
    const block = new StreamBlock('call', call.custom ? undefined : surround, kept);
    block.call = call;
    if (call.custom) block.input = new ByteWriter(256);
    else {
      this.calls++;
      const start = renderCall(call, '', legacy);
      output.write(chunks.delta(legacy ? `{"function_call":{${start}}}` : callDelta(call.index, start)));
    }
    const input = findMember(scan, 'input');
    if (input !== undefined && bytes[input.valueStart] === 0x7b) block.startInput = rawOf(bytes, input);
    return block;
  }

  /** What can be told of a call only once it is whole. */
  end(block: StreamBlock): void {
    const { call, input } = block;
    if (call === undefined) return;
    if (input !== undefined) {
      const json =
        block.length === 0 ? block.startInput : (JSON.parse(`"${decoder.decode(input.finish())}"`) as string);
      // Calls are numbered as they are told, without a gap.
      output.write(this.#begin().delta(callDelta(this.calls++, renderCall(call, json, false))));
    } else if (block.length === 0) {
      // Without arguments Anthropic streams none, and clients parse what they are given.
      const literal = encoder.encode(JSON.stringify(toArguments(block.startInput)).slice(1, -1));
      this.#pieces.add(block, undefined, literal, 0, literal.length);
    }
  }
}

function callDelta(index: number, call: string): string {
  return `{"tool_calls":[{"index":${index},${call}}]}`;
}

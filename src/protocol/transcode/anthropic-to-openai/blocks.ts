import { cutLiteral, Literal, textOf } from '../../json/literal.ts';
import type { Span } from '../../json/span.ts';
import { output } from '../output.ts';
import { type BlockKind, blockStart, blockStop, DELTA_END, deltaEvent, deltaStart } from './events.ts';

/** Longest piece of a tool's input that was whole before it was sent. */
const INPUT_SLICE = 4096;

/**
 * The content blocks of one answer, as events: numbered without a gap, one open at a time, each with one start, its
 * deltas and one stop. Texts come in as literals and go out as they are, escapes and all.
 */
export class Blocks {
  /** The kind of the open block. */
  kind: BlockKind | undefined;
  index = -1;
  #deltaStart: Uint8Array = DELTA_END;
  /** White space that opens no block of its own: clients could not return it. */
  readonly #space = new Literal();
  readonly #thinking = new Literal();
  readonly #sign: (thinking: string) => string;

  /** `sign`: the signature of a thinking block with that text. */
  constructor(sign: (thinking: string) => string) {
    this.#sign = sign;
  }

  text(bytes: Uint8Array, from: number, to: number): void {
    if (this.kind !== 'text' && !this.#openText({ bytes, start: from, end: to })) return;
    this.#delta(bytes, from, to);
  }

  thinking(bytes: Uint8Array, from: number, to: number): void {
    if (this.kind !== 'thinking') this.#open('thinking', '{"type":"thinking","thinking":"","signature":""}');
    this.#thinking.append(bytes, from, to);
    this.#delta(bytes, from, to);
  }

  openTool(id: string, name: string): void {
    this.#open('tool', JSON.stringify({ type: 'tool_use', id, name, input: {} }));
  }

  /** A part of the open tool's input. */
  input(bytes: Uint8Array, from: number, to: number): void {
    this.#delta(bytes, from, to);
  }

  /** The whole input of the open tool. */
  wholeInput(input: Span): void {
    for (let from = input.start; from < input.end;) {
      const to = cutLiteral(input, from, INPUT_SLICE);
      this.#delta(input.bytes, from, to);
      from = to;
    }
  }

  /** Sources of the open text block. */
  cite(citations: readonly string[]): void {
    for (const citation of citations) {
      output.write(deltaEvent(this.index, `{"type":"citations_delta","citation":${citation}}`));
    }
  }

  redacted(data: string): void {
    this.close();
    this.index++;
    output.write(blockStart(this.index, JSON.stringify({ type: 'redacted_thinking', data })));
    output.write(blockStop(this.index));
  }

  close(): void {
    if (this.kind === undefined) return;
    if (this.kind === 'thinking') {
      const signature = JSON.stringify(this.#sign(this.#thinking.text));
      output.write(deltaEvent(this.index, `{"type":"signature_delta","signature":${signature}}`));
      this.#thinking.clear();
    }
    output.write(blockStop(this.index));
    this.kind = undefined;
  }

  /** False while there is nothing but white space to show. */
  #openText(text: Span): boolean {
    if (textOf(text).trim() === '') {
      this.#space.add(text);
      return false;
    }
    this.#open('text', '{"type":"text","text":""}');
    if (!this.#space.isEmpty) this.#delta(this.#space.bytes, 0, this.#space.end);
    this.#space.clear();
    return true;
  }

  #open(kind: BlockKind, block: string): void {
    this.close();
    this.kind = kind;
    this.index++;
    this.#deltaStart = deltaStart(kind, this.index);
    output.write(blockStart(this.index, block));
  }

  #delta(bytes: Uint8Array, from: number, to: number): void {
    output.write(this.#deltaStart);
    output.writeRange(bytes, from, to);
    output.write(DELTA_END);
  }
}

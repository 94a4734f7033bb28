import { output } from '../output.ts';
import type { Tally } from '../tally.ts';
import { utf16Length } from './annotations.ts';
import { BREAK } from './reasoning.ts';
import type { StreamBlock } from './stream-block.ts';

const BREAK_BYTES = new TextEncoder().encode(BREAK);

/** Writes the pieces of an answer's texts and inputs, which nearly all of a stream consists of, and counts them. */
export class PieceWriter {
  textSeen = false;
  thinkingSeen = false;
  /** A tool of the vendor's ran since the last text. */
  serverToolSince = false;
  /** UTF-16 units of the content so far, where they matter. */
  units = 0;

  readonly #tally: Tally;
  readonly #counts: boolean;

  /** `counts`: whether places in the text matter. */
  constructor(tally: Tally, counts: boolean) {
    this.#tally = tally;
    this.#counts = counts;
  }

  /** Shows a piece of a block, the inside of a string literal. `member`: what of the kept block it adds to. */
  add(block: StreamBlock, member: string | undefined, bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return;
    const { surround } = block;
    if (block.breakFirst) {
      block.breakFirst = false;
      if (surround !== undefined) {
        if (block.kind === 'text') this.units += 2;
        output.write(surround.before);
        output.write(BREAK_BYTES);
        output.write(surround.after);
      }
    }
    this.note(block, member, bytes, from, to);
    if (surround === undefined) return;
    output.write(surround.before);
    output.writeRange(bytes, from, to);
    output.write(surround.after);
  }

  /** Takes notice of a piece; what is left is to show it. */
  note(block: StreamBlock, member: string | undefined, bytes: Uint8Array, from: number, to: number): void {
    if (block.length === 0) this.#noteFirst(block);
    block.length += to - from;
    (block.kind === 'thinking' ? this.#tally.reasoning : this.#tally.text).bytes += to - from;
    if (member !== undefined && block.kept !== undefined) block.kept.append(member, bytes, from, to);
    if (block.input !== undefined) block.input.writeRange(bytes, from, to);
    if (this.#counts && block.kind === 'text') {
      const units = utf16Length(bytes, from, to);
      block.units += units;
      this.units += units;
    }
  }

  #noteFirst(block: StreamBlock): void {
    if (block.kind === 'text') {
      this.textSeen = true;
      this.serverToolSince = false;
    } else if (block.kind === 'thinking') this.thinkingSeen = true;
  }
}

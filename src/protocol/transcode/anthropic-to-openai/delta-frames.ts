import { hasLegalEscapes } from '../../json/escape.ts';
import type { JsonNode } from '../../json/node.ts';
import type { Frame } from '../../sse/frame.ts';
import { type DeltaTemplate, makeTemplate, matchTemplate } from '../delta-template.ts';
import { findPadding, skipPadding } from './padding.ts';

const NOTHING = new Uint8Array(0);
/** Templates learnt one after another without one frame that fitted: then the frames are all different. */
const MAX_FUTILE = 16;

/** What the one text of a frame is: `hidden` is reasoning that is not shown. */
export type DeltaKind = 'text' | 'thinking' | 'hidden' | 'args';

/** What a frame means whose only news is one text. */
export interface DeltaMeaning {
  readonly kind: DeltaKind;
  /** Takes the text, a literal within the frame. */
  readonly take: (bytes: Uint8Array, from: number, to: number) => void;
  /** Whether such a frame still means the same. */
  readonly holds: () => boolean;
}

/** Frames that differ from one another in one text, and in their padding. */
interface KnownFrames extends DeltaTemplate, DeltaMeaning {
  /** What follows the padding's text; undefined where there is none, and the suffix ends the frame. */
  readonly behindPadding: Uint8Array | undefined;
}

/** The frames that need no parsing: those like the last one that was parsed and had nothing but a text in it. */
export class DeltaFrames {
  #known: KnownFrames | undefined;
  readonly #futile: Record<DeltaKind, number> = { text: 0, thinking: 0, hidden: 0, args: 0 };

  /** Where the frame at `at` ends if it is a known one, and was taken; else -1. */
  take(bytes: Uint8Array, view: DataView | undefined, at: number): number {
    const known = this.#known;
    if (known === undefined) return -1;
    let end = matchTemplate(known, bytes, view, at, bytes.length);
    if (end < 0) return -1;
    const from = at + known.prefix.bytes.length;
    const to = end - known.suffix.bytes.length;
    if (known.behindPadding !== undefined) {
      end = skipPadding(bytes, end, known.behindPadding);
      if (end < 0) return -1;
    }
    // Where this text is empty, another member may have one.
    if (from === to || !hasLegalEscapes(bytes, from, to)) return -1;
    this.#futile[known.kind] = 0;
    known.take(bytes, from, to);
    return end;
  }

  /** After a frame that was parsed: known frames may now mean something else. */
  review(): void {
    if (this.#known?.holds() === false) this.#known = undefined;
  }

  /** Learns from a frame whose only news was `text`. */
  learn(chunk: JsonNode, frame: Frame, text: JsonNode, meaning: DeltaMeaning): void {
    if (this.#futile[meaning.kind]++ >= MAX_FUTILE) return;
    const { bytes } = chunk;
    const padding = findPadding(chunk, text.end);
    const end = padding === undefined ? frame.end : padding.start + 1;
    this.#known = {
      ...makeTemplate(bytes, frame.start, end, text.start + 1, text.end - 1, NOTHING, NOTHING),
      ...meaning,
      behindPadding: padding === undefined ? undefined : bytes.slice(padding.end - 1, frame.end),
    };
  }
}

import { type Pattern, stands, toPattern } from '../byte-pattern.ts';
import { behindEscape } from '../json/escape.ts';
import { findMember, isFault, type ObjectScan, scanObject } from '../json/scan.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/**
 * The frame of one kind of delta of one content block, with its text left open: learnt from one that was read closely,
 * so that those like it cost a comparison instead of a scan. Anthropic pads its events with spaces before the last
 * brace, another number of them in each (against guessing a text from its length): those are passed over.
 */
export class DeltaFrame {
  /** Of the frame that was matched last, quotes excluded. */
  textStart = 0;
  textEnd = 0;
  /** Behind its blank line. */
  end = 0;

  readonly #prefix: Pattern;
  /** From the closing quote up to the padding. */
  readonly #middle: Pattern;
  /** From the last brace on. */
  readonly #suffix: Pattern;
  readonly #minLength: number;

  constructor(prefix: Uint8Array, middle: Uint8Array, suffix: Uint8Array) {
    this.#prefix = toPattern(prefix);
    this.#middle = toPattern(middle);
    this.#suffix = toPattern(suffix);
    this.#minLength = prefix.length + middle.length + suffix.length;
  }

  /**
   * Whether the frame at `start` is one of these. The text may be any that JSON allows, so what is taken here is
   * what a closer reading would take.
   */
  match(bytes: Uint8Array, view: DataView | undefined, start: number, to: number): boolean {
    if (start + this.#minLength > to || !stands(this.#prefix, bytes, view, start)) return false;
    const textStart = start + this.#prefix.bytes.length;
    let i = textStart;
    for (;;) {
      if (i >= to) return false;
      const c = bytes[i] as number;
      if (c === QUOTE) break;
      if (c === BACKSLASH) {
        i = behindEscape(bytes, i, to);
        if (i < 0) return false;
      } else if (c < SPACE) return false;
      else i++;
    }
    const textEnd = i;
    i += this.#middle.bytes.length;
    if (i > to || !stands(this.#middle, bytes, view, textEnd)) return false;
    while (i < to && bytes[i] === SPACE) i++;
    const end = i + this.#suffix.bytes.length;
    if (end > to || !stands(this.#suffix, bytes, view, i)) return false;
    this.textStart = textStart;
    this.textEnd = textEnd;
    this.end = end;
    return true;
  }
}

/**
 * The template of the frame `[start, end)`, whose JSON is `event` and whose delta has the text `name`. Undefined where
 * anything but that text could tell two such frames apart.
 */
export function learnDelta(
  bytes: Uint8Array,
  start: number,
  end: number,
  event: ObjectScan,
  name: string,
): DeltaFrame | undefined {
  const delta = findMember(event, 'delta');
  if (event.members.length !== 3 || delta === undefined) return undefined;
  if (findMember(event, 'type') === undefined || findMember(event, 'index') === undefined) return undefined;
  const scan = scanObject(bytes, delta.valueStart, delta.valueEnd);
  if (isFault(scan) || scan.members.length !== 2 || findMember(scan, 'type') === undefined) return undefined;
  const text = findMember(scan, name);
  if (text === undefined || bytes[text.valueStart] !== QUOTE) return undefined;
  let padding = event.close;
  while (bytes[padding - 1] === SPACE) padding--;
  return new DeltaFrame(
    bytes.slice(start, text.valueStart + 1),
    bytes.slice(text.valueEnd - 1, padding),
    bytes.slice(event.close, end),
  );
}

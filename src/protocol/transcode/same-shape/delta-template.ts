import { findMember, isFault, type Member, scanArray, scanObject } from '../../json/scan.ts';
import { type Edit, splice } from '../../json/splice.ts';
import type { Rewriter } from './rewriter.ts';

/** Members of a delta that carry the text of an answer. */
const TEXT_MEMBERS = new Set(['content', 'reasoning_content', 'reasoning', 'refusal']);

/**
 * Nearly all frames of a stream are equal but for one string: the text of a delta. From one frame that was looked at
 * closely, a template remembers the bytes before and behind that string and what has to be edited in them, so that
 * the frames like it cost a comparison (0.15 µs) instead of a scan and a parse (1.5 µs).
 */
export interface DeltaTemplate {
  readonly prefix: Pattern;
  readonly suffix: Pattern;
  /** The same two as the client gets them. */
  readonly newPrefix: Uint8Array;
  readonly newSuffix: Uint8Array;
  /** Whether there is anything to change. */
  readonly rewrites: boolean;
}

/**
 * Where the frame at `start` ends if it is the template's with another text in it, else -1. One pass over its bytes;
 * its lines need not be found first, because the suffix holds the blank line.
 */
export function matchTemplate(
  template: DeltaTemplate,
  bytes: Uint8Array,
  view: DataView | undefined,
  start: number,
  to: number,
): number {
  const { prefix, suffix } = template;
  const textStart = start + prefix.bytes.length;
  if (textStart + suffix.bytes.length > to) return -1;
  if (!stands(prefix, bytes, view, start)) return -1;
  let i = textStart;
  for (; i < to; i++) {
    const c = bytes[i] as number;
    if (c === 0x22) break;
    // Nothing escapes a line end: the frame ends there, whatever follows.
    if ((c === 0x5c ? (bytes[++i] as number) : c) < 0x20) return -1;
  }
  const end = i + suffix.bytes.length;
  return end <= to && stands(suffix, bytes, view, i) ? end : -1;
}

/** Bytes to compare with, four at a time: three times as fast as one by one (90 ns for 170 bytes). */
interface Pattern {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

function toPattern(bytes: Uint8Array): Pattern {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { bytes, words: Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(i * 4)) };
}

/** Whether the pattern stands at `at`; the buffer is long enough. */
function stands(
  { bytes: pattern, words }: Pattern,
  bytes: Uint8Array,
  view: DataView | undefined,
  at: number,
): boolean {
  let done = 0;
  if (view !== undefined) {
    for (let i = 0; i < words.length; i++) if (view.getInt32(at + i * 4) !== words[i]) return false;
    done = words.length * 4;
  }
  for (let i = done; i < pattern.length; i++) if (bytes[at + i] !== pattern[i]) return false;
  return true;
}

/**
 * A template of the frame `[start, end)`, whose `choices` member has been parsed and found to be a plain delta.
 * Undefined when it has no single text to leave open.
 */
export function learnTemplate(
  bytes: Uint8Array,
  start: number,
  end: number,
  choices: Member,
  edits: readonly Edit[],
): DeltaTemplate | undefined {
  const text = findText(bytes, choices);
  if (text === undefined) return undefined;
  const textStart = text.valueStart + 1;
  const textEnd = text.valueEnd - 1;
  const prefix = bytes.slice(start, textStart);
  const suffix = bytes.slice(textEnd, end);
  const shifted = (from: number) => (edit: Edit) => ({ ...edit, start: edit.start - from, end: edit.end - from });
  return {
    prefix: toPattern(prefix),
    suffix: toPattern(suffix),
    newPrefix: splice(prefix, edits.filter((edit) => edit.start < textStart).map(shifted(start))),
    newSuffix: splice(suffix, edits.filter((edit) => edit.start >= textEnd).map(shifted(textEnd))),
    rewrites: edits.length > 0,
  };
}

/** The template's frame `[start, end)` as the client gets it, alone in an array of its own. */
export function rewriteAlone(template: DeltaTemplate, bytes: Uint8Array, start: number, end: number): Uint8Array {
  const { prefix, suffix, newPrefix, newSuffix } = template;
  const textStart = start + prefix.bytes.length;
  const textEnd = end - suffix.bytes.length;
  const out = new Uint8Array(newPrefix.length + (textEnd - textStart) + newSuffix.length);
  out.set(newPrefix);
  let at = newPrefix.length;
  for (let i = textStart; i < textEnd; i++) out[at++] = bytes[i] as number;
  out.set(newSuffix, at);
  return out;
}

/** Writes the template's frame `[start, end)` as the client gets it. */
export function rewriteText(template: DeltaTemplate, out: Rewriter, start: number, end: number): void {
  const { prefix, suffix, newPrefix, newSuffix } = template;
  const textStart = start + prefix.bytes.length;
  out.surround(start, textStart, end - suffix.bytes.length, end, newPrefix, newSuffix);
}

function findText(bytes: Uint8Array, choices: Member): Member | undefined {
  const [choice, second] = scanArray(bytes, choices.valueStart, choices.valueEnd);
  if (choice === undefined || second !== undefined) return undefined;
  const delta = child(bytes, choice[0], choice[1], 'delta');
  if (delta === undefined) return undefined;
  const scan = scanObject(bytes, delta.valueStart, delta.valueEnd);
  if (isFault(scan)) return undefined;
  const texts = scan.members.filter((m) => TEXT_MEMBERS.has(m.name) && bytes[m.valueStart] === 0x22);
  if (texts.length > 0) return texts.length === 1 ? texts[0] : undefined;
  const calls = findMember(scan, 'tool_calls');
  if (calls === undefined || bytes[calls.valueStart] !== 0x5b) return undefined;
  const [call, another] = scanArray(bytes, calls.valueStart, calls.valueEnd);
  if (call === undefined || another !== undefined) return undefined;
  const fn = child(bytes, call[0], call[1], 'function');
  const args = fn === undefined ? undefined : child(bytes, fn.valueStart, fn.valueEnd, 'arguments');
  return args !== undefined && bytes[args.valueStart] === 0x22 ? args : undefined;
}

function child(bytes: Uint8Array, from: number, to: number, name: string): Member | undefined {
  const scan = scanObject(bytes, from, to);
  return isFault(scan) ? undefined : findMember(scan, name);
}

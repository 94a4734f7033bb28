import { skipSpace } from '../json/skip.ts';
import { type InlineKind, inlineKindOf } from './inline-data.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a part of a prompt holds, by how it turns into tokens. */
export interface PromptTally {
  /** Elements of the outermost array: messages, or tools. */
  elements: number;
  images: number;
  /** Documents that a vendor reads page by page, and the base64 of those that are sent along. */
  documents: number;
  documentBytes: number;
  /** Sound and film, likewise. */
  clips: number;
  clipBytes: number;
  /** Encrypted reasoning. */
  sealedBytes: number;
  textBytes: number;
  /** Of the text, what stands in long unbroken runs (base64, hexadecimal digits): it has more tokens than words have. */
  denseBytes: number;
}

/** Shorter strings are counted as text, whatever they are. */
const LONG = 256;
/** The shortest run that is looked for; every run of that length covers a multiple of it. */
const DENSE_RUN = 512;

const UNBROKEN = new Uint8Array(256);
for (const c of encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_\\'))
  UNBROKEN[c] = 1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Walks a JSON value that was scanned before once. Blocks and parts are known by their `type` at any depth (within tool
 * results, too), in either shape. 3 ns a byte of many short strings, next to nothing of those in `longStrings`, as the
 * scan found them.
 */
export function tallyPrompt(
  bytes: Uint8Array,
  start: number,
  end: number,
  longStrings: readonly number[] = [],
): PromptTally {
  const tally: PromptTally = {
    elements: 0,
    images: 0,
    documents: 0,
    documentBytes: 0,
    clips: 0,
    clipBytes: 0,
    sealedBytes: 0,
    textBytes: end - start,
    denseBytes: 0,
  };
  let depth = 0;
  let nameStart = start;
  let nameEnd = start;
  const inline = { image: 0, document: 0, clip: 0 };
  let block: InlineKind = 'text';
  let known = 0;
  for (let i = start; i < end; i++) {
    const c = bytes[i] as number;
    if (c === QUOTE) {
      const from = i + 1;
      while ((longStrings[known] as number) < from) known += 2;
      i = longStrings[known] === from ? (longStrings[known + 1] as number) : endOfString(bytes, from);
      const next = skipSpace(bytes, i + 1, end);
      if (bytes[next] === 0x3a) {
        nameStart = from;
        nameEnd = i;
        i = skipSpace(bytes, next + 1, end);
        if (bytes[i] === 0x7b && reads(bytes, nameStart, nameEnd, FILE)) tally.documents++;
        i--;
        continue;
      }
      if (i - from < LONG) {
        if (!reads(bytes, nameStart, nameEnd, TYPE)) continue;
        block = blockKindOf(bytes, from, i);
        if (block === 'image') tally.images++;
        else if (block === 'document') tally.documents++;
        else if (block === 'clip') tally.clips++;
        continue;
      }
      const name = decoder.decode(bytes.slice(nameStart, Math.min(nameEnd, nameStart + 32)));
      const kind = inlineKindOf(name, bytes, from, i, block);
      if (kind !== 'sealed' && kind !== 'text') inline[kind]++;
      addLong(tally, kind, bytes, from, i);
    } else if (c === 0x7b || c === 0x5b) {
      if (++depth === 2 && c === 0x7b) tally.elements++;
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  // What comes without the type of its block counts all the same.
  tally.images = Math.max(tally.images, inline.image);
  tally.documents = Math.max(tally.documents, inline.document);
  tally.clips = Math.max(tally.clips, inline.clip);
  return tally;
}

function addLong(tally: PromptTally, kind: InlineKind, bytes: Uint8Array, from: number, to: number): void {
  const length = to - from;
  if (kind === 'text') {
    tally.denseBytes += denseBytes(bytes, from, to);
    return;
  }
  tally.textBytes -= length;
  if (kind === 'document') tally.documentBytes += length;
  else if (kind === 'clip') tally.clipBytes += length;
  else if (kind === 'sealed') tally.sealedBytes += length;
}

const TYPE = encoder.encode('type');
const FILE = encoder.encode('file');
const BLOCKS: readonly (readonly [type: Uint8Array, kind: InlineKind])[] = [
  [encoder.encode('image'), 'image'],
  [encoder.encode('image_url'), 'image'],
  [encoder.encode('document'), 'document'],
  [encoder.encode('input_audio'), 'clip'],
  [encoder.encode('audio_url'), 'clip'],
  [encoder.encode('video_url'), 'clip'],
  [encoder.encode('redacted_thinking'), 'sealed'],
  [encoder.encode('reasoning.encrypted'), 'sealed'],
];

function blockKindOf(bytes: Uint8Array, from: number, to: number): InlineKind {
  return BLOCKS.find(([type]) => reads(bytes, from, to, type))?.[1] ?? 'text';
}

function reads(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (to - from !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text[i]) return false;
  return true;
}

/** The closing quote of the string whose text begins at `from`. */
function endOfString(bytes: Uint8Array, from: number): number {
  const near = from + 24;
  for (let i = from; i < near; i++) {
    const c = bytes[i] as number;
    if (c === QUOTE) return i;
    if (c === BACKSLASH) i++;
  }
  // Natively from here on: a quote that an odd number of backslashes stands before is text.
  for (let quote = bytes.indexOf(QUOTE, near); ; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let backslashes = 0;
    while (quote - backslashes > from && bytes[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote;
  }
}

/** Bytes in unbroken runs of {@link DENSE_RUN} and more: found by looking at one byte in so many. */
function denseBytes(bytes: Uint8Array, from: number, to: number): number {
  let dense = 0;
  for (let i = from + DENSE_RUN - 1; i < to; i += DENSE_RUN) {
    if (UNBROKEN[bytes[i] as number] === 0) continue;
    let start = i;
    while (start > from && UNBROKEN[bytes[start - 1] as number] === 1) start--;
    let end = i + 1;
    while (end < to && UNBROKEN[bytes[end] as number] === 1) end++;
    if (end - start >= DENSE_RUN) dense += end - start;
    // On, in steps, to the first place behind this run.
    i += Math.floor((end - 1 - i) / DENSE_RUN) * DENSE_RUN;
  }
  return dense;
}

import { equals } from '../bytes.ts';
import { skipSpace } from '../json/skip.ts';
import type { Frame } from './frame.ts';

const encoder = new TextEncoder();
const DONE = encoder.encode('[DONE]');
const ERROR = encoder.encode('error');

/** Whether the data `bytes[start, end)` is OpenAI's end mark, which vendors of the other shape send too. */
export function isDone(bytes: Uint8Array, start: number, end: number): boolean {
  const i = skipSpace(bytes, start, end);
  return i + DONE.length <= end && equals(bytes, i, i + DONE.length, DONE);
}

/** Whether the frame says `event: error`. */
export function isErrorEvent(bytes: Uint8Array, { eventStart, eventEnd }: Frame): boolean {
  return eventStart >= 0 && equals(bytes, eventStart, eventEnd, ERROR);
}

import type { Member } from '../json/scan.ts';
import type { Edit } from '../json/splice.ts';

/** Where a directive goes in a request's body. */
export interface Placement {
  /** In order; insertions alone, but for a `null` that is replaced. */
  readonly edits: readonly Edit[];
  /** The top-level member whose value grows. */
  readonly member?: Member;
  /** The top-level member that is put in behind all others, as it then lies. */
  readonly added?: Member;
  /** The path in the client's body of a path in the steered one. */
  readonly locate: (param: string) => string;
}

const encoder = new TextEncoder();

/** An edit that puts JSON text in, and takes nothing out. */
export function insertion(at: number, json: string): Edit {
  return { start: at, end: at, text: encoder.encode(json) };
}

/** A text block, which both shapes write alike. */
export function textBlock(text: string): string {
  return `{"type":"text","text":${JSON.stringify(text)}}`;
}

/** An edit that puts an element behind the last one of an array. `lastEnd`: where that ends; undefined for none. */
export function appendElement(arrayStart: number, lastEnd: number | undefined, json: string): Edit {
  return lastEnd === undefined ? insertion(arrayStart + 1, json) : insertion(lastEnd, `,${json}`);
}

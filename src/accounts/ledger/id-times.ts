import type { EntryQuery } from './entry-store.ts';

/** A request's id is made when its head is there; it is held for when its body is. It sorts by its first 48 bits, milliseconds. */
const LONGEST_BODY_MS = 3_600_000;
/** Ids go on counting upwards while a clock is set back; further back than ten seconds they begin anew. */
const LONGEST_STEP_BACK_MS = 60_000;

const LOWEST_ID = '0'.repeat(32);
/** Above every id of a time. */
export const HIGHEST_ID = 'f'.repeat(32);

/** Below the ids of all requests that were held for at a moment or later: 32 hex digits. */
export function idFrom(sinceMs: number): string {
  return idAt(sinceMs - LONGEST_BODY_MS);
}

/** Above the ids of all that were held for before it. */
export function idUntil(untilMs: number): string {
  return idAt(untilMs + LONGEST_STEP_BACK_MS);
}

/** Between which ids the entries lie that a query asks for. */
export function idBounds({ before, sinceMs, untilMs }: Pick<EntryQuery, 'before' | 'sinceMs' | 'untilMs'>): {
  readonly lower: string;
  readonly upper: string;
} {
  const upper = untilMs === undefined ? HIGHEST_ID : idUntil(untilMs);
  const from = before?.slice(-32) ?? HIGHEST_ID;
  return { lower: sinceMs === undefined ? LOWEST_ID : idFrom(sinceMs), upper: from < upper ? from : upper };
}

/** When a request came in, by its id; Unix milliseconds. */
export function timeOfId(requestId: string): number {
  return Number.parseInt(requestId.slice(-32, -20), 16);
}

function idAt(ms: number): string {
  const whole = Math.min(2 ** 48 - 1, Math.max(0, Math.floor(ms)));
  return whole.toString(16).padStart(12, '0') + '0'.repeat(20);
}

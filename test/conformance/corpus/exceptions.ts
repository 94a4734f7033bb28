/**
 * Recordings of which a client has something else than a plain reading shows, each with the reason why that is right.
 * One that no longer differs must go: the tests say so.
 */
import type { Aspect } from './differences.ts';

export interface CrossedException {
  readonly aspects: readonly Aspect[];
  readonly reason: string;
}

/** To a client of the other shape. */
export const CROSSED_EXCEPTIONS: Readonly<Record<string, CrossedException>> = {};

export interface SameShapeException {
  /** The SDKs that have something else than they would have from the vendor. */
  readonly clients: readonly string[];
  readonly reason: string;
}

/** To a client of the vendor's own shape, which has the vendor's own bytes. */
export const SAME_SHAPE_EXCEPTIONS: Readonly<Record<string, SameShapeException>> = {
  'anthropic-messages/anthropic/s-tool-use-response-1fa386': {
    clients: ['AI SDK anthropic'],
    reason:
      'Its last event lacks the blank line that ends it, which the gateway adds: the AI SDK misses the end without it.',
  },
};

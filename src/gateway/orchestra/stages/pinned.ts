import type { Stage } from './stage.ts';

/** A session goes on as it began. */
export const readPinned: Stage = (_turn, { pinned }) =>
  pinned === undefined ? undefined : { role: pinned.role, reason: 'the session goes on', confidence: 0.6, keep: true };

import type { Stage } from './stage.ts';

/** The words of the last user turn. */
export const readMarked: Stage = ({ marker }) => {
  const found = marker();
  if (found === undefined) return undefined;
  return { role: found.role, reason: `markers in the last user turn: ${found.marker}`, confidence: found.confidence };
};

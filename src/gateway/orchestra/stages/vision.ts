import type { Stage } from './stage.ts';

/** Images and documents need a model that sees, for as long as they stand in the history. */
export const readVision: Stage = ({ media, inToolLoop }, { pinned }) => {
  if (media === 'none') return undefined;
  // The stages behind this one may keep a model that sees.
  if (pinned?.sees === true && (inToolLoop || media === 'earlier')) return undefined;
  return media === 'now'
    ? { role: 'vision', reason: 'an image or a document in this turn', confidence: 1 }
    : { role: 'vision', reason: 'an image or a document earlier in the session', confidence: 0.9 };
};

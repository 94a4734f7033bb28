import type { Stage } from './stage.ts';

/** A model waits for the results of its tools: another one would have to go on from its thoughts. */
export const readToolLoop: Stage = ({ inToolLoop }, { pinned }) =>
  inToolLoop && pinned !== undefined
    ? { role: pinned.role, reason: 'an open tool loop keeps its model', confidence: 1, keep: true }
    : undefined;

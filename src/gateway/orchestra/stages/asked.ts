import type { Stage } from './stage.ts';

/** The client names the role. */
export const readAsked: Stage = (_turn, { asked }) =>
  asked === undefined ? undefined : { role: asked, reason: 'asked for by the client', confidence: 1 };

import type { Stage } from './stage.ts';

/** Nothing told a role: how hard the prompt is chooses the model. The surer, the farther the gain is from the middle. */
export const readScored: Stage = ({ workbench }, { gain }) => {
  const hard = gain();
  return {
    role: workbench ? 'coder' : 'chat',
    reason:
      hard >= 0.5 ? 'learned score: a stronger model would gain' : 'learned score: a stronger model would gain little',
    confidence: Math.min(1, 0.5 + Math.abs(hard - 0.5)),
  };
};

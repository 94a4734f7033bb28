import type { KeptTurn } from '../ports.ts';
import type { AnswerPlan } from './answer-plan.ts';

/**
 * A turn that thought and called tools. The model wants its thinking back with the results, and most clients do not
 * return it. `blocks`: the turn's blocks as the upstream wrote them, with commas. A client of `functions` is given no
 * id to find the turn by.
 */
export function keepTurn(firstCallId: string | undefined, blocks: string, plan: AnswerPlan): KeptTurn | undefined {
  if (firstCallId === undefined || plan.legacyFunctions) return undefined;
  return { toolCallId: firstCallId, turn: `[${blocks}]` };
}

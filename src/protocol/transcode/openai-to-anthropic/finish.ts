import { type FinishReason, toFinishReason } from '../stop-reason.ts';
import type { Oddities } from '../oddities.ts';
import type { AnswerPlan } from './answer-plan.ts';

const REFUSED = 'The model refused to answer this request.';

/** Why the answer ended, in OpenAI's words. `calls` are those the client was given. */
export function finishReason(
  stopReason: string | undefined,
  calls: number,
  plan: AnswerPlan,
  oddities: Oddities,
): FinishReason {
  const known = stopReason === undefined ? undefined : toFinishReason(stopReason);
  if (known === undefined) oddities.count(stopReason === undefined ? 'missing_stop_reason' : 'unknown_stop_reason');
  if (stopReason === 'pause_turn') plan.warnings.add('approx.pause_turn');
  let reason = known ?? 'stop';
  // Clients act on the reason: with calls that they are not told to make, or told to make calls there are none of, they hang.
  if (reason === (calls > 0 ? 'stop' : 'tool_calls')) {
    if (known !== undefined) oddities.count('mismatched_stop_reason');
    reason = calls > 0 ? 'tool_calls' : 'stop';
  }
  return reason === 'tool_calls' && plan.legacyFunctions ? 'function_call' : reason;
}

/** The words of a refusal that left no text; undefined where there is none. */
export function refusalOf(stopReason: string | undefined, stopDetails: unknown, hasText: boolean): string | undefined {
  if (stopReason !== 'refusal' || hasText) return undefined;
  const words = (stopDetails as { explanation?: unknown } | null | undefined)?.explanation;
  return typeof words === 'string' && words.trim() !== '' ? words : REFUSED;
}

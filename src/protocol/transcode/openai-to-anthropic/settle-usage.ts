import { NO_USAGE, type Usage } from '../../usage.ts';
import type { AnswerPlan } from './answer-plan.ts';

/** About 3 bytes a token: an estimate that errs upward, as the one of the prompt does. */
const BYTES_PER_TOKEN = 3;

/** What is charged, and whether any of it is the gateway's own count. */
export interface SettledUsage {
  readonly usage: Usage;
  readonly usageEstimated: boolean;
}

/**
 * What the upstream told, completed by estimates where it told nothing or, of an answer that has something in it,
 * nothing but zeros: an answer is never free by mistake. `outputTold`: it said at the end what it put out.
 */
export function settleUsage(
  told: Usage | undefined,
  outputTold: boolean,
  outputBytes: number,
  plan: AnswerPlan,
): SettledUsage {
  const known = told ?? NO_USAGE;
  const hasOutput = outputTold && (known.outputTokens > 0 || outputBytes === 0);
  const hasInput =
    told !== undefined && (known.inputTokens + known.cacheReadTokens + known.cacheWriteTokens > 0 || outputBytes === 0);
  if (told !== undefined && hasInput && hasOutput) return { usage: told, usageEstimated: false };
  const usage = {
    ...known,
    inputTokens: hasInput ? known.inputTokens : plan.estimateInput(),
    outputTokens: hasOutput
      ? known.outputTokens
      : Math.max(known.outputTokens, Math.ceil(outputBytes / BYTES_PER_TOKEN)),
  };
  return { usage, usageEstimated: true };
}

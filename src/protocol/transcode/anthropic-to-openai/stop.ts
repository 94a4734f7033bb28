import type { Oddities } from '../oddities.ts';
import { type StopReason, toStopReason } from '../stop-reason.ts';

/** How an Anthropic message says why it ended. */
export interface Stop {
  readonly stop_reason: StopReason;
  readonly stop_sequence: string | null;
  readonly stop_details: { readonly type: 'refusal'; readonly category: null; readonly explanation: null } | null;
}

/** What an upstream's answer tells of its end. */
export interface Ending {
  /** Undefined where none was told. */
  readonly finishReason: string | undefined;
  /** The stop sequence that was met (vLLM). */
  readonly matched: string | undefined;
  readonly refused: boolean;
  readonly callsTools: boolean;
}

/** Whether the reason is no end but a failure. */
export function isFailure(finishReason: string): boolean {
  return toStopReason(finishReason) === 'error';
}

/** Whether the answer was cut because it became too long. */
export function isCut(finishReason: string | undefined): boolean {
  return finishReason !== undefined && toStopReason(finishReason) === 'max_tokens';
}

/** The answer's end in Anthropic's words. */
export function stopOf(ending: Ending, oddities: Oddities): Stop {
  const reason = reasonOf(ending, oddities);
  return {
    stop_reason: reason,
    stop_sequence: reason === 'stop_sequence' ? (ending.matched ?? null) : null,
    stop_details: reason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
  };
}

function reasonOf({ finishReason, matched, refused, callsTools }: Ending, oddities: Oddities): StopReason {
  const told = finishReason === undefined ? 'end_turn' : toStopReason(finishReason);
  if (told === undefined) oddities.count('unknown_finish_reason');
  if (told === 'max_tokens' || told === 'refusal') return told;
  if (callsTools) return 'tool_use';
  if (told === 'tool_use') oddities.count('tool_use_without_call');
  if (refused) return 'refusal';
  return matched !== undefined && finishReason === 'stop' ? 'stop_sequence' : 'end_turn';
}

import type { Place } from './frames.ts';

const STOP_REASONS = ['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'refusal'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** `stop_reason`, `stop_sequence` and `stop_details`, which must agree with one another and with the calls made. */
export function checkStop(delta: Record<string, unknown>, calls: number, place: Place): StopReason {
  const reason = place.oneOf(delta.stop_reason, STOP_REASONS, 'stop_reason');
  if (reason === 'stop_sequence') place.text(delta.stop_sequence, 'stop_sequence');
  else if (delta.stop_sequence !== null) place.fail(`stop_sequence must be null beside the stop_reason ${reason}`);
  if (reason === 'refusal') {
    const details = place.object(delta.stop_details, 'stop_details');
    place.oneOf(details.type, ['refusal'], 'stop_details.type');
    place.members(details, ['type', 'category', 'explanation'], [], 'stop_details');
  } else if (delta.stop_details !== null) place.fail(`stop_details must be null beside the stop_reason ${reason}`);
  if (reason === 'tool_use' && calls === 0) place.fail('stop_reason is tool_use, yet no tool was called');
  if (reason === 'end_turn' && calls > 0) place.fail('stop_reason is end_turn, yet a tool was called');
  if (delta.container !== null) place.fail('container must be null');
  return reason;
}

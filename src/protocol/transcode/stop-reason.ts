/** Why an answer ended, in Anthropic's words. */
export type StopReason = 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'refusal';

/** Why an answer ended, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'function_call' | 'content_filter';

/** Finish reasons as vendors write them, beside OpenAI's own; `error` is no answer but a failure. */
const STOP_REASONS: ReadonlyMap<string, StopReason | 'error'> = new Map<string, StopReason | 'error'>([
  ['stop', 'end_turn'],
  ['eos', 'end_turn'],
  ['end_turn', 'end_turn'],
  ['COMPLETE', 'end_turn'],
  ['STOP', 'end_turn'],
  ['length', 'max_tokens'],
  ['max_tokens', 'max_tokens'],
  ['MAX_TOKENS', 'max_tokens'],
  ['model_length', 'max_tokens'],
  ['tool_calls', 'tool_use'],
  ['tool_call', 'tool_use'],
  ['function_call', 'tool_use'],
  ['tool_use', 'tool_use'],
  ['content_filter', 'refusal'],
  ['SAFETY', 'refusal'],
  ['sensitive', 'refusal'],
  ['moderation', 'refusal'],
  ['refusal', 'refusal'],
  ['error', 'error'],
  ['network_error', 'error'],
  ['insufficient_system_resource', 'error'],
  ['abort', 'error'],
]);

/** Undefined for a reason no vendor is known to give. */
export function toStopReason(finishReason: string): StopReason | 'error' | undefined {
  return STOP_REASONS.get(finishReason);
}

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['compaction', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

/** Undefined for a reason Anthropic is not known to give. */
export function toFinishReason(stopReason: string): FinishReason | undefined {
  return FINISH_REASONS.get(stopReason);
}

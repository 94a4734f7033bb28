import type { Place } from './frames.ts';

const ANTHROPIC_TYPES = [
  'invalid_request_error',
  'authentication_error',
  'billing_error',
  'permission_error',
  'not_found_error',
  'conflict_error',
  'request_too_large',
  'rate_limit_error',
  'timeout_error',
  'api_error',
  'overloaded_error',
];

/** The data of an `event: error`. */
export function checkAnthropicError(data: Record<string, unknown>, place: Place): void {
  place.members(data, ['type', 'error', 'request_id'], [], 'data');
  const error = place.object(data.error, 'error');
  place.members(error, ['type', 'message'], ['details'], 'error');
  place.oneOf(error.type, ANTHROPIC_TYPES, 'error.type');
  place.text(error.message, 'error.message');
  place.text(data.request_id, 'request_id');
}

/** The data of an error chunk: always all four keys, and `code` never a number. */
export function checkOpenAiError(data: Record<string, unknown>, place: Place): void {
  place.members(data, ['error'], [], 'data');
  const error = place.object(data.error, 'error');
  place.members(error, ['message', 'type', 'param', 'code'], [], 'error');
  place.text(error.message, 'error.message');
  place.text(error.type, 'error.type');
  if (error.param !== null) place.text(error.param, 'error.param');
  if (error.code !== null) place.text(error.code, 'error.code');
}

import type { ApiError } from '../api-error.ts';
import { ERROR_CODES } from '../error-codes.ts';

/** The body Anthropic's SDKs read `error.type`, `error.message` and `error.details.error_code` from. */
export function renderAnthropicError(error: ApiError, requestId: string): string {
  const { anthropicType } = ERROR_CODES[error.code];
  const { param, anthropicErrorCode } = error.details;
  const message =
    error.code === 'context_length_exceeded' ? promptTooLong(error.message) : withPath(error.message, param);
  const details = anthropicErrorCode === undefined ? {} : { details: { error_code: anthropicErrorCode } };
  return JSON.stringify({
    type: 'error',
    error: { type: anthropicType, message, ...details },
    request_id: requestId,
  });
}

function withPath(message: string, param: string | undefined): string {
  return param === undefined ? message : `${anthropicPath(param)}: ${message}`;
}

/** Claude Code compacts its context when it reads these words, and no others. */
function promptTooLong(message: string): string {
  return /prompt is too long/i.test(message) ? message : `prompt is too long: ${message}`;
}

/** `messages[2].content[0].type` as Anthropic writes it: `messages.2.content.0.type`. */
function anthropicPath(param: string): string {
  return param.replace(/\[(\d+)\]/g, '.$1');
}

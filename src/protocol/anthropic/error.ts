import type { ApiError } from '../api-error.ts';
import { ERROR_CODES } from '../error-codes.ts';

/** The body Anthropic's SDKs read `error.type`, `error.message` and `error.details.error_code` from. */
export function renderAnthropicError(error: ApiError, requestId: string): string {
  const { anthropicType } = ERROR_CODES[error.code];
  const { param, anthropicErrorCode } = error.details;
  const message = param === undefined ? error.message : `${anthropicPath(param)}: ${error.message}`;
  const details = anthropicErrorCode === undefined ? {} : { details: { error_code: anthropicErrorCode } };
  return JSON.stringify({
    type: 'error',
    error: { type: anthropicType, message, ...details },
    request_id: requestId,
  });
}

/** `messages[2].content[0].type` as Anthropic writes it: `messages.2.content.0.type`. */
function anthropicPath(param: string): string {
  return param.replace(/\[(\d+)\]/g, '.$1');
}

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

/** How vendors tell both numbers: what was sent, and what the model takes. */
const OVERFLOWS = [
  /maximum context length is (?<max>\d+) tokens\b.*?\b(?:requested|resulted in) (?<sent>\d+) tokens/is,
  /\((?<sent>\d+) tokens\) exceeds the available context size \((?<max>\d+) tokens\)/i,
  /maximum prompt length is (?<max>\d+) but the request contains (?<sent>\d+) tokens/i,
  /token count \((?<sent>\d+)\) exceeds the maximum number of tokens allowed \((?<max>\d+)\)/i,
];

/** Claude Code compacts its context when it reads these words, and no others; by how much, the numbers tell it. */
function promptTooLong(message: string): string {
  if (/prompt is too long/i.test(message)) return message;
  for (const overflow of OVERFLOWS) {
    const { sent, max } = overflow.exec(message)?.groups ?? {};
    if (sent !== undefined && max !== undefined) return `prompt is too long: ${sent} tokens > ${max} maximum`;
  }
  return `prompt is too long: ${message}`;
}

/** `messages[2].content[0].type` as Anthropic writes it: `messages.2.content.0.type`. */
function anthropicPath(param: string): string {
  return param.replace(/\[(\d+)\]/g, '.$1');
}

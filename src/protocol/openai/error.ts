import type { ApiError } from '../api-error.ts';
import { ERROR_CODES } from '../error-codes.ts';

/** The body OpenAI's SDKs read `message`, `type`, `param` and `code` from. All four keys are always there. */
export function renderOpenAiError(error: ApiError): string {
  const { openaiType, openaiCode } = ERROR_CODES[error.code];
  return JSON.stringify({
    error: { message: error.message, type: openaiType, param: error.details.param ?? null, code: openaiCode },
  });
}

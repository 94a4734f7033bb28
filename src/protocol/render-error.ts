import type { ApiError } from './api-error.ts';
import { renderAnthropicError } from './anthropic/error.ts';
import { ERROR_CODES } from './error-codes.ts';
import { renderOpenAiError } from './openai/error.ts';
import type { Shape } from './shape.ts';
import { dataFrame, eventFrame } from './sse/encode.ts';

/** An HTTP answer. */
export interface RenderedError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** With its charset said: Windows PowerShell 5.1 takes JSON without one for Latin-1. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** An error as an HTTP answer in the client's shape, with the headers both SDKs' retry logic reads. */
export function renderError(shape: Shape, error: ApiError, requestId: string): RenderedError {
  const row = ERROR_CODES[error.code];
  const headers: Record<string, string> = {
    'content-type': JSON_TYPE,
    'x-should-retry': row.retry ? 'true' : 'false',
  };
  const { retryAfterS, allow } = error.details;
  if (retryAfterS !== undefined) {
    const seconds = clampRetryAfter(retryAfterS);
    headers['retry-after'] = String(seconds);
    headers['retry-after-ms'] = String(seconds * 1000);
  }
  if (allow !== undefined) headers.allow = allow.join(', ');
  return shape === 'openai'
    ? { status: row.status, headers, body: renderOpenAiError(error) }
    : { status: row.anthropicStatus, headers, body: renderAnthropicError(error, requestId) };
}

/** The last event of a stream that failed after it began. Never followed by `[DONE]` or `message_stop`. */
export function renderStreamError(shape: Shape, error: ApiError, requestId: string): Uint8Array<ArrayBuffer> {
  return shape === 'openai'
    ? dataFrame(renderOpenAiError(error))
    : eventFrame('error', renderAnthropicError(error, requestId));
}

/** Whole seconds, 1…60: 0 makes OpenAI's SDK storm, more than 60 makes the Vercel AI SDK ignore it. */
export function clampRetryAfter(seconds: number): number {
  return Number.isFinite(seconds) ? Math.min(60, Math.max(1, Math.ceil(seconds))) : 1;
}

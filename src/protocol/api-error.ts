import { ERROR_CODES, type ErrorCode, FAILOVER, type Failover } from './error-codes.ts';
import type { ThinkingRefusal } from './transcode/thinking-refusal.ts';

/** What an error bears beside its code and its words. */
export interface ApiErrorDetails {
  /** Path of the offending member in the client's own body: `messages[2].content[0].type`. */
  readonly param?: string;
  /** Seconds, 1…60: becomes `retry-after` and `retry-after-ms`. */
  readonly retryAfterS?: number;
  /** Methods of the route, for a 405. */
  readonly allow?: readonly string[];
  /** Machine-readable cause for Anthropic clients: `error.details.error_code`. */
  readonly anthropicErrorCode?: string;
  /** Where more is known of this one failure than its code tells. */
  readonly failover?: Failover;
  /** The upstream refused the request for the thinking in it, or for the want of some. */
  readonly thinking?: ThinkingRefusal;
  readonly cause?: unknown;
}

/**
 * The one error a client may see. It is classified where it is born (`code` fixes status, type and whether
 * a retry can help) and rendered in one place for each shape: `openai/error.ts`, `anthropic/error.ts`.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly details: ApiErrorDetails;

  constructor(code: ErrorCode, message: string, details: ApiErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  /** Whether the same request, sent again, may succeed. */
  get retryable(): boolean {
    return ERROR_CODES[this.code].retry;
  }

  /** Whether another upstream may be asked after this. */
  get failover(): Failover {
    return this.details.failover ?? FAILOVER[this.code] ?? 'never';
  }
}

/**
 * Every failure the gateway itself can report: its HTTP status and how each shape names it.
 * `retry` becomes `x-should-retry`, which both official SDKs obey before they look at the status.
 */
export const ERROR_CODES = {
  invalid_json: row(400, 'invalid_request_error', 'invalid_json', 'invalid_request_error', false),
  invalid_encoding: row(400, 'invalid_request_error', 'invalid_encoding', 'invalid_request_error', false),
  invalid_value: row(400, 'invalid_request_error', 'invalid_value', 'invalid_request_error', false),
  missing_required_parameter: row(
    400,
    'invalid_request_error',
    'missing_required_parameter',
    'invalid_request_error',
    false,
  ),
  unsupported_value: row(400, 'invalid_request_error', 'unsupported_value', 'invalid_request_error', false),
  invalid_host: row(400, 'invalid_request_error', 'invalid_host', 'invalid_request_error', false),
  invalid_api_key: row(401, 'invalid_request_error', 'invalid_api_key', 'authentication_error', false),
  authentication_failed: row(401, 'invalid_request_error', 'authentication_failed', 'authentication_error', false),
  insufficient_quota: row(402, 'insufficient_quota', 'insufficient_quota', 'billing_error', false),
  permission_denied: row(403, 'invalid_request_error', 'permission_denied', 'permission_error', false),
  unknown_url: row(404, 'invalid_request_error', 'unknown_url', 'not_found_error', false),
  not_found: row(404, 'invalid_request_error', 'not_found', 'not_found_error', false),
  model_not_found: row(404, 'invalid_request_error', 'model_not_found', 'not_found_error', false),
  method_not_allowed: row(405, 'invalid_request_error', 'method_not_allowed', 'invalid_request_error', false),
  request_timeout: row(408, 'invalid_request_error', 'request_timeout', 'timeout_error', true),
  conflict: row(409, 'invalid_request_error', 'conflict', 'invalid_request_error', false),
  idempotency_in_progress: row(409, 'invalid_request_error', 'idempotency_in_progress', 'invalid_request_error', true),
  request_too_large: row(413, 'invalid_request_error', 'request_too_large', 'request_too_large', false),
  unsupported_media_type: row(415, 'invalid_request_error', 'unsupported_media_type', 'invalid_request_error', false),
  unprocessable: row(422, 'invalid_request_error', 'invalid_value', 'invalid_request_error', false, 400),
  idempotency_mismatch: row(422, 'invalid_request_error', 'idempotency_mismatch', 'invalid_request_error', false),
  rate_limited: row(429, 'rate_limit_error', 'rate_limited', 'rate_limit_error', true),
  rate_limit_exceeded: row(429, 'rate_limit_error', 'rate_limit_exceeded', 'rate_limit_error', true),
  concurrency_limit: row(429, 'rate_limit_error', 'concurrency_limit', 'rate_limit_error', true),
  internal_error: row(500, 'server_error', 'internal_error', 'api_error', true),
  upstream_unavailable: row(502, 'server_error', 'upstream_unavailable', 'api_error', true),
  upstream_error: row(502, 'server_error', 'upstream_error', 'api_error', true),
  upstream_auth: row(502, 'server_error', 'upstream_auth', 'api_error', false),
  upstream_misconfigured: row(502, 'server_error', 'upstream_misconfigured', 'api_error', false),
  upstream_eof: row(502, 'server_error', 'upstream_eof', 'api_error', true),
  service_unavailable: row(503, 'server_error', 'service_unavailable', 'overloaded_error', true),
  upstream_rate_limited: row(503, 'server_error', 'upstream_rate_limited', 'overloaded_error', true, 529),
  upstream_overloaded: row(503, 'server_error', 'upstream_overloaded', 'overloaded_error', true, 529),
  upstream_quota: row(503, 'server_error', 'service_unavailable', 'overloaded_error', true, 529),
  upstream_timeout: row(504, 'server_error', 'upstream_timeout', 'timeout_error', false),
  loop_detected: row(508, 'server_error', 'loop_detected', 'api_error', false),
  context_length_exceeded: row(400, 'invalid_request_error', 'context_length_exceeded', 'invalid_request_error', false),
  content_filter: row(400, 'invalid_request_error', 'content_filter', 'invalid_request_error', false),
} as const satisfies Record<string, ErrorRow>;

/** What may go wrong, as the gateway names it. */
export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * Whether another upstream may be asked after a failed try. `next`: nothing came of it, and none of it was charged for.
 * `once`: the work may have been done all the same, so one further try at most. `never`: another upstream would fail
 * the same way, or the request is over.
 */
export type Failover = 'next' | 'once' | 'never';

/** What is not listed is `never`. */
export const FAILOVER: Readonly<Partial<Record<ErrorCode, Failover>>> = {
  // The gateway's own finding about one model; what an upstream refuses is an `invalid_value`.
  unsupported_value: 'next',
  upstream_unavailable: 'once',
  upstream_error: 'next',
  upstream_auth: 'next',
  upstream_misconfigured: 'next',
  upstream_eof: 'once',
  upstream_rate_limited: 'next',
  upstream_overloaded: 'next',
  upstream_quota: 'next',
  upstream_timeout: 'once',
  loop_detected: 'next',
};

/** How an error of one code looks to clients. */
export interface ErrorRow {
  /** HTTP status in the OpenAI shape, and in the Anthropic shape unless `anthropicStatus` says otherwise. */
  readonly status: number;
  /** Anthropic has 529 for "we are full": its SDKs and Claude Code tell it from a plain 503. */
  readonly anthropicStatus: number;
  readonly openaiType: string;
  readonly openaiCode: string;
  readonly anthropicType: string;
  readonly retry: boolean;
}

function row(
  status: number,
  openaiType: string,
  openaiCode: string,
  anthropicType: string,
  retry: boolean,
  anthropicStatus = status,
): ErrorRow {
  return { status, anthropicStatus, openaiType, openaiCode, anthropicType, retry };
}

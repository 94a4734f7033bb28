import { ERROR_CODES, type ErrorCode } from '../protocol/error-codes.ts';

/** Errors of the data listener: the others are told to operators alone. */
export type DataErrorCode = Exclude<ErrorCode, 'authentication_failed' | 'conflict' | 'rate_limited'>;

/** When each error is told, for those who call the API. */
export const ERROR_MEANINGS: Readonly<Record<DataErrorCode, string>> = {
  invalid_json: 'The body is not a JSON object; the message names the place',
  invalid_encoding: 'The `content-encoding` is unknown, or the body is not in it',
  invalid_value: 'A member or a header has a value it cannot have; the message and `param` name it',
  missing_required_parameter: 'A member is missing without which the model cannot be asked',
  unsupported_value: 'The model cannot give what is asked for, and would mean something else without it',
  invalid_host: 'The `Host` header is missing, stands twice or is no host name',
  context_length_exceeded: 'The prompt is too long for the model',
  content_filter: "The provider's content policy refused the request",
  invalid_api_key: 'No key, or not a valid one; the message says why',
  insufficient_quota: 'The budget or the balance does not cover the most this request may cost',
  permission_denied: 'The key may not use this model',
  unknown_url: 'There is no such path here',
  not_found: 'There is no such thing as the request names',
  model_not_found: 'There is no such model here',
  method_not_allowed: 'The path takes another method; the header `allow` names it',
  request_timeout: 'The body did not arrive in time',
  idempotency_in_progress: 'The first request with this `Idempotency-Key` is still being answered',
  request_too_large: 'The body is larger than the gateway, or the provider, takes',
  unsupported_media_type: 'The `content-type` is missing or not JSON',
  unprocessable: 'The provider could not process a value',
  idempotency_mismatch: 'This `Idempotency-Key` was sent before with another request',
  rate_limit_exceeded: 'The requests or tokens of this minute are used up; `retry-after` says when to come again',
  concurrency_limit: 'As many requests are running as may',
  internal_error: "A fault of the gateway's own; tell the operator the request id",
  upstream_unavailable: 'The provider cannot be reached',
  upstream_error: 'The provider failed',
  upstream_auth: "The provider refused the gateway's own key: the operator must look at it",
  upstream_misconfigured: 'The provider does not know the path or the model: the operator must look at it',
  upstream_eof: "The provider's stream ended early; within a stream it is the last event",
  service_unavailable: 'The gateway is stopping, or its store is out of reach',
  upstream_rate_limited: "The provider limits the gateway's rate",
  upstream_overloaded: 'The provider is overloaded',
  upstream_quota: "The gateway's account at the provider is out of credit",
  upstream_timeout: 'The provider did not answer in time; it may have done the work',
  loop_detected: 'The request came back to this gateway',
};

/** The rows of the one table that callers of the API may meet. */
export const DATA_ERRORS = (Object.keys(ERROR_MEANINGS) as DataErrorCode[]).map((code) => ({
  code,
  ...ERROR_CODES[code],
}));

import type { DataErrorCode } from '../error-meanings.ts';

/** With any request. */
export const OF_ALL: readonly DataErrorCode[] = ['invalid_host', 'internal_error'];

/** Where a key is needed. */
export const OF_KEYS: readonly DataErrorCode[] = ['invalid_api_key', 'service_unavailable'];

/** Where a body names a model. */
export const OF_BODIES: readonly DataErrorCode[] = [
  'invalid_json',
  'invalid_encoding',
  'invalid_value',
  'missing_required_parameter',
  'unsupported_value',
  'permission_denied',
  'model_not_found',
  'request_timeout',
  'request_too_large',
  'unsupported_media_type',
  'loop_detected',
];

/** Where a provider is asked. */
export const OF_PROVIDERS: readonly DataErrorCode[] = [
  'context_length_exceeded',
  'content_filter',
  'not_found',
  'unprocessable',
  'upstream_unavailable',
  'upstream_error',
  'upstream_auth',
  'upstream_misconfigured',
  'upstream_eof',
  'upstream_rate_limited',
  'upstream_overloaded',
  'upstream_quota',
  'upstream_timeout',
];

/** Where it is paid for. */
export const OF_BILLS: readonly DataErrorCode[] = [
  'insufficient_quota',
  'rate_limit_exceeded',
  'concurrency_limit',
  'idempotency_in_progress',
  'idempotency_mismatch',
];

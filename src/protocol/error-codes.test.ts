import { describe, expect, test } from 'bun:test';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** The contract with clients: status, OpenAI type and code, Anthropic type, whether a retry can help, Anthropic status. */
const ROWS: readonly [ErrorCode, number, string, string, string, boolean, number?][] = [
  ['invalid_json', 400, 'invalid_request_error', 'invalid_json', 'invalid_request_error', false],
  ['invalid_encoding', 400, 'invalid_request_error', 'invalid_encoding', 'invalid_request_error', false],
  ['invalid_value', 400, 'invalid_request_error', 'invalid_value', 'invalid_request_error', false],
  [
    'missing_required_parameter',
    400,
    'invalid_request_error',
    'missing_required_parameter',
    'invalid_request_error',
    false,
  ],
  ['unsupported_value', 400, 'invalid_request_error', 'unsupported_value', 'invalid_request_error', false],
  ['invalid_api_key', 401, 'invalid_request_error', 'invalid_api_key', 'authentication_error', false],
  ['authentication_failed', 401, 'invalid_request_error', 'authentication_failed', 'authentication_error', false],
  ['insufficient_quota', 402, 'insufficient_quota', 'insufficient_quota', 'billing_error', false],
  ['permission_denied', 403, 'invalid_request_error', 'permission_denied', 'permission_error', false],
  ['unknown_url', 404, 'invalid_request_error', 'unknown_url', 'not_found_error', false],
  ['model_not_found', 404, 'invalid_request_error', 'model_not_found', 'not_found_error', false],
  ['method_not_allowed', 405, 'invalid_request_error', 'method_not_allowed', 'invalid_request_error', false],
  ['request_too_large', 413, 'invalid_request_error', 'request_too_large', 'request_too_large', false],
  ['conflict', 409, 'invalid_request_error', 'conflict', 'invalid_request_error', false],
  ['rate_limited', 429, 'rate_limit_error', 'rate_limited', 'rate_limit_error', true],
  ['rate_limit_exceeded', 429, 'rate_limit_error', 'rate_limit_exceeded', 'rate_limit_error', true],
  ['concurrency_limit', 429, 'rate_limit_error', 'concurrency_limit', 'rate_limit_error', true],
  ['internal_error', 500, 'server_error', 'internal_error', 'api_error', true],
  ['upstream_unavailable', 502, 'server_error', 'upstream_unavailable', 'api_error', true],
  ['service_unavailable', 503, 'server_error', 'service_unavailable', 'overloaded_error', true],
  ['upstream_timeout', 504, 'server_error', 'upstream_timeout', 'timeout_error', false],
  ['idempotency_in_progress', 409, 'invalid_request_error', 'idempotency_in_progress', 'invalid_request_error', true],
  ['idempotency_mismatch', 422, 'invalid_request_error', 'idempotency_mismatch', 'invalid_request_error', false],
  // What an upstream said, as the client is to see it.
  ['context_length_exceeded', 400, 'invalid_request_error', 'context_length_exceeded', 'invalid_request_error', false],
  ['content_filter', 400, 'invalid_request_error', 'content_filter', 'invalid_request_error', false],
  ['unprocessable', 422, 'invalid_request_error', 'invalid_value', 'invalid_request_error', false, 400],
  ['upstream_auth', 502, 'server_error', 'upstream_auth', 'api_error', false],
  ['upstream_misconfigured', 502, 'server_error', 'upstream_misconfigured', 'api_error', false],
  ['upstream_error', 502, 'server_error', 'upstream_error', 'api_error', true],
  ['upstream_eof', 502, 'server_error', 'upstream_eof', 'api_error', true],
  ['upstream_quota', 503, 'server_error', 'service_unavailable', 'overloaded_error', true, 529],
  ['upstream_rate_limited', 503, 'server_error', 'upstream_rate_limited', 'overloaded_error', true, 529],
  ['upstream_overloaded', 503, 'server_error', 'upstream_overloaded', 'overloaded_error', true, 529],
];

describe('the table of errors', () => {
  test.each([...ROWS])(
    '%s: %d',
    (code, status, openaiType, openaiCode, anthropicType, retry, anthropicStatus = status) => {
      expect(ERROR_CODES[code]).toEqual({ status, anthropicStatus, openaiType, openaiCode, anthropicType, retry });
    },
  );

  test('C022: what cannot be helped by trying again says so; what the SDKs retry by status alone is no surprise', () => {
    for (const [code, { status, retry }] of Object.entries(ERROR_CODES)) {
      // A 4xx repeats itself, but for the two that ask the client to slow down, the one that timed out, and the one
      // that another request stands in the way of.
      if (status < 500 && ![408, 409, 429].includes(status)) expect([code, retry]).toEqual([code, false]);
    }
  });

  test('every row is one both shapes’ SDKs know', () => {
    const anthropic = new Set([
      'invalid_request_error',
      'authentication_error',
      'billing_error',
      'permission_error',
      'not_found_error',
      'request_too_large',
      'rate_limit_error',
      'timeout_error',
      'api_error',
      'overloaded_error',
    ]);
    for (const { anthropicType, openaiType, openaiCode } of Object.values(ERROR_CODES)) {
      expect(anthropic).toContain(anthropicType);
      expect(['invalid_request_error', 'insufficient_quota', 'rate_limit_error', 'server_error']).toContain(openaiType);
      expect(openaiCode).toMatch(/^[a-z_]+$/);
    }
  });
});

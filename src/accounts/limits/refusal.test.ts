import { expect, test } from 'bun:test';
import { renderError } from '../../protocol/render-error.ts';
import { limitHeaders } from './headers.ts';
import type { Denied, LimitKind, LimitScope } from './ports.ts';
import { refusalError } from './refusal.ts';

const denied = (scope: LimitScope, kind: LimitKind, retryAfterMs: number): Denied => {
  const by = { scope, kind, limit: 60, remaining: 0, resetMs: 60_000 };
  return { outcome: 'denied', by, retryAfterMs, states: [by] };
};

test.each([
  [
    'key',
    'requests',
    'rate_limit_exceeded',
    'The limit of this API key is reached: 60 requests per minute. Try again in 3 s',
  ],
  [
    'account',
    'tokens',
    'rate_limit_exceeded',
    'The limit of the account of this API key is reached: 60 tokens per minute. Try again in 3 s',
  ],
  [
    'key',
    'concurrency',
    'concurrency_limit',
    'The limit of this API key is reached: 60 requests at the same time. Try again in 3 s',
  ],
] as const)('%s %s: a 429 that says what and when', (scope, kind, code, message) => {
  const error = refusalError(denied(scope, kind, 2001));
  expect(error).toMatchObject({ code, message, retryable: true });
  for (const shape of ['openai', 'anthropic'] as const) {
    const { status, headers } = renderError(shape, error, 'req_th_1');
    expect(status).toBe(429);
    expect(headers).toMatchObject({ 'x-should-retry': 'true', 'retry-after': '3' });
    // Both tell when to come back; whichever is laid over the other, it is the same.
    const own = limitHeaders(shape, denied(scope, kind, 2001), 0);
    expect([own['retry-after'], own['retry-after-ms']]).toEqual([headers['retry-after'], headers['retry-after-ms']]);
  }
});

test('limits that cannot be looked up: a 503 with when to come back', () => {
  const error = refusalError({ outcome: 'unavailable', retryAfterMs: 1000 });
  const { status, headers } = renderError('openai', error, 'req_th_1');
  expect([status, headers['retry-after'], headers['x-should-retry']]).toEqual([503, '1', 'true']);
});

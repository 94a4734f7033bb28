import type { ApiError } from '../../protocol/api-error.ts';

/** Whether a failure tells anything about the upstream. */
export function isUpstreams({ code }: ApiError): boolean {
  return code !== 'internal_error' && code !== 'service_unavailable' && code !== 'unsupported_value';
}

/** Whether it may be over soon, so that a session had better wait for it than go elsewhere. */
export function isPassing({ code }: ApiError): boolean {
  return code === 'upstream_rate_limited' || code === 'upstream_overloaded' || code === 'upstream_error';
}

/** Whether the same upstream may answer if it is asked again. */
export function canRepeat(error: ApiError): boolean {
  return error.retryable && error.code !== 'upstream_quota';
}

/** How much an error is worth telling: one the client can do something about, then whatever an upstream said. */
export function rank(error: ApiError): number {
  if (!error.code.startsWith('upstream_')) return 0;
  return error.retryable ? 2 : 1;
}

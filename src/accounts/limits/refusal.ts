import { ApiError } from '../../protocol/api-error.ts';
import { retryAfterSeconds } from './headers.ts';
import type { Denied, LimitKind, Unavailable } from './ports.ts';

const OF: Readonly<Record<LimitKind, string>> = {
  requests: 'requests per minute',
  tokens: 'tokens per minute',
  concurrency: 'requests at the same time',
};

/** What a request is answered with that was not admitted. */
export function refusalError(refusal: Denied | Unavailable): ApiError {
  const retryAfterS = retryAfterSeconds(refusal.retryAfterMs);
  if (refusal.outcome === 'unavailable') {
    return new ApiError('service_unavailable', 'The rate limits cannot be checked at the moment', { retryAfterS });
  }
  const { kind, limit, scope } = refusal.by;
  const owner = scope === 'key' ? 'this API key' : 'the account of this API key';
  return new ApiError(
    kind === 'concurrency' ? 'concurrency_limit' : 'rate_limit_exceeded',
    `The limit of ${owner} is reached: ${limit} ${OF[kind]}. Try again in ${retryAfterS} s`,
    { retryAfterS },
  );
}

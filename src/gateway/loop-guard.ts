import { ApiError } from '../protocol/api-error.ts';

/** Refuses a request this very process has sent on: a provider of the configuration leads back here. */
export function checkLoop(headers: Headers, via: string): void {
  const came = headers.get('via');
  if (came === null || !came.includes(via)) return;
  throw new ApiError(
    'loop_detected',
    "The request came back to the gateway that sent it: a provider's base_url points at this gateway",
  );
}

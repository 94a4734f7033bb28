const EXPOSED = [
  'request-id',
  'x-request-id',
  'x-th-request-id',
  'x-th-steering-applied',
  'x-th-upstream-model',
  'x-th-provider',
  'x-th-transcode-warnings',
  'x-th-passthrough',
  'x-th-prompt-digest',
  'x-th-attempts',
  'x-th-cost-usd',
  'x-th-usage',
  'x-th-original-request-id',
  'idempotent-replayed',
  'retry-after',
  'retry-after-ms',
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
  'anthropic-ratelimit-requests-limit',
  'anthropic-ratelimit-requests-remaining',
  'anthropic-ratelimit-requests-reset',
  'anthropic-ratelimit-tokens-limit',
  'anthropic-ratelimit-tokens-remaining',
  'anthropic-ratelimit-tokens-reset',
].join(', ');

/** The answer to a browser's preflight. Every origin may call: a key is needed, and no cookie is ever looked at. */
export function preflight(request: Request, headers: Record<string, string>): Response {
  const requested = request.headers.get('access-control-request-headers');
  return new Response(null, {
    status: 204,
    headers: {
      ...headers,
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, HEAD, OPTIONS',
      ...(requested === null ? {} : { 'access-control-allow-headers': requested }),
      'access-control-max-age': '86400',
    },
  });
}

/** Lets a browser's script read the answer, where a browser asked. */
export function exposeTo(request: Request, response: Response): Response {
  if (request.headers.get('origin') === null) return response;
  response.headers.set('access-control-allow-origin', '*');
  response.headers.set('access-control-expose-headers', EXPOSED);
  return response;
}

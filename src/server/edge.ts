import { ApiError } from '../protocol/api-error.ts';

/** A name, an IPv4 or a bracketed IPv6 address, and a port. */
const HOST = /^(?:[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_.])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * Elysia looks for the path from offset 11 of the URL on: behind `http://` a host of fewer than four characters makes
 * it start within the path, so that `/xx/v1/models` is served as `/v1/models`. Such hosts are turned away.
 */
const MIN_HOST_LENGTH = 4;

let lastGoodHost = '';

/** What must hold before any routing looks at a request. Throws the error to answer with. */
export function checkEdge(request: Request): void {
  const host = request.headers.get('host') ?? '';
  if (host !== lastGoodHost) {
    if (host.length < MIN_HOST_LENGTH || host.length > 255 || !HOST.test(host)) throw badHost(host);
    lastGoodHost = host;
  }
  const { url } = request;
  // Without a usable host the runtime leaves the URL relative.
  if (!url.startsWith('http')) throw badHost(host);
  if (url.includes('#')) throw new ApiError('unknown_url', 'The request target holds a "#", which no request does');
}

function badHost(host: string): ApiError {
  const what =
    host === ''
      ? 'The request has no Host header'
      : host.includes(',')
        ? 'The request has two Host headers'
        : 'The Host header is not a host name of at least four characters';
  return new ApiError('invalid_host', what);
}

import { RESPONSE_HEADERS } from './response-headers.ts';

const EXPOSED = RESPONSE_HEADERS.map(({ name }) => name.toLowerCase()).join(', ');

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

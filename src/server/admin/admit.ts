import { ApiError } from '../../protocol/api-error.ts';
import type { Operator, SessionReader } from './operator.ts';
import type { AdminRoute } from './route-table.ts';
import { timingSafeEqual } from 'node:crypto';

/** The header that a page has to send with whatever changes something, and that no form can. */
export const CSRF_HEADER = 'x-th-csrf';

/**
 * Whether a request may be asked of a route, and by whom: undefined where anybody may. This is the one place where the
 * guards of the table are looked at. Throws the error to answer with.
 */
export async function admit(
  { guard, method }: AdminRoute,
  request: Request,
  sessions: SessionReader,
): Promise<Operator | undefined> {
  if (guard === 'open' && method === 'GET') return undefined;
  const { headers } = request;
  const site = headers.get('sec-fetch-site');
  // A page at another port of this host is sent the cookie, because a cookie knows no ports.
  if (site !== null && site !== 'same-origin' && site !== 'none') {
    throw new ApiError('permission_denied', 'The admin listener answers no pages of other origins');
  }
  if (guard === 'open') return undefined;
  const operator = await sessions.operatorOf(request);
  if (operator === undefined) {
    throw new ApiError(
      'authentication_failed',
      'This needs an operator who is logged in; `tokenharbor admin token` prints a link',
    );
  }
  if (method !== 'GET') checkIntent(headers, site, operator);
  return operator;
}

/** That a page of ours meant it, and no other page that had the browser send the cookie. */
function checkIntent(headers: Headers, site: string | null, { session }: Operator): void {
  if (headers.get('origin') === null && site !== 'same-origin') {
    throw new ApiError('permission_denied', 'The request says by no header `Origin` which page it comes from');
  }
  if (!isSame(headers.get(CSRF_HEADER) ?? '', session.csrf)) {
    throw new ApiError(
      'permission_denied',
      `The header ${CSRF_HEADER} is not the session's; GET /api/session tells it`,
    );
  }
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

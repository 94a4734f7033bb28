import { Elysia } from 'elysia';
import { ApiError } from '../protocol/api-error.ts';
import { ERROR_CODES } from '../protocol/error-codes.ts';
import { type AnswersTo, checkAdminEdge } from './admin-edge.ts';

/** One row of the admin listener's route table. A row without a guard does not type-check. */
export interface AdminRoute {
  readonly method: 'GET';
  readonly path: string;
  /** `open`: whoever can reach the listener may ask. */
  readonly guard: 'open';
  readonly handle: () => Response | Promise<Response>;
}

export interface AdminAppOptions {
  readonly routes: readonly AdminRoute[];
  readonly answersTo: AnswersTo;
  readonly onFault: (what: string, cause: unknown) => void;
}

/** Of every answer: it is for whoever asked, now, and for no page of another origin. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** The admin listener: an Elysia app whose routes are the rows of a table, behind checks of its own. */
export function createAdminApp(options: AdminAppOptions): (request: Request) => Promise<Response> {
  const { routes, answersTo, onFault } = options;
  // Without code generation: nothing here is asked often.
  const app = new Elysia({ aot: false, normalize: false, sanitize: [] });
  // Not left to the framework, which would tell the caller the error's own words.
  const failed = (cause: unknown): Response => {
    if (cause instanceof ApiError) return errorAnswer(cause);
    onFault('a request to the admin listener failed', cause);
    return errorAnswer(new ApiError('internal_error', 'The gateway failed to answer'));
  };
  for (const { method, path, handle } of routes) {
    const answer = async () => handle();
    app.route(method, path, () => answer().catch(failed), { parse: 'none' });
    app.route('HEAD', path, () => answer().catch(failed).then(withoutBody), { parse: 'none' });
  }
  const refuse = ({ request }: { readonly request: Request }) => refuseUnknown(routes, request);
  app.all('*', refuse, { parse: 'none' });
  app.all('/', refuse, { parse: 'none' });
  return async (request) => {
    try {
      checkAdminEdge(request, answersTo);
      return withHeaders(await app.fetch(request));
    } catch (cause) {
      return withHeaders(failed(cause));
    }
  };
}

/** A path nobody serves, or a method its route does not take. */
function refuseUnknown(routes: readonly AdminRoute[], { url, method }: Request): Response {
  const { pathname } = new URL(url);
  if (routes.some(({ path }) => path === pathname)) {
    const error = new ApiError('method_not_allowed', `${method} is not allowed here; use GET or HEAD`);
    return errorAnswer(error, { allow: 'GET, HEAD' });
  }
  const shown = pathname.length > 100 ? `${pathname.slice(0, 100)}…` : pathname;
  return errorAnswer(new ApiError('not_found', `There is no ${method} ${shown} here`));
}

function errorAnswer({ code, message }: ApiError, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { code, message } }, { status: ERROR_CODES[code].status, headers });
}

function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}

function withHeaders(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}

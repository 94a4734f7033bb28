import { Elysia } from 'elysia';
import { StoreError } from '../../accounts/store/store-error.ts';
import { Ticker } from '../../gateway/ticker.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { Listener } from '../runtime/listener.ts';
import { admit } from './admit.ts';
import { type AnswersTo, checkAdminEdge } from './edge.ts';
import type { SessionReader } from './operator.ts';
import { readCall } from './read-call.ts';
import { errorAnswer, refusalOf } from './refusal.ts';
import { type AdminCall, type AdminRoute, matches } from './route-table.ts';

export interface AdminAppOptions {
  readonly routes: readonly AdminRoute[];
  readonly sessions: SessionReader;
  readonly answersTo: AnswersTo;
  /** What is known of the connection that a request came by. */
  readonly connection: Connection;
  readonly onFault: (what: string, cause: unknown) => void;
}

/** As the listener has it. */
export type Connection = Pick<Listener, 'holdOpen' | 'peerOf'>;

/** Of every answer: it is for whoever asked, and for no page of another origin. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The admin listener: an Elysia app whose routes are the rows of a table, behind checks of its own. */
export function createAdminApp(options: AdminAppOptions): (request: Request) => Promise<Response> {
  const { routes, answersTo, onFault } = options;
  const ticker = new Ticker();
  // With code generation, each route at its first request: without it bodies are read whatever `parse` says.
  const app = new Elysia({ aot: true, normalize: false, sanitize: [] });
  // Not left to the framework, which would tell the caller the error's own words.
  const failed = (cause: unknown): Response => {
    const refusal = refusalOf(cause);
    if (refusal === undefined || cause instanceof StoreError) onFault('a request to the admin listener failed', cause);
    return errorAnswer(refusal ?? new ApiError('internal_error', 'The gateway failed to answer'));
  };
  for (const row of routes) {
    const answer = ({ request, params = {} }: { request: Request; params?: Record<string, string> }) =>
      isDecoded(params) ? serve(row, request, params, options, ticker).catch(failed) : failed(notFound(request));
    app.route(row.method, row.path, answer, { parse: 'none' });
    if (row.method === 'GET') {
      app.route('HEAD', row.path, async (call) => withoutBody(await answer(call)), { parse: 'none' });
    }
  }
  const refuse = ({ request }: { readonly request: Request }) => errorAnswer(unknownRoute(routes, request));
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

async function serve(
  row: AdminRoute,
  request: Request,
  params: Record<string, string>,
  { sessions, connection }: AdminAppOptions,
  ticker: Ticker,
): Promise<Response> {
  const operator = await admit(row, request, sessions);
  const { query, body } = await readCall(row, request, ticker);
  const holdOpen = () => connection.holdOpen(request);
  const peer = () => connection.peerOf(request);
  const isStillIn = async () => operator === undefined || (await sessions.operatorOf(request)) !== undefined;
  const call = { request, operator, params, query, body, holdOpen, peer, isStillIn };
  const reply: unknown = await row.handle(call as AdminCall);
  if (reply instanceof Response) return reply;
  if (reply === undefined) return new Response(null, { status: 204 });
  return Response.json(reply, { status: row.status ?? 200 });
}

/** A path nobody serves, or a method its routes do not take. */
function unknownRoute(routes: readonly AdminRoute[], { url, method }: Request): ApiError {
  const { pathname } = new URL(url);
  const methods = routes.filter((row) => matches(row, pathname)).map((row) => row.method);
  if (methods.length > 0) {
    const allow = methods.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]));
    return new ApiError('method_not_allowed', `${method} is not allowed here; use ${allow.join(' or ')}`, { allow });
  }
  return notFound({ url, method });
}

/** Of a step that is no percent-encoded UTF-8 the framework makes nothing. */
function isDecoded(params: Readonly<Record<string, unknown>>): boolean {
  return Object.values(params).every((step) => typeof step === 'string');
}

function notFound({ url, method }: Pick<Request, 'url' | 'method'>): ApiError {
  const { pathname } = new URL(url);
  const shown = pathname.length > 100 ? `${pathname.slice(0, 100)}…` : pathname;
  return new ApiError('not_found', `There is no ${method} ${shown} here`);
}

/** Whatever would have been streamed is not begun. */
function withoutBody(response: Response): Response {
  void response.body?.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
}

function withHeaders(response: Response): Response {
  const { headers } = response;
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  // An answer is of now, but for those that know better: the page's own files.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  return response;
}

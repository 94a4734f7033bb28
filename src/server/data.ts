import { Elysia } from 'elysia';
import { Exchange } from '../gateway/exchange.ts';
import type { Relay } from '../gateway/relay.ts';
import { ApiError } from '../protocol/api-error.ts';
import { exposeTo, preflight } from './cors.ts';
import type { TraceContext } from '../telemetry/events.ts';
import { checkEdge } from './edge.ts';
import { pathsOf, type Route, shapeByHeader } from './route-table.ts';
import { unknownUrl } from './unknown-url.ts';

/** Gives a request its place in a trace. */
export type BeginTrace = (headers: Headers) => TraceContext;

/**
 * The data listener: an Elysia app whose routes are the rows of a table, behind the checks that must hold before any
 * routing. Bodies are not parsed here (`parse: 'none'`): the relay reads them, byte for byte.
 */
export function createDataApp(
  routes: readonly Route[],
  relay: Relay,
  beginTrace?: BeginTrace,
): (request: Request) => Promise<Response> {
  const app = new Elysia({ aot: true, normalize: false, sanitize: [] });
  for (const route of routes) {
    for (const path of pathsOf(route)) {
      app.route(route.method, path, ({ request }) => serve(route, request, relay, beginTrace), { parse: 'none' });
      if (route.method === 'GET') {
        app.route('HEAD', path, async ({ request }) => withoutBody(await serve(route, request, relay, beginTrace)), {
          parse: 'none',
        });
      }
    }
  }
  app.all('*', ({ request }) => refuse(routes, request, relay), { parse: 'none' });
  app.all('/', ({ request }) => refuse(routes, request, relay), { parse: 'none' });
  app.compile();
  return async (request) => {
    try {
      checkEdge(request);
      const response = await app.fetch(request);
      return request.method === 'OPTIONS' ? response : exposeTo(request, response);
    } catch (cause) {
      return relay.fail(new Exchange(request.method, 'none', shapeByHeader(request.headers)), cause);
    }
  };
}

async function serve(
  route: Route,
  request: Request,
  relay: Relay,
  beginTrace: BeginTrace | undefined,
): Promise<Response> {
  const exchange = new Exchange(
    request.method,
    route.path,
    route.shape === 'header' ? shapeByHeader(request.headers) : route.shape,
  );
  // A POST's guard is the first step of the relay, which tells and settles what it answers.
  if (route.method === 'POST') {
    if (beginTrace !== undefined) exchange.trace = beginTrace(request.headers);
    return route.handle({ request, exchange });
  }
  try {
    if (route.guard === 'key') exchange.principal = await relay.authenticate(request, exchange);
    const response = await route.handle({ request, exchange });
    relay.tell(exchange, 'answered');
    return response;
  } catch (cause) {
    return relay.fail(exchange, cause);
  }
}

/** A path nobody serves, or a method its route does not take. */
function refuse(routes: readonly Route[], request: Request, relay: Relay): Response {
  const { pathname } = new URL(request.url);
  const methods = routes.filter((route) => matches(route, pathname)).map((route) => route.method);
  const shape = routes.find((route) => matches(route, pathname))?.shape ?? 'header';
  const exchange = new Exchange(request.method, 'none', shape === 'header' ? shapeByHeader(request.headers) : shape);
  if (request.method === 'OPTIONS') return preflight(request, exchange.headers());
  if (methods.length === 0) return relay.fail(exchange, unknownUrl(request.method, pathname));
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const error = new ApiError('method_not_allowed', `${request.method} is not allowed here; use ${allow.join(' or ')}`, {
    allow: [...allow, 'OPTIONS'],
  });
  return relay.fail(exchange, error);
}

function matches(route: Route, pathname: string): boolean {
  return pathsOf(route).some((path) =>
    path.endsWith('*') ? pathname.startsWith(path.slice(0, -1)) : path === pathname,
  );
}

function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}

import type { Principal } from '../accounts/keys/keyring.ts';
import { allowsModel } from '../accounts/keys/model-scope.ts';
import type { Orchestra } from '../gateway/orchestra/orchestra.ts';
import type { Relay } from '../gateway/relay.ts';
import { unknownModel } from '../gateway/relay.ts';
import type { Catalogue } from '../gateway/routing/catalogue.ts';
import { modelDocument, modelsPage } from './models-document.ts';
import { docsRoutes, type DocsServices } from './docs/docs-routes.ts';
import { OPERATIONS } from './openapi/operations.ts';
import { type Call, type Route, v1 } from './route-table.ts';
import { findDirective, steeringDocument, steeringPage } from './steering-document.ts';

export interface DataServices {
  readonly relay: Relay;
  readonly catalogue: () => Catalogue;
  readonly orchestra: () => Orchestra;
  /** When the catalogue was loaded, Unix milliseconds. */
  readonly sinceMs: () => number;
  /** The `GET /v1/usage` document of one key. */
  readonly usageOf: (principal: Principal) => Promise<Record<string, unknown>>;
  /** Whether new requests are welcome: false while starting and while draining. */
  readonly ready: () => Promise<boolean>;
  readonly docs: DocsServices['docs'];
  readonly arrival: DocsServices['arrival'];
}

/** Every route of the data listener. */
export function dataRoutes(services: DataServices): readonly Route[] {
  const { relay, catalogue, orchestra, sinceMs, usageOf, ready, docs, arrival } = services;
  const models = ({ exchange }: Call) => {
    const routed = orchestra().isServed ? [orchestra().model] : [];
    return [...routed, ...catalogue().list()].filter(({ id }) => allowsModel(exchange.principal?.models ?? null, id));
  };
  const routes: readonly Route[] = [
    {
      method: 'POST',
      ...v1('/chat/completions', ['openai']),
      shape: 'openai',
      guard: 'key',
      doc: OPERATIONS.chatCompletions,
      handle: ({ request, exchange }) => relay.handle(request, exchange),
    },
    {
      method: 'POST',
      ...v1('/messages', ['anthropic']),
      shape: 'anthropic',
      guard: 'key',
      doc: OPERATIONS.messages,
      handle: ({ request, exchange }) => relay.handle(request, exchange),
    },
    {
      method: 'POST',
      ...v1('/messages/count_tokens', ['anthropic']),
      shape: 'anthropic',
      guard: 'key',
      doc: OPERATIONS.countTokens,
      handle: ({ request, exchange }) => relay.count(request, exchange),
    },
    {
      method: 'POST',
      ...v1('/route', []),
      shape: 'header',
      guard: 'key',
      doc: OPERATIONS.route,
      handle: ({ request, exchange }) => relay.explain(request, exchange),
    },
    {
      method: 'GET',
      ...v1('/models', ['openai', 'anthropic']),
      shape: 'header',
      guard: 'key',
      doc: OPERATIONS.models,
      handle: (call) => call.exchange.json(modelsPage(models(call), new URL(call.request.url).searchParams, sinceMs())),
    },
    {
      method: 'GET',
      ...v1('/models/*', ['openai', 'anthropic']),
      shape: 'header',
      guard: 'key',
      doc: OPERATIONS.model,
      handle: (call) => call.exchange.json(oneModel(call, catalogue(), orchestra(), sinceMs())),
    },
    {
      method: 'GET',
      ...v1('/steering', ['openai', 'anthropic']),
      shape: 'header',
      guard: 'key',
      doc: OPERATIONS.steering,
      handle: (call) => call.exchange.json(steeringPage()),
    },
    {
      method: 'GET',
      ...v1('/steering/*', ['openai', 'anthropic']),
      shape: 'header',
      guard: 'key',
      doc: OPERATIONS.directive,
      handle: (call) => call.exchange.json(oneDirective(call)),
    },
    {
      method: 'GET',
      ...v1('/usage', []),
      shape: 'header',
      guard: 'key',
      doc: OPERATIONS.usage,
      handle: async (call) => call.exchange.json(await usageOf(call.exchange.principal as Principal)),
    },
    {
      method: 'GET',
      path: '/',
      aliases: [],
      shape: 'header',
      guard: 'open',
      doc: OPERATIONS.root,
      handle: (call) =>
        call.exchange.json({
          name: 'Token Harbor',
          endpoints: ['/v1/chat/completions', '/v1/messages', '/v1/models'],
          ...(docs().enabled ? { docs: '/docs', openapi: '/openapi.json' } : {}),
        }),
    },
    {
      method: 'GET',
      path: '/livez',
      aliases: ['/healthz', '/health', '/v1/health'],
      shape: 'header',
      guard: 'open',
      doc: OPERATIONS.livez,
      handle: (call) => call.exchange.json({ status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      aliases: [],
      shape: 'header',
      guard: 'open',
      doc: OPERATIONS.readyz,
      handle: async (call) =>
        (await ready()) ? call.exchange.json({ status: 'ok' }) : call.exchange.json({ status: 'unavailable' }, 503),
    },
    ...docsRoutes({ docs, models, arrival, routes: () => routes }),
  ];
  return routes;
}

function oneModel(
  { request, exchange }: Call,
  catalogue: Catalogue,
  orchestra: Orchestra,
  sinceMs: number,
): Record<string, unknown> {
  const raw = pathBehind(request, '/models/');
  const id = decode(raw);
  const find = (one: string) =>
    orchestra.isServed && orchestra.answersTo(one) ? orchestra.model : catalogue.find(one);
  const model = id === undefined ? undefined : (find(id) ?? find(id.replace(/\/$/, '')));
  // A model the key may not use is told apart from none by nobody who lacks the right to it.
  if (model === undefined || !allowsModel(exchange.principal?.models ?? null, model.id)) {
    throw unknownModel(id ?? raw, exchange.shape);
  }
  return modelDocument(model, sinceMs);
}

function oneDirective({ request }: Call): Record<string, unknown> {
  const raw = pathBehind(request, '/steering/').replace(/\/$/, '');
  return steeringDocument(findDirective(decode(raw) ?? raw));
}

function pathBehind({ url }: Request, start: string): string {
  const { pathname } = new URL(url);
  return pathname.slice(pathname.indexOf(start) + start.length);
}

function decode(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

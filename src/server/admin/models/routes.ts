import { Type } from '@sinclair/typebox';
import type { Shape } from '../../../protocol/shape.ts';
import { type AdminRoute, route } from '../route-table.ts';
import { Fields } from '../schema.ts';
import { modelsDocument, type ModelServices } from './document.ts';
import { Models } from './schema.ts';

export interface RoutingServices extends ModelServices {
  /** Where a request would go. Rejects with the error its client would get. */
  readonly whatIf: (request: Request, shape?: Shape) => Promise<Record<string, unknown>>;
}

/** Which models there are, and where a request would go. */
export function modelRoutes(services: RoutingServices): readonly AdminRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/models',
      guard: 'operator',
      summary: "models with their prices and targets, and th-orchestra's latest decisions",
      answer: Models,
      handle: () => modelsDocument(services),
    }),
    route({
      method: 'POST',
      path: '/api/route',
      guard: 'operator',
      summary: 'where a request of either shape would go, and why: its body is the body here, and nothing is sent',
      query: Fields({ shape: Type.Optional(Type.Union([Type.Literal('openai'), Type.Literal('anthropic')])) }),
      answer: Type.Record(Type.String(), Type.Unknown()),
      handle: ({ request, query }) => services.whatIf(request, query.shape),
    }),
  ];
}

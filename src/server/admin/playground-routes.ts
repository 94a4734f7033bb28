import { Type } from '@sinclair/typebox';
import { ApiError } from '../../protocol/api-error.ts';
import { NewKeyRow } from './key-row.ts';
import { issue, type KeyServices } from './keys-routes.ts';
import { type AdminRoute, route } from './route-table.ts';
import { Fields, Usd } from './schema.ts';
import { readUsd } from './terms.ts';

export interface PlaygroundServices extends KeyServices {
  /** The data listener's own way of answering, without a connection. */
  readonly askGateway: (request: Request) => Promise<Response>;
}

const KEY_LIFE_MS = 12 * 3_600_000;
const BUDGET_USD = '1';

/** What of the page's request is the client's own; above all not its cookie. */
const PASSED_ON = ['content-type', 'accept', 'anthropic-version', 'anthropic-beta', 'x-th-steering', 'idempotency-key'];

/** Trying models from the page: with a key of its own, which pays like any other. */
export function playgroundRoutes(services: PlaygroundServices): readonly AdminRoute[] {
  const { askGateway, now } = services;
  const forward = (path: string) =>
    route({
      method: 'POST',
      path: `/api/playground${path}`,
      guard: 'operator',
      summary: `POST ${path} of the data listener, with the key in x-th-playground-key`,
      types: ['application/json', 'text/event-stream'],
      handle({ request, holdOpen }) {
        const key = request.headers.get('x-th-playground-key');
        if (key === null) {
          throw new ApiError('missing_required_parameter', 'The header x-th-playground-key is missing');
        }
        holdOpen();
        return askGateway(asClient(request, path, key));
      },
    });
  return [
    route({
      method: 'POST',
      path: '/api/playground/key',
      guard: 'operator',
      summary: 'make a key for the playground, for 12 hours and one dollar unless told otherwise',
      body: Fields({ account: Type.Optional(Type.String({ maxLength: 64 })), budget_usd: Type.Optional(Usd) }),
      answer: NewKeyRow,
      status: 201,
      handle: ({ body: { account, budget_usd: usd = BUDGET_USD }, operator }) =>
        issue(
          services,
          {
            name: 'playground',
            kind: 'test',
            ...(account === undefined ? {} : { account }),
            budget: { limitNano: readUsd('budget_usd', usd), period: 'total' },
            expiresAt: now() + KEY_LIFE_MS,
          },
          operator.name,
        ),
    }),
    forward('/v1/chat/completions'),
    forward('/v1/messages'),
  ];
}

function asClient({ headers, body, signal }: Request, path: string, key: string): Request {
  const own = new Headers({ host: 'playground', authorization: `Bearer ${key}` });
  for (const name of PASSED_ON) {
    const value = headers.get(name);
    if (value !== null) own.set(name, value);
  }
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers: own, body, signal, duplex: 'half' };
  return new Request(`http://playground${path}`, init);
}

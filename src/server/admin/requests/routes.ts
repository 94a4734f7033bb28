import { type AdminRoute, route } from '../route-table.ts';
import { readRequest } from './detail.ts';
import { listRequests, type RequestServices } from './list.ts';
import { RequestDetail, Requests, RequestsQuery } from './schema.ts';

/** What was asked of models, and what it cost. */
export function requestRoutes(services: RequestServices): readonly AdminRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/requests',
      guard: 'operator',
      summary: 'requests that have ended, newest first',
      query: RequestsQuery,
      answer: Requests,
      handle: ({ query }) => listRequests(services, query),
    }),
    route({
      method: 'GET',
      path: '/api/requests/:id',
      guard: 'operator',
      summary: 'one of them: its tries, and its cost line by line',
      answer: RequestDetail,
      handle: ({ params }) => readRequest(services, params.id),
    }),
  ];
}

import { Type } from '@sinclair/typebox';
import { type AdminRoute, route } from './route-table.ts';
import { Fields } from './schema.ts';

export interface HealthServices {
  /** Whether new requests are welcome. */
  readonly ready: () => Promise<boolean>;
  /** The metrics as they stand, in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

const Status = Fields({ status: Type.Union([Type.Literal('ok'), Type.Literal('unavailable')]) });

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What monitors ask, who have no session. */
export function healthRoutes({ ready, metrics }: HealthServices): readonly AdminRoute[] {
  return [
    route({
      method: 'GET',
      path: '/metrics',
      guard: 'open',
      summary: 'the metrics, in the text format of Prometheus',
      types: ['text/plain'],
      handle: async () => new Response(await metrics(), { headers: { 'content-type': METRICS_TYPE } }),
    }),
    route({
      method: 'GET',
      path: '/livez',
      guard: 'open',
      summary: 'whether the process runs',
      answer: Status,
      handle: () => ({ status: 'ok' as const }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      guard: 'open',
      summary: 'whether new requests are welcome: 200 or 503',
      answer: Status,
      handle: async () =>
        (await ready()) ? { status: 'ok' as const } : Response.json({ status: 'unavailable' }, { status: 503 }),
    }),
  ];
}

import type { AdminRoute } from './admin.ts';

export interface AdminServices {
  /** Whether new requests are welcome. */
  readonly ready: () => Promise<boolean>;
  /** The metrics as they stand, in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Every route of the admin listener. */
export function adminRoutes({ ready, metrics }: AdminServices): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      path: '/metrics',
      guard: 'open',
      handle: async () => new Response(await metrics(), { headers: { 'content-type': METRICS_TYPE } }),
    },
    { method: 'GET', path: '/livez', guard: 'open', handle: () => Response.json({ status: 'ok' }) },
    {
      method: 'GET',
      path: '/readyz',
      guard: 'open',
      handle: async () =>
        (await ready()) ? Response.json({ status: 'ok' }) : Response.json({ status: 'unavailable' }, { status: 503 }),
    },
  ];
}

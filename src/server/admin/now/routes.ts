import { type AdminRoute, route } from '../route-table.ts';
import { Feed } from './feed.ts';
import { type NowServices, Overview } from './overview.ts';
import { Now } from './schema.ts';

export interface NowRoutes {
  readonly routes: readonly AdminRoute[];
  /** Ends the streams of all who look on. */
  close(): void;
}

const EVENT_STREAM = 'text/event-stream';

/** How it goes. `onFault`: told what nobody could be told. */
export function nowRoutes(services: NowServices, onFault: (what: string, cause: unknown) => void): NowRoutes {
  const overview = new Overview(services);
  const feed = new Feed({ eventOf: (end) => overview.event(end), onFault });
  const routes = [
    route({
      method: 'GET',
      path: '/api/now',
      guard: 'operator',
      summary: 'how the gateway does: the last minute, and the last five by the second',
      answer: Now,
      handle: () => overview.document(),
    }),
    route({
      method: 'GET',
      path: '/api/now/stream',
      guard: 'operator',
      summary: 'the same each second, as an event `now` with the last second as `point` in place of `series`',
      types: [EVENT_STREAM],
      handle: ({ holdOpen, isStillIn }) => {
        holdOpen();
        return new Response(feed.open(isStillIn), {
          headers: { 'content-type': EVENT_STREAM, 'x-accel-buffering': 'no' },
        });
      },
    }),
  ];
  return { routes, close: () => feed.close() };
}

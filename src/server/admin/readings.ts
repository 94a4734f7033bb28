import { Spending } from '../../accounts/spend/spend.ts';
import type { Stores } from '../../accounts/store/ports.ts';
import type { Events } from '../../telemetry/events.ts';
import type { Recorder } from '../../telemetry/recent/recorder.ts';
import type { GatewayServer } from '../gateway-server.ts';
import { modelRoutes } from './models/routes.ts';
import { nowRoutes } from './now/routes.ts';
import { requestRoutes } from './requests/routes.ts';
import type { AdminRoute } from './route-table.ts';
import { spendRoutes } from './spend/routes.ts';

export interface ReadingOptions {
  readonly gateway: Pick<GatewayServer, 'view' | 'sources' | 'ready' | 'whatIf'>;
  readonly stores: Pick<Stores, 'usage' | 'entries' | 'ledger' | 'keys'>;
  readonly recorder: Recorder;
  readonly events: Pick<Events, 'fault'>;
  /** This process as one of several; undefined: the only one. */
  readonly worker: { readonly index: number; readonly count: number } | undefined;
}

/** What operators may look at. */
export interface Readings {
  readonly routes: readonly AdminRoute[];
  /** Ends the streams of all who look on. */
  close(): void;
}

export function createReadings({ gateway, stores, recorder, events, worker }: ReadingOptions): Readings {
  const { usage, entries, ledger, keys } = stores;
  const view = () => gateway.view;
  const now = nowRoutes(
    { view, sources: gateway.sources, recorder, usage, ready: () => gateway.ready(), worker },
    (what, cause) => events.fault(what, cause),
  );
  return {
    routes: [
      ...now.routes,
      ...spendRoutes({ spending: new Spending({ usage, entries }), usage, keys }),
      ...requestRoutes({ entries, ledger, keys, recorder }),
      ...modelRoutes({ view, recorder, whatIf: (request, shape) => gateway.whatIf(request, shape) }),
    ],
    close: () => now.close(),
  };
}

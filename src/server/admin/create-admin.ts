import { Operators } from '../../accounts/operators/operators.ts';
import type { Stores } from '../../accounts/store/ports.ts';
import type { Accounting } from '../accounting.ts';
import type { GatewayServer } from '../gateway-server.ts';
import type { Observability } from '../observability.ts';
import type { Listen } from '../runtime/listener.ts';
import { createReadings } from './readings.ts';
import { adminRoutes } from './routes.ts';
import { AdminServer } from './server.ts';
import { sessionsOf } from './session-cookie.ts';

/** What of a running gateway its operators see and steer. */
export interface AdminOptions {
  readonly listen: Listen;
  /** Names it may be called by, in lower case. */
  readonly hosts: readonly string[];
  readonly version: string;
  readonly server: GatewayServer;
  readonly stores: Stores;
  readonly accounting: Accounting;
  readonly observability: Observability;
  /** This process as one of several; undefined: the only one. */
  readonly worker: { readonly index: number; readonly count: number } | undefined;
}

/** The operator's listener, with all its routes lead to. */
export function createAdmin(options: AdminOptions): AdminServer {
  const { listen, hosts, version, server, stores, accounting, observability, worker } = options;
  const { metrics, events, recorder } = observability;
  const operators = new Operators({
    store: stores.operators,
    now: Date.now,
    monotonic: () => performance.now(),
  });
  const readings = createReadings({ gateway: server, stores, recorder, events, worker });
  const routes = adminRoutes({
    version,
    readings: readings.routes,
    operators,
    stores,
    ready: () => server.ready(),
    metrics: () => metrics.text(),
    askGateway: (request) => server.answer(request),
    keyChanged: (keyId) =>
      accounting.revocations
        .publish(keyId)
        .catch((cause: unknown) => events.fault('other nodes could not be told of a changed key', cause)),
    tell: (what) => events.notice(what),
    now: Date.now,
  });
  return new AdminServer({
    listen,
    hosts,
    routes,
    sessions: sessionsOf(operators),
    onStop: () => readings.close(),
    onFault: (what, cause) => events.fault(what, cause),
  });
}

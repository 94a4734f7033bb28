import { chmodSync } from 'node:fs';
import type { Listen, Listener } from '../runtime/listener.ts';
import { loadListen } from '../runtime/select.ts';
import { removeStaleSocket } from '../runtime/stale-socket.ts';
import { createAdminApp } from './app.ts';
import { hostsOf } from './edge.ts';
import type { SessionReader } from './operator.ts';
import type { AdminRoute } from './route-table.ts';

/** A connection that is quiet for so long is closed. */
const IDLE_TIMEOUT_S = 30;

/** What answers get to write their last bytes when the server stops. */
const GRACE_MS = 500;

export interface AdminServerOptions {
  readonly listen: Listen;
  /** Names it may be called by, in lower case. */
  readonly hosts: readonly string[];
  readonly routes: readonly AdminRoute[];
  readonly sessions: SessionReader;
  readonly onFault: (what: string, cause: unknown) => void;
  /** Ends what would otherwise go on as long as somebody listens. */
  readonly onStop: () => void;
}

/** The operator's listener. It goes on while the gateway drains, so that its end can be watched. */
export class AdminServer {
  readonly #options: AdminServerOptions;
  #listener: Listener | undefined;

  constructor(options: AdminServerOptions) {
    this.#options = options;
  }

  /** Begins to listen; returns the address. */
  async start(): Promise<string> {
    const { listen: at, hosts, routes, sessions, onFault } = this.#options;
    const listen = await loadListen();
    if (at.kind === 'unix') await removeStaleSocket(at.path);
    const handle = createAdminApp({
      routes,
      sessions,
      answersTo: hostsOf(at, hosts),
      connection: {
        holdOpen: (request) => this.#listener?.holdOpen(request),
        peerOf: (request) => this.#listener?.peerOf(request) ?? '',
      },
      onFault,
    });
    this.#listener = listen({ listen: at, handle, idleTimeoutS: IDLE_TIMEOUT_S });
    // The umask may let everybody in.
    if (at.kind === 'unix') chmodSync(at.path, 0o660);
    return this.#listener.url;
  }

  async stop(): Promise<void> {
    this.#options.onStop();
    const listener = this.#listener;
    if (listener === undefined) return;
    // What was just answered is still on its way.
    const { promise: isLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GRACE_MS);
    await Promise.race([listener.drain(), isLate]);
    clearTimeout(timer);
    await listener.close();
  }
}

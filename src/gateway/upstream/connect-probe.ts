import { connect, isIP } from 'node:net';
import type { Ticker } from '../ticker.ts';
import type { Probe } from './port.ts';

/** Nobody answers there. Who refuses is there; a name that is not found, or a TLS failure, `fetch` finds out itself. */
const UNREACHABLE = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN']);

/**
 * Opens a TCP connection beside a `fetch` that has no answer: `fetch` does not tell whether it is connected, and waits
 * for a host that drops packets as long as for a slow one. Requests that ask at the same time share one connection, and
 * one that was made after a request was sent answers for it.
 */
export class ConnectProbe implements Probe {
  readonly #host: string;
  readonly #port: number;
  #connectedMs = Number.NEGATIVE_INFINITY;
  #running: Promise<boolean> | undefined;

  constructor({ hostname, port, protocol }: URL) {
    this.#host = hostname.replace(/^\[|\]$/g, '');
    this.#port = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  }

  async isReachable(sinceMs: number, withinMs: number, ticker: Ticker): Promise<boolean> {
    if (this.#connectedMs >= sinceMs) return true;
    this.#running ??= this.#connect(withinMs, ticker);
    return this.#running;
  }

  async #connect(withinMs: number, ticker: Ticker): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const socket = connect({ host: this.#host, port: this.#port });
    // A resolver that hangs says nothing about a request that may have its connection since long.
    let hasAddress = isIP(this.#host) !== 0;
    socket.on('lookup', (error: Error | null) => (hasAddress = !error));
    socket.on('connect', () => resolve(true));
    socket.on('error', (error: Error & { code?: string }) => resolve(!UNREACHABLE.has(error.code ?? '')));
    const cancel = ticker.after(withinMs, () => resolve(!hasAddress));
    const isReachable = await promise;
    cancel();
    socket.destroy();
    if (isReachable) this.#connectedMs = ticker.time();
    this.#running = undefined;
    return isReachable;
  }
}

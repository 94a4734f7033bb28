import type { Shape } from '../../protocol/shape.ts';
import type { Ticker } from '../ticker.ts';

/** One request to a model server, complete but for its origin and credential, which the upstream adds itself. */
export interface UpstreamRequest {
  readonly shape: Shape;
  /** Path below the base URL the shape's official SDK takes: `/chat/completions`, `/v1/messages`. */
  readonly path: string;
  /**
   * Headers of the client's that the shape allows through (`anthropic-version`, `anthropic-beta`), and the trace where
   * the provider is told it; undefined = none.
   */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The position of the provider's key to use. */
  readonly key: number;
  /** Aborting it closes the upstream's socket, before and within the answer. */
  readonly signal: AbortSignal;
}

/** Tells a server that is slow to answer from one that nobody can reach. */
export interface Probe {
  /**
   * Whether a connection comes about within `withinMs`, or did since `sinceMs` (milliseconds on the ticker's clock).
   * True as well where that cannot be told. Never rejects.
   */
  isReachable(sinceMs: number, withinMs: number, ticker: Ticker): Promise<boolean>;
}

/**
 * A model server, as the gateway sees it. `send` resolves when status and headers are there; the body then
 * streams. It rejects with an `ApiError` when no answer came. Implemented over HTTP (`client.ts`) and by the
 * built-in demo model (`demo/`).
 */
export interface Upstream {
  send(request: UpstreamRequest): Promise<Response>;
  /** Left out where there is no connection to be made. */
  readonly probe?: Probe;
}

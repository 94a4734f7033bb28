import type { Shape } from '../../protocol/shape.ts';

/** How one vendor departs from its shape on the way; what its models take is in their capabilities. */
export interface Dialect {
  /** Whether a stream reports usage when asked with `stream_options.include_usage`. */
  readonly usageInStream: boolean;
  /** Whether a stream that ends without `finish_reason` or `[DONE]` counts as whole. */
  readonly eofWithoutDone: 'ok' | 'error';
  /** The header that carries the key. */
  readonly auth: 'bearer' | 'x-api-key' | 'api-key' | 'none';
}

export interface Timeouts {
  /** From the request until there must be a connection. */
  readonly connectMs: number;
  /** From the request to the answer's status line. */
  readonly firstByteMs: number;
  /** Between two reads of a stream. */
  readonly idleMs: number;
  /** The whole answer. */
  readonly totalMs: number;
}

/** A configured model server. */
export interface Provider {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly dialect: Dialect;
  readonly timeouts: Timeouts;
  /** Whether it is told the trace of a request. Left out: no. */
  readonly tellsTrace?: boolean;
}

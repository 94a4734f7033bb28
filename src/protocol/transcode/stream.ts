import type { ApiError } from '../api-error.ts';
import type { Oddities } from './oddities.ts';
import type { KeptTurn } from './ports.ts';
import type { Ended, Used } from './used.ts';

/**
 * `open`: more may come. `complete`: the upstream said the answer is whole. `failed`: it was cut, broke off or
 * reported an error, and the client was told so.
 */
export type StreamState = 'open' | 'complete' | 'failed';

/**
 * One answer on its way from the upstream's stream to the client's: a synchronous push object. What is sent and what
 * is billed come out of the same object: what the answer has used so far may be asked at any time, and is what it used
 * once it is over, however it ended. Bytes returned always end at a frame end, so a heartbeat may follow them.
 */
export interface StreamTranscoder extends Used, Ended {
  readonly state: StreamState;
  /**
   * Whether anything of the answer itself has come: text, reasoning, a call, an end. A role or a start is none, so what
   * fails before this can be asked for elsewhere.
   */
  readonly hasContent: boolean;
  /** The answer is whole, and only what stands beside it (usage, an end mark) may still come: not waited for long. */
  readonly awaitsEnd: boolean;
  /** Why the stream failed. */
  readonly error: ApiError | undefined;
  /** To be kept for the client's next turn, once the stream is complete. */
  readonly kept: KeptTurn | undefined;
  readonly oddities: Oddities;
  /** Takes what the upstream sent; returns what the client gets now (often the same array, sometimes nothing). */
  push(chunk: Uint8Array): Uint8Array;
  /** The upstream closed its stream. Returns the rest: the tail of a whole answer, or the error of a cut one. */
  end(): Uint8Array;
  /** The upstream's connection broke or a deadline passed: the error event that ends the client's stream. */
  fail(error: ApiError): Uint8Array;
}

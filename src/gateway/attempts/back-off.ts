import type { ApiError } from '../../protocol/api-error.ts';
import type { Ticker } from '../ticker.ts';

/** The first wait is about this long, each further one twice as long. */
const FIRST_MS = 250;
/** A client that is made to wait longer than this is better told so. */
const LONGEST_MS = 10_000;

/**
 * How long to wait before the same upstream is asked again; undefined: too long to wait for. `tries`: those made so
 * far. The wait is spread over half of its length, so that those who failed together do not come back together.
 */
export function backOffMs(error: ApiError, tries: number, random: () => number): number | undefined {
  const askedMs = Math.max(0, error.details.retryAfterS ?? 0) * 1000;
  if (askedMs > LONGEST_MS) return undefined;
  const ownMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1));
  return Math.max(askedMs, ownMs / 2 + (random() * ownMs) / 2);
}

/** A wait that ends at its time, or at once with why it was cut: the client left, the process stops. */
export class Pause {
  /** Rejects with the reason it was cut for. */
  readonly over: Promise<void>;
  readonly #cut: (reason: Error) => void;

  constructor(ticker: Ticker, ms: number) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = ticker.after(ms, resolve);
    this.over = promise;
    this.#cut = (reason) => {
      cancel();
      reject(reason);
    };
  }

  cut(reason: Error): void {
    this.#cut(reason);
  }
}

/** How long an observation matters. */
const MEMORY_MS = 10_000;
/** What a place nobody has heard from counts as for each request that waits for it. */
const UNKNOWN_MS = 1_000_000;

/**
 * How long a target takes to answer, as an average that a peak raises at once and that sinks again over ten seconds: a
 * place that becomes slow is left alone soon, and tried again when it has been forgotten.
 */
export class Latency {
  #ms = -1;
  #atMs = 0;

  observe(tookMs: number, now: number): void {
    const kept = Math.exp((this.#atMs - now) / MEMORY_MS);
    this.#ms = tookMs > this.#ms ? tookMs : this.#ms * kept + tookMs * (1 - kept);
    this.#atMs = now;
  }

  /** An answer that was not waited for: it would have taken longer, how much is not known. */
  observeAtLeast(tookMs: number, now: number): void {
    if (tookMs > this.#ms * Math.exp((this.#atMs - now) / MEMORY_MS)) this.observe(tookMs, now);
  }

  /**
   * The time a further request is to be expected to take beside those that wait: `pending` of the `waiting` ones of all
   * places it is compared with. At most twice the time observed, so that those who wait are spread among places that are
   * about as fast, and none is sent to a place several times as slow because many wait at the fast one.
   */
  load(pending: number, waiting: number, now: number): number {
    if (this.#ms < 0) return pending * UNKNOWN_MS;
    // Nothing is forgotten while somebody waits there: one request finds out how it is now, not all that come meanwhile.
    const kept = pending > 0 ? 1 : Math.exp((this.#atMs - now) / MEMORY_MS);
    return this.#ms * kept * (1 + pending / Math.max(1, waiting));
  }
}

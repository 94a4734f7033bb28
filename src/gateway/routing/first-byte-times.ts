/** Observations that are kept: enough for a 95th percentile, and few enough that it follows a change within a hundred requests. */
const KEPT = 100;
/** With fewer nothing is known. */
const LEAST = 20;
const SHARE = 0.95;

/** How long a target usually takes to begin to answer: of the last hundred times, the one that 95 % were below. */
export class FirstByteTimes {
  /** Made with the first observation: few targets are ever asked for this. */
  #times: Float64Array | undefined;
  #seen = 0;
  #p95: number | undefined;

  observe(tookMs: number): void {
    this.#times ??= new Float64Array(KEPT);
    this.#times[this.#seen++ % KEPT] = tookMs;
    this.#p95 = undefined;
  }

  /**
   * An answer that was not waited for until it began. Beyond the percentile it counts, however much longer it would have
   * taken: without it the percentile would sink each time somebody stops waiting. Below, it says nothing.
   */
  observeAtLeast(tookMs: number): void {
    if (tookMs >= (this.p95 ?? Number.POSITIVE_INFINITY)) this.observe(tookMs);
  }

  /** Milliseconds; undefined while too little is known. */
  get p95(): number | undefined {
    if (this.#times === undefined || this.#seen < LEAST) return undefined;
    // Sorting a hundred numbers takes about 4 µs, once for each observation at most.
    this.#p95 ??= quantile(this.#times.slice(0, this.#seen));
    return this.#p95;
  }
}

function quantile(times: Float64Array): number {
  times.sort();
  return times[Math.ceil(times.length * SHARE) - 1] as number;
}

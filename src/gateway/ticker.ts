/** Something with deadlines. `check` is called about every tick until it is taken out. */
export interface Ticking {
  check(now: number): void;
}

/**
 * One timer for all deadlines and heartbeats. A timer of its own for each chunk would cost more than the chunk
 * (1 µs to arm and disarm); a set costs 50 ns, and deadlines in seconds lose nothing by a quarter of one.
 */
export class Ticker {
  /** Milliseconds on a monotonic clock, as of the last tick; exact while nothing is watched. */
  now = performance.now();
  readonly #watched = new Set<Ticking>();
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #tickMs: number;

  constructor(tickMs = 250) {
    this.#tickMs = tickMs;
  }

  /** Milliseconds on the same clock, exactly. */
  time(): number {
    return performance.now();
  }

  /** Calls once, at its own time and not at a tick's: what waits must not all go on together. Returns how to prevent it. */
  after(ms: number, call: () => void): () => void {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  }

  watch(entry: Ticking): void {
    this.#watched.add(entry);
    if (this.#timer !== undefined) return;
    this.now = performance.now();
    this.#timer = setInterval(() => this.tick(performance.now()), this.#tickMs);
  }

  unwatch(entry: Ticking): void {
    this.#watched.delete(entry);
  }

  tick(now: number): void {
    this.now = now;
    for (const entry of this.#watched) entry.check(now);
    // Only here, so that a lone request after another does not make and clear a timer each time.
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** A time that is not before the present one: what is measured from it never ends early. */
  get soon(): number {
    return this.now + this.#tickMs;
  }

  get watching(): number {
    return this.#watched.size;
  }
}

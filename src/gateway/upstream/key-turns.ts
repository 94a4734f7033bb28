/** Whose turn it is among a provider's keys, by their positions. Times are milliseconds on one monotonic clock. */
export class KeyTurns {
  readonly count: number;
  readonly #restUntilMs: number[];
  #next = 0;

  constructor(count: number) {
    this.count = count;
    this.#restUntilMs = Array.from({ length: count }, () => 0);
  }

  /** `preferred`, unless it rests; else the next one that does not; of those that all rest the one that is first back. */
  take(now: number, preferred?: number): number {
    if (this.count === 1) return 0;
    if (preferred !== undefined && !this.#rests(preferred % this.count, now)) return preferred % this.count;
    let best = this.#next++ % this.count;
    if (!this.#rests(best, now)) return best;
    for (let step = 1; step < this.count; step++) {
      const key = (best + step) % this.count;
      if (!this.#rests(key, now)) return key;
    }
    for (let key = 0; key < this.count; key++) if (this.#until(key) < this.#until(best)) best = key;
    return best;
  }

  /** The key is refused or limited until then. */
  rest(key: number, untilMs: number): void {
    this.#restUntilMs[key] = untilMs;
  }

  /** Whether any key can be used now. */
  hasFresh(now: number): boolean {
    return this.#restUntilMs.some((untilMs) => untilMs <= now);
  }

  #rests(key: number, now: number): boolean {
    return this.#until(key) > now;
  }

  #until(key: number): number {
    return this.#restUntilMs[key] ?? 0;
  }
}

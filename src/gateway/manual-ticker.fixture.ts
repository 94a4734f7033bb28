import type { Ticker, Ticking } from './ticker.ts';

/** A ticker whose clock stands still until a test moves it. */
export class ManualTicker {
  now = performance.now();
  readonly #watched = new Set<Ticking>();

  get soon(): number {
    return this.now;
  }

  time(): number {
    return this.now;
  }

  after(ms: number, call: () => void): () => void {
    const entry: Ticking = {
      check: (now) => {
        if (now < atMs) return;
        this.#watched.delete(entry);
        call();
      },
    };
    const atMs = this.now + ms;
    this.#watched.add(entry);
    return () => this.#watched.delete(entry);
  }

  get watching(): number {
    return this.#watched.size;
  }

  watch(entry: Ticking): void {
    this.#watched.add(entry);
  }

  unwatch(entry: Ticking): void {
    this.#watched.delete(entry);
  }

  /** Sets the clock by the real one, for what measures from that. */
  catchUp(): void {
    this.advance(Math.max(0, performance.now() - this.now));
  }

  /** Moves the clock, with one check at the end. */
  advance(ms: number): void {
    this.now += ms;
    for (const entry of this.#watched) entry.check(this.now);
  }

  /** As what the gateway takes; the class is nominal because of its private members. */
  get ticker(): Ticker {
    return this as unknown as Ticker;
  }
}

/** What is asked for often, and asked anew only when its answer is older than a while. */
export class Kept<T> {
  readonly #forMs: number;
  readonly #ask: () => Promise<T>;
  #askedMs = Number.NEGATIVE_INFINITY;
  #answer: Promise<T> | undefined;

  constructor(forMs: number, ask: () => Promise<T>) {
    this.#forMs = forMs;
    this.#ask = ask;
  }

  get(): Promise<T> {
    const now = performance.now();
    if (this.#answer === undefined || now - this.#askedMs >= this.#forMs) {
      this.#askedMs = now;
      this.#answer = this.#ask();
    }
    return this.#answer;
  }
}

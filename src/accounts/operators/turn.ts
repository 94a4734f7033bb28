/** One at a time, and few waiting: what is dear cannot be asked for faster than it is done. */
export class Turn {
  readonly #mostWaiting: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(mostWaiting: number) {
    this.#mostWaiting = mostWaiting;
  }

  /** Undefined: too many wait already, and the work is not done. */
  take<T>(work: () => Promise<T>): Promise<T> | undefined {
    if (this.#waiting >= this.#mostWaiting) return undefined;
    this.#waiting++;
    const mine = this.#last.then(work).finally(() => this.#waiting--);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

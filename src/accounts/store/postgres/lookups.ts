interface Waiting<R> {
  readonly resolve: (record: R | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks records up many at a time: while one query is out, whoever asks meanwhile waits for the next one. A gateway asks
 * for each key in use every half second, so a thousand of them would be two thousand queries a second.
 */
export class Lookups<R> {
  readonly #find: (ids: readonly string[]) => Promise<readonly R[]>;
  readonly #idOf: (record: R) => string;
  #waiting = new Map<string, Waiting<R>[]>();
  #isOut = false;

  constructor(find: (ids: readonly string[]) => Promise<readonly R[]>, idOf: (record: R) => string) {
    this.#find = find;
    this.#idOf = idOf;
  }

  find(id: string): Promise<R | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<R | undefined>();
    const others = this.#waiting.get(id);
    if (others === undefined) this.#waiting.set(id, [{ resolve, reject }]);
    else others.push({ resolve, reject });
    if (!this.#isOut) void this.#send();
    return promise;
  }

  async #send(): Promise<void> {
    this.#isOut = true;
    while (this.#waiting.size > 0) {
      const waiting = this.#waiting;
      this.#waiting = new Map();
      try {
        const found = new Map((await this.#find([...waiting.keys()])).map((record) => [this.#idOf(record), record]));
        for (const [id, all] of waiting) for (const { resolve } of all) resolve(found.get(id));
      } catch (error) {
        for (const all of waiting.values()) for (const { reject } of all) reject(error);
      }
    }
    this.#isOut = false;
  }
}

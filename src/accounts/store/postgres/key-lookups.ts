import type { KeyRecord } from '../ports.ts';

interface Waiting {
  readonly resolve: (record: KeyRecord | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks keys up many at a time: while one query is out, whoever asks meanwhile waits for the next one. A gateway asks
 * for each key in use every half second, so a thousand of them would be two thousand queries a second.
 */
export class KeyLookups {
  readonly #find: (digests: readonly string[]) => Promise<readonly KeyRecord[]>;
  #waiting = new Map<string, Waiting[]>();
  #isOut = false;

  constructor(find: (digests: readonly string[]) => Promise<readonly KeyRecord[]>) {
    this.#find = find;
  }

  byDigest(digest: string): Promise<KeyRecord | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<KeyRecord | undefined>();
    const others = this.#waiting.get(digest);
    if (others === undefined) this.#waiting.set(digest, [{ resolve, reject }]);
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
        const found = new Map((await this.#find([...waiting.keys()])).map((record) => [record.digest, record]));
        for (const [digest, all] of waiting) for (const { resolve } of all) resolve(found.get(digest));
      } catch (error) {
        for (const all of waiting.values()) for (const { reject } of all) reject(error);
      }
    }
    this.#isOut = false;
  }
}

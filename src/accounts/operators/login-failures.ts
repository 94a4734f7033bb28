export interface LoginFailuresOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

interface Failures {
  count: number;
  lastAt: number;
}

const FREE = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const FORGOTTEN_MS = 15 * 60_000;
const MOST_KEPT = 10_000;

/** How often logins failed of late, by whatever they are counted by: five times are free, then each costs a longer wait. */
export class LoginFailures {
  readonly #now: () => number;
  /** In the order of their last failures. */
  readonly #failures = new Map<string, Failures>();

  constructor({ now }: LoginFailuresOptions) {
    this.#now = now;
  }

  /** How long the next try has to wait, in milliseconds. */
  waitMs(key: string): number {
    const known = this.#find(key);
    if (known === undefined || known.count < FREE) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (known.count - FREE), LONGEST_WAIT_MS);
    return Math.max(0, known.lastAt + wait - this.#now());
  }

  add(key: string): void {
    const known = this.#find(key);
    this.#failures.delete(key);
    this.#failures.set(key, { count: (known?.count ?? 0) + 1, lastAt: this.#now() });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MOST_KEPT) break;
      this.#failures.delete(oldest);
    }
  }

  /** Who got in has not failed. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  #find(key: string): Failures | undefined {
    const known = this.#failures.get(key);
    if (known === undefined || this.#now() - known.lastAt < FORGOTTEN_MS) return known;
    this.#failures.delete(key);
    return undefined;
  }
}

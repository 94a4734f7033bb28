import type { Settlement } from './ports.ts';
import type { Spool } from './spool.ts';

/** Settlements that the store could not take: in memory, and in the spool file in case the process dies meanwhile. */
export class Backlog {
  readonly #spool: Spool | undefined;
  readonly #onFault: (what: string, cause: unknown) => void;
  #kept: Settlement[] = [];
  #isSpooled = false;

  constructor(spool: Spool | undefined, onFault: (what: string, cause: unknown) => void) {
    this.#spool = spool;
    this.#onFault = onFault;
  }

  get size(): number {
    return this.#kept.length;
  }

  keep(settlements: readonly Settlement[]): void {
    if (settlements.length === 0) return;
    this.#kept.push(...settlements);
    if (this.#spool === undefined) return;
    try {
      this.#isSpooled = true;
      this.#spool.append(settlements);
    } catch (error) {
      this.#onFault('settlements are kept in memory alone', error);
    }
  }

  /** The oldest ones; they stay until `written`. */
  next(count: number): readonly Settlement[] {
    return this.#kept.length === 0 ? NONE : this.#kept.slice(0, count);
  }

  /** These, the oldest, are in the store. */
  written(settlements: readonly Settlement[]): void {
    if (settlements.length === 0) return;
    this.#kept.splice(0, settlements.length);
    if (this.#kept.length > 0 || !this.#isSpooled) return;
    try {
      this.#spool?.clear();
      this.#isSpooled = false;
    } catch (error) {
      // What is replayed from it settles nothing twice.
      this.#onFault('the spool file could not be cleared', error);
    }
  }
}

const NONE: readonly Settlement[] = [];

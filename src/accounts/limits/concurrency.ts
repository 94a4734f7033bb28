/** Who takes a place until it is given back, or until it is taken away. */
export interface Holder {
  /** Milliseconds on the clock of whoever counts; the same span after the start for every holder. */
  readonly expiresAt: number;
}

/** The requests of one key or account that are running in this process. */
export class Places {
  /** In the order they were taken, which is the order they expire in. */
  readonly #holders = new Set<Holder>();

  /** How many are taken. Those held too long are free again: whoever took them has forgotten them. */
  taken(now: number): number {
    for (const holder of this.#holders) {
      if (holder.expiresAt > now) break;
      this.#holders.delete(holder);
    }
    return this.#holders.size;
  }

  take(holder: Holder): void {
    this.#holders.add(holder);
  }

  free(holder: Holder): void {
    this.#holders.delete(holder);
  }
}

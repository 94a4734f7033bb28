/** What an upstream's answer had that its shape does not have, and was repaired or left out: counted by kind, for the log. */
export class Oddities {
  readonly #counts = new Map<string, number>();

  count(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  /** Counts what another part of the same answer had. */
  addAll(other: Oddities): void {
    for (const [kind, count] of other.#counts) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  /** Undefined when the answer was as it should be. */
  toJson(): Readonly<Record<string, number>> | undefined {
    return this.#counts.size === 0 ? undefined : Object.fromEntries(this.#counts);
  }
}

import { Consumer } from './consumer.ts';
import type { Limits, LimitScope } from './ports.ts';

/** Below so many, looking for idle ones is not worth it. */
const FEWEST_TO_SWEEP = 1000;

/**
 * The keys, or the accounts, that are remembered. Idle ones are swept out each time their number has doubled, so that a
 * request pays for no more than one step of it. Beyond `max`, the one seen first is forgotten if no request of it runs.
 */
export class Consumers {
  readonly #scope: LimitScope;
  readonly #max: number;
  readonly #byId = new Map<string, Consumer>();
  #sweepAt: number;

  constructor(scope: LimitScope, max: number) {
    this.#scope = scope;
    this.#max = max;
    this.#sweepAt = Math.min(FEWEST_TO_SWEEP, max);
  }

  get size(): number {
    return this.#byId.size;
  }

  find(id: string): Consumer | undefined {
    return this.#byId.get(id);
  }

  /** The one of that id, with these limits from now on. */
  of(id: string, limits: Limits, now: number): Consumer {
    const known = this.#byId.get(id);
    if (known !== undefined) {
      known.limits = limits;
      return known;
    }
    if (this.#byId.size >= this.#sweepAt) this.#sweep(now);
    const consumer = new Consumer(this.#scope, limits, now);
    this.#byId.set(id, consumer);
    return consumer;
  }

  clear(): void {
    this.#byId.clear();
  }

  #sweep(now: number): void {
    for (const [id, consumer] of this.#byId) if (consumer.isIdle(now)) this.#byId.delete(id);
    for (const [id, consumer] of this.#byId) {
      if (this.#byId.size < this.#max) break;
      if (consumer.places.taken(now) === 0) this.#byId.delete(id);
    }
    this.#sweepAt = Math.min(this.#max, Math.max(FEWEST_TO_SWEEP, this.#byId.size * 2));
  }
}

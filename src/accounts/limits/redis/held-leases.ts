import { clearInterval, setInterval } from 'node:timers';

/** A place that is held in Redis: under which key, and by which id. */
export interface HeldPlace {
  readonly places: string;
  readonly leaseId: string;
  /** Not renewed from then on; milliseconds on the clock of the one who holds it. */
  readonly heldUntil: number;
}

export interface HeldLeasesOptions {
  readonly now: () => number;
  readonly everyMs: number;
  /** Keeps up to `MOST_AT_ONCE` places of one consumer for another while. */
  readonly renew: (places: string, leaseIds: readonly string[]) => void;
}

/** A script is never interrupted: it should have no more to do than this. */
const MOST_AT_ONCE = 500;

/** The places this process holds, kept by a sign of life every so often. */
export class HeldLeases {
  readonly #now: () => number;
  readonly #renew: HeldLeasesOptions['renew'];
  readonly #held = new Map<string, Set<HeldPlace>>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor({ now, everyMs, renew }: HeldLeasesOptions) {
    this.#now = now;
    this.#renew = renew;
    this.#timer = setInterval(() => this.beat(), everyMs);
    this.#timer.unref();
  }

  add(place: HeldPlace): void {
    const beside = this.#held.get(place.places);
    if (beside === undefined) this.#held.set(place.places, new Set([place]));
    else beside.add(place);
  }

  remove(place: HeldPlace): void {
    const beside = this.#held.get(place.places);
    if (beside?.delete(place) === true && beside.size === 0) this.#held.delete(place.places);
  }

  /** Keeps what is held for another while. What was held too long has been forgotten by its holder, and is let go. */
  beat(): void {
    const now = this.#now();
    for (const [places, beside] of this.#held) {
      let ids: string[] = [];
      for (const place of beside) {
        if (place.heldUntil <= now) {
          this.remove(place);
          continue;
        }
        ids.push(place.leaseId);
        if (ids.length < MOST_AT_ONCE) continue;
        this.#renew(places, ids);
        ids = [];
      }
      if (ids.length > 0) this.#renew(places, ids);
    }
  }

  get all(): readonly HeldPlace[] {
    return [...this.#held.values()].flatMap((beside) => [...beside]);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#held.clear();
  }
}

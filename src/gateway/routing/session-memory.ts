import type { SessionFacts } from './session.ts';

/** A session nobody has heard of for so long is forgotten: no vendor keeps a prompt's cache longer. */
const KEPT_MS = 60 * 60 * 1000;
/** 200 bytes each. */
const MAX_SESSIONS = 20_000;

/** Where a session was served. */
export interface Pin {
  /** {@link TargetHealth.id} of its target. */
  readonly target: string;
  /** The position of the provider's key. */
  readonly key: number;
  /** As what a routed session was served, and by which of the models: several may have the same target. */
  readonly role?: string;
  readonly model?: string | undefined;
}

/** Where sessions were served last, in this process's memory. Times are milliseconds on one monotonic clock. */
export class Sessions {
  readonly #pins = new Map<string, Pin & { readonly atMs: number }>();

  find({ names, follows }: SessionFacts, now: number): Pin | undefined {
    if (!follows) return undefined;
    for (const name of names) {
      const pin = this.#pins.get(name);
      if (pin !== undefined && now - pin.atMs < KEPT_MS) return pin;
    }
    return undefined;
  }

  /** The session was answered there. */
  keep({ names: [name] }: SessionFacts, pin: Pin, now: number): void {
    if (name === undefined) return;
    this.#pins.delete(name);
    this.#pins.set(name, { ...pin, atMs: now });
    if (this.#pins.size > MAX_SESSIONS) this.#pins.delete(this.#pins.keys().next().value as string);
  }

  get size(): number {
    return this.#pins.size;
  }
}

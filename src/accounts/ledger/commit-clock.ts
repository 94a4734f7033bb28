/** What nobody waits for is written with what comes after it, but no later than this. */
const LATER_MS = 10;
/** For each millisecond a commit held up the process it has this many for itself. */
const REST_FACTOR = 2;
const MAX_REST_MS = 4;

/** Says when the next commit is due: at once when little is going on, and at least so far apart that other work gets on. */
export class CommitClock {
  readonly #onDue: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #immediate: ReturnType<typeof setImmediate> | undefined;
  #dueMs = Infinity;
  #restUntilMs = 0;

  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  ask(soon: boolean): void {
    if (!soon) {
      if (this.#dueMs === Infinity) this.askIn(LATER_MS);
      return;
    }
    if (this.#immediate !== undefined) return;
    const now = performance.now();
    if (this.#restUntilMs > now) this.askIn(this.#restUntilMs - now);
    else {
      this.#dueMs = now;
      clearTimeout(this.#timer);
      this.#immediate = setImmediate(this.#fire);
    }
  }

  askIn(ms: number): void {
    const due = performance.now() + ms;
    if (due >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = due;
    this.#timer = setTimeout(this.#fire, ms);
  }

  /** How long a commit held up the process. */
  tookMs(ms: number): void {
    this.#restUntilMs = performance.now() + Math.min(REST_FACTOR * ms, MAX_REST_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#dueMs = Infinity;
  }

  readonly #fire = (): void => {
    this.stop();
    this.#onDue();
  };
}

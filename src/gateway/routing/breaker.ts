/** Failures in a row that open a breaker. */
const IN_A_ROW = 5;
/** Or this share of the outcomes within the window, once there are enough of them to tell. */
const SHARE = 0.5;
const LEAST_OUTCOMES = 20;
/** The window is one to two of these long. */
const HALF_WINDOW_MS = 10_000;
/** The first pause; each failed probe doubles it. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;
/** A probe without a verdict for so long does not keep others from being sent. */
const PROBE_MS = 10_000;

/**
 * Keeps requests from what fails. Closed: all pass. Open: none until a pause is over. Half open: one request, the probe,
 * decides whether it closes or pauses twice as long. Times are milliseconds on one monotonic clock.
 */
export class Breaker {
  /** Whether it opened because it was asked to wait, not because something is broken. */
  isLimited = false;
  #untilMs = 0;
  #openedMs = 0;
  #pauseMs = 0;
  #probeUntilMs = 0;
  #inARow = 0;
  #windowMs = 0;
  #outcomes = 0;
  #failures = 0;
  #outcomesBefore = 0;
  #failuresBefore = 0;

  get isOpen(): boolean {
    return this.#untilMs > 0;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#inARow;
  }

  /** When the pause ends; 0 while closed. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /** Whether a request may pass now. */
  allows(now: number): boolean {
    return this.#untilMs === 0 || (now >= this.#untilMs && now >= this.#probeUntilMs);
  }

  /** A request passes; true when it is the probe, which has to come back with a verdict or be released. */
  enter(now: number): boolean {
    if (this.#untilMs === 0 || now < this.#untilMs || now < this.#probeUntilMs) return false;
    this.#probeUntilMs = now + PROBE_MS;
    return true;
  }

  /** The probe ended without a verdict: its client left. */
  release(): void {
    this.#probeUntilMs = 0;
  }

  /** `startedMs`: when the request that succeeded was sent. One from before the breaker opened proves nothing. */
  succeed(startedMs: number, now: number): void {
    this.#count(now, false);
    if (this.#untilMs === 0) {
      this.#inARow = 0;
      return;
    }
    if (startedMs < this.#openedMs) return;
    this.#untilMs = this.#probeUntilMs = this.#pauseMs = this.#inARow = 0;
    this.#outcomes = this.#failures = this.#outcomesBefore = this.#failuresBefore = 0;
    this.isLimited = false;
  }

  /** `leastMs`: the pause that was asked for, at least. */
  fail(startedMs: number, now: number, leastMs = 0): void {
    this.#count(now, true);
    this.#inARow++;
    if (this.#untilMs > 0) {
      // A failure of what was sent before it opened, or as a last resort, is no news.
      if (startedMs >= this.#openedMs && now >= this.#untilMs) this.#open(now, leastMs);
      return;
    }
    const outcomes = this.#outcomes + this.#outcomesBefore;
    const failures = this.#failures + this.#failuresBefore;
    if (this.#inARow >= IN_A_ROW || (outcomes >= LEAST_OUTCOMES && failures >= outcomes * SHARE)) {
      this.#open(now, leastMs);
    }
  }

  /** Opens at once for a time that is known. */
  rest(now: number, forMs: number, isLimited: boolean): void {
    const untilMs = now + forMs;
    this.#probeUntilMs = 0;
    if (untilMs <= this.#untilMs) return;
    this.#openedMs = now;
    this.#untilMs = untilMs;
    this.isLimited = isLimited;
  }

  #open(now: number, leastMs: number): void {
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs === 0 ? FIRST_PAUSE_MS : this.#pauseMs * 2);
    this.#openedMs = now;
    this.#untilMs = now + Math.max(this.#pauseMs, leastMs);
    this.#probeUntilMs = 0;
    this.isLimited = false;
  }

  #count(now: number, failed: boolean): void {
    const age = now - this.#windowMs;
    if (age >= HALF_WINDOW_MS) {
      const isNext = age < 2 * HALF_WINDOW_MS;
      this.#outcomesBefore = isNext ? this.#outcomes : 0;
      this.#failuresBefore = isNext ? this.#failures : 0;
      this.#outcomes = this.#failures = 0;
      this.#windowMs = now;
    }
    this.#outcomes++;
    if (failed) this.#failures++;
  }
}

/**
 * What is always allowed: so many at once, so that a provider can fail with as many requests under way, and so many more
 * each second. All but a few of them are for asking elsewhere: asking the same failing place again helps least and
 * burdens most.
 */
const RESERVE = 100;
const REPEATS = 10;
const REFILL_MS = 100;
/** What requests earn is kept up to what so many of them earn. */
const KEPT_REQUESTS = 1000;

/**
 * Bounds the further tries that one provider's failures cause, so that its outage is not made worse: each request to
 * it earns a share of a try. Times are milliseconds on one monotonic clock.
 */
export class RetryBudget {
  #reserve = RESERVE;
  #earned = 0;
  #refilledMs = 0;

  /** A request was sent for the first time. */
  earn(share: number): void {
    this.#earned = Math.min(this.#earned + share, KEPT_REQUESTS * share);
  }

  /**
   * Whether one more try is allowed; it is then taken. `isRepeat`: at a place that is known to fail, or beside one that
   * has not failed. A share of 0 allows none.
   */
  take(share: number, now: number, isRepeat: boolean): boolean {
    if (share === 0) return false;
    const refills = Math.floor((now - this.#refilledMs) / REFILL_MS);
    if (refills > 0) {
      this.#reserve = Math.min(RESERVE, this.#reserve + refills);
      this.#refilledMs = this.#reserve === RESERVE ? now : this.#refilledMs + refills * REFILL_MS;
    }
    if (this.#earned >= 1) {
      this.#earned--;
      return true;
    }
    if (this.#reserve < (isRepeat ? RESERVE - REPEATS + 1 : 1)) return false;
    this.#reserve--;
    return true;
  }
}

import { addReadings, type Reading } from './admission.ts';
import { type Holder, Places } from './concurrency.ts';
import { type Bucket, charge, credit, drain, emptyBucket } from './gcra.ts';
import type { Limits, LimitScope } from './ports.ts';

/** What one key, or one account, has used in this process. Times are milliseconds on one clock, integers. */
export class Consumer {
  readonly scope: LimitScope;
  /** As they were last told. */
  limits: Limits;
  readonly places = new Places();
  readonly #requests: Bucket;
  readonly #tokens: Bucket;

  constructor(scope: LimitScope, limits: Limits, now: number) {
    this.scope = scope;
    this.limits = limits;
    this.#requests = emptyBucket(now);
    this.#tokens = emptyBucket(now);
  }

  /** Adds where it stands with each of its limits, for a request of `tokens`. */
  read(readings: Reading[], tokens: number, now: number): void {
    const { rpm, tpm } = this.limits;
    if (rpm !== null) drain(this.#requests, now, rpm);
    if (tpm !== null) drain(this.#tokens, now, tpm);
    const used = { requests: this.#requests.used, tokens: this.#tokens.used, places: this.places.taken(now) };
    addReadings(readings, this.scope, this.limits, used, tokens);
  }

  /** Counts a request of `tokens`. Its limits have been read at the same moment. */
  take(holder: Holder, tokens: number): void {
    if (this.limits.rpm !== null) charge(this.#requests, 1);
    if (this.limits.tpm !== null) charge(this.#tokens, tokens);
    this.places.take(holder);
  }

  /** A request that was charged with `from` tokens at `chargedAt` is one of `to`. */
  correct(from: number, to: number, chargedAt: number, now: number): void {
    const { tpm } = this.limits;
    if (tpm === null) return;
    drain(this.#tokens, now, tpm);
    if (to > from) charge(this.#tokens, to - from);
    else credit(this.#tokens, from - to, chargedAt);
  }

  /** Whether forgetting it changes nothing. A request that runs may owe more than it was charged with. */
  isIdle(now: number): boolean {
    if (this.places.taken(now) > 0) return false;
    const { rpm, tpm } = this.limits;
    if (rpm !== null) drain(this.#requests, now, rpm);
    if (tpm !== null) drain(this.#tokens, now, tpm);
    return (rpm === null || this.#requests.used === 0) && (tpm === null || this.#tokens.used === 0);
  }
}

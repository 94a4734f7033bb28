import type { Admission, AdmissionRequest, Limiter } from './ports.ts';

/** Answers in place of limits that cannot be looked up: with a refusal, since nothing is to be let through without. */
export class ClosedLimiter implements Limiter {
  readonly #retryAfterMs: number;

  constructor(retryAfterMs = 1000) {
    this.#retryAfterMs = retryAfterMs;
  }

  admit(_request: AdmissionRequest): Admission {
    return { outcome: 'unavailable', retryAfterMs: this.#retryAfterMs };
  }

  async close(): Promise<void> {}
}

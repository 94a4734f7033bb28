/** How much a key, or an account, may use; null = as much as it likes. Whole numbers from 1 to `MAX_LIMIT`. */
export interface Limits {
  /** Requests a minute. */
  readonly rpm: number | null;
  /** Tokens a minute, input and output together. */
  readonly tpm: number | null;
  /** Requests at the same time. */
  readonly concurrency: number | null;
}

export const NO_LIMITS: Limits = { rpm: null, tpm: null, concurrency: null };

/** Beyond it the arithmetic of a bucket would leave the integers a double holds. */
export const MAX_LIMIT = 1_000_000_000;

export type LimitScope = 'key' | 'account';
export type LimitKind = 'requests' | 'tokens' | 'concurrency';

/** One limit, and where the caller stands with it. */
export interface LimitState {
  readonly scope: LimitScope;
  readonly kind: LimitKind;
  readonly limit: number;
  /** What may still be used at once; 0 where more was used than allowed. */
  readonly remaining: number;
  /** Milliseconds until all of it may be used again, if nothing more is; 0 for concurrency, which no time resets. */
  readonly resetMs: number;
}

export interface AdmissionRequest {
  /** What is counted as one key: of keys that were rotated one from the other the first, `Principal.budgetId`. */
  readonly keyId: string;
  readonly account: string;
  readonly keyLimits: Limits;
  readonly accountLimits: Limits;
  /** What the request is likely to use, input and output together; what is not a positive integer counts as 1. */
  readonly tokens: number;
}

/** Leave to go on, and the place that is taken meanwhile. No method throws; what fails in a store is told by the limiter. */
export interface Lease {
  /**
   * Says how many tokens it really was, in place of the estimate or of what was said before: what was too much is given
   * back, what was too little is owed. May be said again and again, before and after the release.
   */
  correct(tokens: number): void;
  /** Gives the place back. Only the first call counts. */
  release(): void;
}

export interface Admitted {
  readonly outcome: 'admitted';
  readonly lease: Lease;
  /** Every limit there is, this request counted. */
  readonly states: readonly LimitState[];
}

/** Refused, at no cost: nothing of it counts towards any limit. */
export interface Denied {
  readonly outcome: 'denied';
  /** The limit that will bar the request longest. */
  readonly by: LimitState;
  /** When that one may let such a request through; an estimate for concurrency. At least 1. */
  readonly retryAfterMs: number;
  readonly states: readonly LimitState[];
}

/** The limits cannot be looked up, and nothing is let through without. */
export interface Unavailable {
  readonly outcome: 'unavailable';
  readonly retryAfterMs: number;
}

export type Admission = Admitted | Denied | Unavailable;

/**
 * Counts what keys and accounts use. Every rate is a bucket (GCRA): a minute's worth may be used at once, and comes back
 * evenly over the minute. The contract suite is `limiter.contract.ts`.
 */
export interface Limiter {
  /**
   * Checks every limit of the key and its account and takes from all of them, or from none, in one atomic step. Answers
   * at once where no server has to be asked. Never rejects.
   *
   * A request for more tokens than a minute allows is let through when the bucket is full, and the rest is owed: refusing
   * it would refuse it for ever.
   */
  admit(request: AdmissionRequest): Admission | Promise<Admission>;
  /** Gives up every place held and stops what runs in the background. Does not wait for a server that does not answer. */
  close(): Promise<void>;
}

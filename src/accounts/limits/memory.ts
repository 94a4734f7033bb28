import { admitted, barring, denied, isUnlimited, type Reading, UNLIMITED } from './admission.ts';
import type { Holder } from './concurrency.ts';
import type { Consumer } from './consumer.ts';
import { Consumers } from './consumers.ts';
import { wholeCost } from './gcra.ts';
import type { Admission, AdmissionRequest, Lease, Limiter } from './ports.ts';

export interface MemoryLimiterOptions {
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  /** After this a lease is taken to be forgotten, and its place is free again. */
  readonly longestLeaseMs?: number;
  /** How many keys, and how many accounts, are remembered beside those whose requests run. */
  readonly maxConsumers?: number;
}

/** Longer than a request takes, retries and all. */
const LONGEST_LEASE_MS = 6 * 3_600_000;
const MAX_CONSUMERS = 100_000;

/** The limits of one process, exactly. */
export class MemoryLimiter implements Limiter {
  readonly #now: () => number;
  readonly #longestLeaseMs: number;
  readonly #keys: Consumers;
  readonly #accounts: Consumers;

  constructor({ now, longestLeaseMs = LONGEST_LEASE_MS, maxConsumers = MAX_CONSUMERS }: MemoryLimiterOptions) {
    this.#now = () => Math.floor(now());
    this.#longestLeaseMs = longestLeaseMs;
    this.#keys = new Consumers('key', maxConsumers);
    this.#accounts = new Consumers('account', maxConsumers);
  }

  admit(request: AdmissionRequest): Admission {
    const now = this.#now();
    const consumers = this.#consumersOf(request, now);
    if (consumers.length === 0) return UNLIMITED;
    const tokens = wholeCost(request.tokens, 1);
    const readings: Reading[] = [];
    for (const consumer of consumers) consumer.read(readings, tokens, now);
    const by = barring(readings);
    if (by !== undefined) return denied(readings, by);

    const holder: Holder = { expiresAt: now + this.#longestLeaseMs };
    for (const consumer of consumers) consumer.take(holder, tokens);
    return admitted(readings, tokens, this.#lease(request, consumers, holder, tokens, now));
  }

  /** How many keys and accounts are remembered. */
  get size(): number {
    return this.#keys.size + this.#accounts.size;
  }

  async close(): Promise<void> {
    this.#keys.clear();
    this.#accounts.clear();
  }

  /** Those of the key and its account that have limits. */
  #consumersOf({ keyId, keyLimits, account, accountLimits }: AdmissionRequest, now: number): readonly Consumer[] {
    const consumers: Consumer[] = [];
    if (!isUnlimited(keyLimits)) consumers.push(this.#keys.of(keyId, keyLimits, now));
    if (!isUnlimited(accountLimits)) consumers.push(this.#accounts.of(account, accountLimits, now));
    return consumers;
  }

  #lease(
    request: AdmissionRequest,
    consumers: readonly Consumer[],
    holder: Holder,
    estimated: number,
    admittedAt: number,
  ): Lease {
    let charged = estimated;
    return {
      correct: (tokens) => {
        const now = this.#now();
        const actual = wholeCost(tokens, 0);
        for (const consumer of this.#chargedFor(request, now)) consumer.correct(charged, actual, admittedAt, now);
        charged = actual;
      },
      release: () => {
        for (const consumer of consumers) consumer.places.free(holder);
      },
    };
  }

  /** Those a request's tokens were charged to. Looked up anew: one may have been idle, and forgotten, since the release. */
  #chargedFor({ keyId, keyLimits, account, accountLimits }: AdmissionRequest, now: number): readonly Consumer[] {
    const consumers: Consumer[] = [];
    if (keyLimits.tpm !== null) consumers.push(this.#keys.find(keyId) ?? this.#keys.of(keyId, keyLimits, now));
    if (accountLimits.tpm !== null) {
      consumers.push(this.#accounts.find(account) ?? this.#accounts.of(account, accountLimits, now));
    }
    return consumers;
  }
}

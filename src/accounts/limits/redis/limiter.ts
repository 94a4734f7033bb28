import { randomBytes } from 'node:crypto';
import type { Reply } from '../../redis/connection.ts';
import { inTime } from '../../redis/in-time.ts';
import type { RedisLink } from '../../redis/link.ts';
import { addReadings, admitted, barring, denied, type Reading, UNLIMITED } from '../admission.ts';
import { wholeCost } from '../gcra.ts';
import type { Admission, AdmissionRequest, Lease, Limiter } from '../ports.ts';
import { type HeldPlace, HeldLeases } from './held-leases.ts';
import { ADMIT, CORRECT, RENEW } from './scripts.ts';
import { type StoredConsumer, storedConsumers } from './stored-consumer.ts';

export interface RedisLimiterOptions {
  readonly link: RedisLink;
  /** What answers while Redis does not: the limits of this process, or nothing but refusals. */
  readonly fallback: Limiter;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  /** After so long without a sign of life of this process its places are free again. */
  readonly leaseMs?: number;
  /** After so long a lease is taken to be forgotten, and is not kept any more. */
  readonly longestLeaseMs?: number;
}

const LEASE_MS = 60_000;
const LONGEST_LEASE_MS = 6 * 3_600_000;
/** Signs of life in the span of a lease: two may go astray. */
const BEATS = 3;

/**
 * The limits of all nodes that share a Redis, exactly, on its clock. What it counts is lost with it: after a restart
 * without persistence, or where it evicts keys, every bucket is full again.
 */
export class RedisLimiter implements Limiter {
  readonly #options: RedisLimiterOptions;
  readonly #link: RedisLink;
  readonly #leaseMs: number;
  readonly #longestLeaseMs: number;
  readonly #held: HeldLeases;
  /** No two processes share it. */
  readonly #processId = randomBytes(9).toString('base64url');
  #leases = 0;

  constructor(options: RedisLimiterOptions) {
    const { link, now, leaseMs = LEASE_MS, longestLeaseMs = LONGEST_LEASE_MS } = options;
    this.#options = options;
    this.#link = link;
    this.#leaseMs = leaseMs;
    this.#longestLeaseMs = longestLeaseMs;
    for (const script of [ADMIT, CORRECT, RENEW]) script.prepare(link);
    this.#held = new HeldLeases({
      now,
      everyMs: Math.ceil(leaseMs / BEATS),
      renew: (places, leaseIds) => this.#unawaited(RENEW.tell(link, [places], [leaseMs, ...leaseIds])),
    });
  }

  admit(request: AdmissionRequest): Admission | Promise<Admission> {
    const consumers = storedConsumers(request);
    if (consumers.length === 0) return UNLIMITED;
    if (!this.#link.isUp) return this.#options.fallback.admit(request);
    return this.#ask(request, consumers);
  }

  async close(): Promise<void> {
    const given = this.#held.all.map((place) => this.#give(place));
    this.#held.close();
    await inTime(Promise.allSettled(given), this.#link.timeoutMs).catch(() => undefined);
    await this.#options.fallback.close();
  }

  async #ask(request: AdmissionRequest, consumers: readonly StoredConsumer[]): Promise<Admission> {
    const tokens = wholeCost(request.tokens, 1);
    const leaseId = `${this.#processId}:${(this.#leases++).toString(36)}`;
    const keys = consumers.flatMap(({ buckets, places }) => [buckets, places]);
    const limits = consumers.flatMap(({ limits: { rpm, tpm, concurrency } }) => [rpm ?? 0, tpm ?? 0, concurrency ?? 0]);
    // A request that was decided without it must not hold what came too late.
    const onLate = (reply: Reply): void => this.#read(reply, consumers, tokens, leaseId).undo?.();
    let reply: Reply;
    try {
      reply = await ADMIT.run(this.#link, keys, [tokens, leaseId, this.#leaseMs, ...limits], onLate);
    } catch {
      return this.#options.fallback.admit(request);
    }
    return this.#read(reply, consumers, tokens, leaseId).admission;
  }

  #read(reply: Reply, consumers: readonly StoredConsumer[], tokens: number, leaseId: string) {
    const [isTaken = 0, at = 0, ...found] = reply as readonly number[];
    const readings: Reading[] = [];
    for (const [index, { scope, limits }] of consumers.entries()) {
      const [requests = 0, used = 0, places = 0] = found.slice(index * 3, index * 3 + 3);
      addReadings(readings, scope, limits, { requests, tokens: used, places }, tokens);
    }
    const by = isTaken === 1 ? undefined : barring(readings);
    if (by !== undefined) return { admission: denied(readings, by) };
    const lease = this.#lease(consumers, tokens, at, leaseId);
    const undo = (): void => {
      lease.correct(0);
      lease.release();
    };
    return { admission: admitted(readings, tokens, lease), undo };
  }

  #lease(consumers: readonly StoredConsumer[], estimated: number, admittedAt: number, leaseId: string): Lease {
    const heldUntil = this.#options.now() + this.#longestLeaseMs;
    const places: readonly HeldPlace[] = consumers
      .filter(({ limits }) => limits.concurrency !== null)
      .map((consumer) => ({ places: consumer.places, leaseId, heldUntil }));
    for (const place of places) this.#held.add(place);
    const counted = consumers.filter(({ limits }) => limits.tpm !== null);
    let charged = estimated;
    let isReleased = false;
    return {
      correct: (tokens) => {
        const actual = wholeCost(tokens, 0);
        if (counted.length === 0 || actual === charged) return;
        const keys = counted.map(({ buckets }) => buckets);
        const rates = counted.map(({ limits }) => limits.tpm ?? 0);
        this.#unawaited(CORRECT.tell(this.#link, keys, [charged, actual, admittedAt, ...rates]));
        charged = actual;
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        for (const place of places) {
          this.#held.remove(place);
          this.#unawaited(this.#give(place));
        }
      },
    };
  }

  #give({ places, leaseId }: HeldPlace): Promise<Reply> {
    return this.#link.tell(['ZREM', places, leaseId]);
  }

  /**
   * Where it fails, the link has told of it. A place that was not given back is free when the lease ends, and for tokens
   * the estimate stands.
   */
  #unawaited(sent: Promise<Reply>): void {
    sent.catch(() => undefined);
  }
}

import type { ApiError } from '../../protocol/api-error.ts';
import { Breaker } from './breaker.ts';
import { FirstByteTimes } from './first-byte-times.ts';
import { Latency } from './latency.ts';
import { RetryBudget } from './retry-budget.ts';

/** What only the operator can mend is looked at again after this. */
const MENDED_AFTER_MS = 60_000;
const LONGEST_REST_MS = 60_000;

/** What is known of one model server, whatever is asked of it. */
export class ProviderHealth {
  /** Of its connections alone. */
  readonly breaker = new Breaker();
  readonly budget = new RetryBudget();
}

/** What is known of one model at one provider. Times are milliseconds on one monotonic clock. */
export class TargetHealth {
  readonly id: string;
  readonly provider: ProviderHealth;
  readonly breaker = new Breaker();
  readonly latency = new Latency();
  /** Of whole answers and of streams, where requests are hedged: the one takes far longer than the other. */
  readonly firstByte = { json: new FirstByteTimes(), stream: new FirstByteTimes() };
  /** Requests under way. */
  pending = 0;

  constructor(id: string, provider: ProviderHealth) {
    this.id = id;
    this.provider = provider;
  }

  /** Whether a request may be sent there now. */
  isUp(now: number): boolean {
    return this.breaker.allows(now) && this.provider.breaker.allows(now);
  }

  /** Whether something there is broken, as against asked to be left alone for a while. */
  isDead(now: number): boolean {
    return !this.isUp(now) && !(this.breaker.isLimited && this.provider.breaker.allows(now));
  }

  /** When it may be tried again: the least bad of several that are down comes first. */
  get badUntilMs(): number {
    return Math.max(this.breaker.untilMs, this.provider.breaker.untilMs);
  }

  /** `waiting`: requests under way at all targets it is compared with. */
  load(waiting: number, now: number): number {
    return this.latency.load(this.pending, waiting, now);
  }

  /** A request is under way there; returns what ends that, once. */
  enter(now: number): () => void {
    const probes = [this.breaker, this.provider.breaker].filter((breaker) => breaker.isOpen && breaker.enter(now));
    this.pending++;
    let isUnderWay = true;
    return () => {
      if (!isUnderWay) return;
      isUnderWay = false;
      this.pending--;
      for (const breaker of probes) breaker.release();
    };
  }

  succeeded(startedMs: number, now: number): void {
    this.provider.breaker.succeed(startedMs, now);
    this.breaker.succeed(startedMs, now);
  }

  /** `keysLeft`: another of the provider's keys is yet to be tried, so what is said of one is not said of the target. */
  failed(error: ApiError, startedMs: number, now: number, keysLeft: boolean): void {
    if (isUnreachable(error)) {
      this.provider.breaker.fail(startedMs, now);
      this.breaker.fail(startedMs, now);
      return;
    }
    if (error.code !== 'upstream_unavailable' && error.code !== 'upstream_timeout') {
      this.provider.breaker.succeed(startedMs, now);
    }
    const restMs = restOf(error);
    if (restMs !== undefined) {
      if (!keysLeft) this.breaker.rest(now, restMs, error.code === 'upstream_rate_limited');
    } else if (error.failover === 'never') this.breaker.succeed(startedMs, now);
    else this.breaker.fail(startedMs, now, retryAfterMs(error));
  }
}

function isUnreachable(error: ApiError): boolean {
  return error.code === 'upstream_unavailable' && error.failover === 'next';
}

/** For how long a failure says that nothing else is to be expected of the key or the target; undefined: it does not say. */
export function restOf(error: ApiError): number | undefined {
  switch (error.code) {
    case 'upstream_rate_limited':
      return Math.max(1000, retryAfterMs(error));
    case 'upstream_quota':
    case 'upstream_auth':
    case 'upstream_misconfigured':
    case 'loop_detected':
      return MENDED_AFTER_MS;
    default:
      return undefined;
  }
}

/** Whether a failure is the key's, so that another one may do. */
export function isKeyFailure({ code }: ApiError): boolean {
  return code === 'upstream_auth' || code === 'upstream_rate_limited' || code === 'upstream_quota';
}

function retryAfterMs({ details: { retryAfterS = 0 } }: ApiError): number {
  return Math.min(LONGEST_REST_MS, retryAfterS * 1000);
}

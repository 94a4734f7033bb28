import { ApiError } from '../protocol/api-error.ts';
import { ClientGone } from './attempt.ts';
import { backOffMs, Pause } from './back-off.ts';
import { canRepeat, isPassing, isUpstreams, rank } from './failover-rules.ts';
import type { Target } from './routing/catalogue.ts';
import { isKeyFailure, restOf } from './routing/health.ts';
import type { Plan } from './routing/plan.ts';
import { type Sending, tryTarget } from './try-target.ts';

/** How often a failed try may be followed by another one. */
export interface RetryPolicy {
  /** Upstream tries of one request, the first included. */
  readonly attempts: number;
  /** Further tries may be at most this share of all requests, from 0 to 1. */
  readonly budget: number;
}

export interface FailoverOptions {
  readonly retry: RetryPolicy;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** A target has begun to answer. */
  readonly onAnswering: (target: Target, key: number) => void;
  /** The answer is over, with why if it did not end well. */
  readonly onEnd: (reason: Error | undefined) => void;
}

/** A target and the position of the key it is asked with. */
interface Choice {
  readonly target: Target;
  readonly key: number;
}

interface Failure {
  readonly error: ApiError;
  readonly choice: Choice;
}

/**
 * The tries of one request, one after the other until one is answered: at the next key of a provider, at the next target
 * of the plan, or, after a pause, at the same one where there is no other. What failed before the client got a byte is
 * tried again; what may have been done all the same, once at most.
 */
export class Failover {
  readonly #sending: Sending;
  readonly #plan: Plan;
  readonly #options: FailoverOptions;
  /** How far the plan has been followed. */
  #at = 0;
  /** Keys of the present target that failed. */
  #keysFailed = 0;
  #mayHaveCost = false;
  #hasStayed = false;
  #toTell: Failure | undefined;

  constructor(sending: Sending, plan: Plan, options: FailoverOptions) {
    this.#sending = sending;
    this.#plan = plan;
    this.#options = options;
  }

  /** Rejects with the error that the client is to see, or with {@link ClientGone}. */
  async run(): Promise<Response> {
    let choice = this.#choose(this.#plan.targets[0] as Target, this.#plan.key);
    for (;;) {
      const { exchange, ticker } = this.#sending;
      const startedMs = ticker.time();
      const triesBefore = exchange.attempts;
      try {
        return await this.#try(choice, startedMs);
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause;
        const wasSent = exchange.attempts > triesBefore;
        if (wasSent) this.#note(choice, cause, startedMs);
        choice = await this.#next({ error: cause, choice }, wasSent);
      }
    }
  }

  async #try({ target, key }: Choice, startedMs: number): Promise<Response> {
    const { health } = target;
    const { request, ticker, exchange } = this.#sending;
    if (request.signal.aborted) throw new ClientGone('the client closed the connection');
    let leave = () => undefined as void;
    try {
      const response = await tryTarget(this.#sending, target, key, {
        onSent: () => {
          if (exchange.attempts === 1) health.provider.budget.earn(this.#options.retry.budget);
          leave = health.enter(startedMs);
        },
        onEnd: (reason) => {
          leave();
          if (reason instanceof ApiError && isUpstreams(reason)) health.failed(reason, startedMs, ticker.time(), false);
          this.#options.onEnd(reason);
        },
      });
      const now = ticker.time();
      health.succeeded(startedMs, now);
      health.latency.observe(now - startedMs, now);
      this.#options.onAnswering(target, key);
      return response;
    } catch (cause) {
      leave();
      throw cause;
    }
  }

  /** What a failed try says about its key and its target. */
  #note({ target, key }: Choice, error: ApiError, startedMs: number): void {
    const { exchange, ticker } = this.#sending;
    const now = ticker.time();
    exchange.lose(error, now - startedMs);
    if (!isUpstreams(error)) return;
    const { keys } = target.provider;
    if (isKeyFailure(error)) {
      keys.rest(key, now + (restOf(error) ?? 0));
      this.#keysFailed++;
    }
    const keysLeft = this.#keysFailed < keys.count && keys.hasFresh(now);
    target.health.failed(error, startedMs, now, keysLeft);
  }

  /** Where to try next, after a pause where there has to be one. Throws where the client is to be told. */
  async #next(failure: Failure, wasSent: boolean): Promise<Choice> {
    const { error, choice } = failure;
    const { exchange } = this.#sending;
    if (wasSent && this.#withholdsThinking(failure)) return choice;
    // What one target cannot be asked for says nothing about a request that others were asked for.
    if (error.failover === 'never' && (wasSent || exchange.attempts === 0)) throw error;
    if (this.#toTell === undefined || rank(error) >= rank(this.#toTell.error)) this.#toTell = failure;
    const next = this.#find(failure, wasSent);
    if (next === undefined || (wasSent && !this.#isAllowed(choice, next.choice))) throw this.#giveUp();
    if (next.pauseMs > 0) await this.#pause(next.pauseMs);
    return next.choice;
  }

  /** The same target would answer but for the thinking it was sent, which another model signed: it is asked without, once. */
  #withholdsThinking({ error, choice }: Failure): boolean {
    const { exchange, thinking } = this.#sending;
    return (
      exchange.attempts < this.#options.retry.attempts &&
      thinking?.withhold(error, choice.target.family) === true &&
      this.#isAllowed(choice, choice)
    );
  }

  #find({ error, choice }: Failure, wasSent: boolean): { choice: Choice; pauseMs: number } | undefined {
    const { target } = choice;
    const { exchange, ticker } = this.#sending;
    const { targets, stays } = this.#plan;
    if (wasSent) {
      if (this.#mayHaveCost || exchange.attempts >= this.#options.retry.attempts) return undefined;
      this.#mayHaveCost = error.failover === 'once';
      const { keys } = target.provider;
      if (isKeyFailure(error) && this.#keysFailed < keys.count && keys.hasFresh(ticker.time())) {
        return { choice: this.#choose(target), pauseMs: 0 };
      }
      if (stays && this.#at === 0 && !this.#hasStayed && isPassing(error)) {
        this.#hasStayed = true;
        const pauseMs = this.#pauseFor(error);
        if (pauseMs !== undefined) return { choice, pauseMs };
      }
      if (targets.length === 1) {
        const pauseMs = canRepeat(error) ? this.#pauseFor(error) : undefined;
        return pauseMs === undefined ? undefined : { choice: this.#choose(target, choice.key), pauseMs };
      }
    }
    const next = this.#nextTarget();
    if (next === undefined) return undefined;
    this.#keysFailed = 0;
    return { choice: this.#choose(next), pauseMs: 0 };
  }

  /** The plan's next one: one that went down meanwhile only where nothing else is left. */
  #nextTarget(): Target | undefined {
    const { targets } = this.#plan;
    const now = this.#sending.ticker.time();
    let at = this.#at + 1;
    while (at < targets.length - 1 && targets[at]?.health.isUp(now) === false) at++;
    this.#at = at;
    return targets[at];
  }

  #choose(target: Target, preferred?: number): Choice {
    return { target, key: target.provider.keys.take(this.#sending.ticker.time(), preferred) };
  }

  #pauseFor(error: ApiError): number | undefined {
    return backOffMs(error, this.#sending.exchange.attempts, this.#options.random);
  }

  #isAllowed({ target, key }: Choice, next: Choice): boolean {
    const now = this.#sending.ticker.time();
    const isSame = next.target === target && next.key === key;
    const isRepeat = isSame || !next.target.health.isUp(now);
    return target.health.provider.budget.take(this.#options.retry.budget, now, isRepeat);
  }

  /** The error to tell: of several the one that lets the client try again, else the last. */
  #giveUp(): ApiError {
    const { error, choice } = this.#toTell as Failure;
    const { exchange } = this.#sending;
    exchange.provider = choice.target.provider.name;
    exchange.upstreamModel = choice.target.model;
    return error;
  }

  async #pause(ms: number): Promise<void> {
    const { request, ticker, inFlight, holdOpen } = this.#sending;
    holdOpen();
    const pause = new Pause(ticker, ms);
    const onGone = () => pause.cut(new ClientGone('the client closed the connection'));
    inFlight.pauses.add(pause);
    request.signal.addEventListener('abort', onGone);
    try {
      await pause.over;
    } finally {
      inFlight.pauses.delete(pause);
      request.signal.removeEventListener('abort', onGone);
    }
  }
}

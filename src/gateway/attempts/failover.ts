import { ApiError } from '../../protocol/api-error.ts';
import { ClientGone } from './attempt.ts';
import { backOffMs, Pause } from './back-off.ts';
import { canRepeat, isPassing, isUpstreams, rank } from './failover-rules.ts';
import { type Failure, Hedge, HedgeLost } from './hedge.ts';
import type { Target } from '../routing/catalogue.ts';
import { isKeyFailure, restOf } from '../routing/health.ts';
import type { Plan } from '../routing/plan.ts';
import { Tried } from './tried.ts';
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
  /** Whether a second target is asked as well when one takes long. */
  readonly hedge: boolean;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** A target has begun to answer. */
  readonly onAnswering: (target: Target, key: number) => void;
  /** The answer is over, with why if it did not end well. The end of a stream waits for what this gives back. */
  readonly onEnd: (reason: Error | undefined) => Promise<void> | undefined;
}

/** A target and the position of the key it is asked with. */
interface Choice {
  readonly target: Target;
  readonly key: number;
}

/** How long a stream's status line waits for content: what fails before it is asked for elsewhere, or told with a status of its own. */
const GATE_MS = 1500;

/**
 * The tries of one request, one after the other until one is answered: at the next key of a provider, at the next target
 * of the plan, or, after a pause, at the same one where there is no other. What failed before the client got a byte is
 * tried again; what may have been done all the same, once at most. Where the model says so, one of them may have a
 * second one beside it.
 */
export class Failover {
  readonly #sending: Sending;
  readonly #plan: Plan;
  readonly #options: FailoverOptions;
  /** How far the plan has been followed. */
  #at = 0;
  /** The target of each key that failed. */
  #keysFailed: readonly Target[] = [];
  #mayHaveCost = false;
  #hasStayed = false;
  #toTell: Failure | undefined;
  /** Whether the first answer of two may be waited for: never where a session has to stay. */
  readonly #mayHedge: boolean;
  readonly #gateMs: number;
  #hasHedged = false;

  constructor(sending: Sending, plan: Plan, options: FailoverOptions) {
    this.#sending = sending;
    this.#plan = plan;
    this.#options = options;
    this.#mayHedge = options.hedge && plan.targets.length > 1 && !plan.stays;
    // After its status line a stream has no other try: where content is raced for, it waits as long as it may be silent.
    this.#gateMs = this.#mayHedge ? Math.max(GATE_MS, sending.heartbeatMs) : GATE_MS;
  }

  /** Rejects with the error that the client is to see, or with {@link ClientGone}. */
  async run(): Promise<Response> {
    const { request, exchange, ticker } = this.#sending;
    let choice = this.#choose(this.#plan.targets[0] as Target, this.#plan.key);
    for (;;) {
      if (request.signal.aborted) throw new ClientGone('the client closed the connection');
      const tried = new Tried(choice.target, choice.key, ticker.time());
      exchange.tried = tried;
      const outcome = await (this.#mayHedge ? this.#tryHedged(tried) : this.#try(tried));
      if (outcome instanceof Response) return outcome;
      choice = await this.#next(outcome);
    }
  }

  /** Rejects where no other try can help. */
  async #try(tried: Tried, hedge?: Hedge): Promise<Response | Failure> {
    const { target, key, startedMs } = tried;
    const { health } = target;
    const { ticker, exchange } = this.#sending;
    let leave = () => undefined as void;
    try {
      const response = await tryTarget(this.#sending, tried, {
        gateMs: this.#gateMs,
        onSent: () => {
          if (exchange.attempts === 1) health.provider.budget.earn(this.#options.retry.budget);
          leave = health.enter(startedMs);
        },
        onReady: () => {
          hedge?.claim(tried);
          exchange.tried = tried;
        },
        onEnd: (reason) => {
          leave();
          if (reason instanceof ApiError && isUpstreams(reason)) health.failed(reason, startedMs, ticker.time(), false);
          return this.#options.onEnd(reason);
        },
      });
      const now = ticker.time();
      health.succeeded(startedMs, now);
      health.latency.observe(now - startedMs, now);
      if (this.#mayHedge) this.#firstByteOf(target).observe(now - startedMs);
      this.#options.onAnswering(target, key);
      return response;
    } catch (error) {
      leave();
      if (!(error instanceof ApiError)) throw error;
      if (tried.attempt !== undefined) this.#note(tried, error);
      return { error, tried };
    }
  }

  /** The same, with another target asked as well if this one has not begun to answer when it usually has. */
  async #tryHedged(tried: Tried): Promise<Response | Failure> {
    const afterMs = this.#hasHedged ? undefined : this.#firstByteOf(tried.target).p95;
    if (afterMs === undefined) return this.#try(tried);
    const hedge: Hedge = new Hedge({
      ticker: this.#sending.ticker,
      afterMs,
      ask: (one) => this.#try(one, hedge),
      second: () => this.#second(tried),
      onFailed: (failure, goesOn) => {
        this.#consider(failure);
        // The one that goes on is the further try that is left to it.
        this.#mayHaveCost ||= failure.error.failover === 'once';
        this.#sending.exchange.tried = goesOn;
      },
      onLost: (one) => this.#lose(one),
    });
    return hedge.run(tried);
  }

  /** The next target that is up, where a further try is left. */
  #second({ target }: Tried): Tried | undefined {
    const { targets } = this.#plan;
    const { attempts, budget } = this.#options.retry;
    const { request, exchange, ticker } = this.#sending;
    if (request.signal.aborted || this.#mayHaveCost || exchange.attempts >= attempts) return undefined;
    const now = ticker.time();
    const at = targets.findIndex(({ health }, i) => i > this.#at && health.isUp(now));
    const other = targets[at];
    // As narrow as for repeats: what is always allowed is for requests that have failed.
    if (other === undefined || !target.health.provider.budget.take(budget, now, true)) return undefined;
    this.#hasHedged = true;
    this.#at = at;
    const { key } = this.#choose(other);
    return new Tried(other, key, now);
  }

  /** Gives up a try that nobody waits for any more. It may have been as good as done. */
  #lose(tried: Tried): void {
    if (tried.attempt === undefined) return;
    const { exchange, ticker } = this.#sending;
    const now = ticker.time();
    const tookMs = now - tried.startedMs;
    exchange.lose(tried, 'hedge_lost', true, tookMs);
    tried.target.health.latency.observeAtLeast(tookMs, now);
    this.#firstByteOf(tried.target).observeAtLeast(tookMs);
    tried.attempt.abort(new HedgeLost());
  }

  #firstByteOf({ health }: Target) {
    return this.#sending.facts.stream ? health.firstByte.stream : health.firstByte.json;
  }

  /** What a failed try says about its key and its target. */
  #note(tried: Tried, error: ApiError): void {
    const { exchange, ticker } = this.#sending;
    const { target, key, startedMs } = tried;
    const now = ticker.time();
    exchange.lose(tried, error.code, error.failover === 'once', now - startedMs);
    if (!isUpstreams(error)) return;
    const { keys } = target.provider;
    if (isKeyFailure(error)) {
      keys.rest(key, now + (restOf(error) ?? 0));
      this.#keysFailed = [...this.#keysFailed, target];
    }
    target.health.failed(error, startedMs, now, this.#hasKeysLeft(target));
  }

  /** Where to try next, after a pause where there has to be one. Throws where the client is to be told. */
  async #next(failure: Failure): Promise<Choice> {
    const { error, tried } = failure;
    const { exchange } = this.#sending;
    const wasSent = tried.attempt !== undefined;
    exchange.tried = tried;
    if (wasSent && this.#withholdsThinking(failure)) return tried;
    // What one target cannot be asked for says nothing about a request that others were asked for.
    if (error.failover === 'never' && (wasSent || exchange.attempts === 0)) throw error;
    this.#consider(failure);
    const next = this.#find(failure, wasSent);
    if (next === undefined || (wasSent && !this.#isAllowed(tried, next.choice))) throw this.#giveUp();
    if (next.pauseMs > 0) await this.#pause(next.pauseMs);
    return next.choice;
  }

  /** The same target would answer but for the thinking it was sent, which another model signed: it is asked without, once. */
  #withholdsThinking({ error, tried }: Failure): boolean {
    const { exchange, thinking } = this.#sending;
    return (
      exchange.attempts < this.#options.retry.attempts &&
      thinking?.withhold(error, tried.target.family) === true &&
      this.#isAllowed(tried, tried)
    );
  }

  /** Of several failures the one is told that lets the client try again, else the last. */
  #consider(failure: Failure): void {
    if (this.#toTell === undefined || rank(failure.error) >= rank(this.#toTell.error)) this.#toTell = failure;
  }

  #find({ error, tried }: Failure, wasSent: boolean): { choice: Choice; pauseMs: number } | undefined {
    const { target } = tried;
    const { exchange } = this.#sending;
    const { targets, stays } = this.#plan;
    if (wasSent) {
      if (this.#mayHaveCost || exchange.attempts >= this.#options.retry.attempts) return undefined;
      this.#mayHaveCost = error.failover === 'once';
      if (isKeyFailure(error) && this.#hasKeysLeft(target)) return { choice: this.#choose(target), pauseMs: 0 };
      if (stays && this.#at === 0 && !this.#hasStayed && isPassing(error)) {
        this.#hasStayed = true;
        const pauseMs = this.#pauseFor(error);
        if (pauseMs !== undefined) return { choice: tried, pauseMs };
      }
      if (targets.length === 1) {
        const pauseMs = canRepeat(error) ? this.#pauseFor(error) : undefined;
        return pauseMs === undefined ? undefined : { choice: this.#choose(target, tried.key), pauseMs };
      }
    }
    const next = this.#nextTarget();
    return next === undefined ? undefined : { choice: this.#choose(next), pauseMs: 0 };
  }

  /** Whether another of the provider's keys is yet to be tried. */
  #hasKeysLeft(target: Target): boolean {
    const { keys } = target.provider;
    const failed = this.#keysFailed.filter((one) => one === target).length;
    return failed < keys.count && keys.hasFresh(this.#sending.ticker.time());
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

  /** The error to tell. */
  #giveUp(): ApiError {
    const { error, tried } = this.#toTell as Failure;
    this.#sending.exchange.tried = tried;
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

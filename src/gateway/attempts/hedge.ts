import type { ApiError } from '../../protocol/api-error.ts';
import type { Ticker } from '../ticker.ts';
import type { Tried } from './tried.ts';

/** A try that came to nothing. */
export interface Failure {
  readonly error: ApiError;
  readonly tried: Tried;
}

/** The other try was faster, or the request is over: nobody waits for this one any more. */
export class HedgeLost extends Error {
  override readonly name = 'HedgeLost';
}

export interface HedgeOptions {
  readonly ticker: Ticker;
  /** How long the first try has to begin to answer. */
  readonly afterMs: number;
  /** Makes a try. Rejects only where the request is over whatever another one does. */
  readonly ask: (tried: Tried) => Promise<Response | Failure>;
  /** The try to be made as well; undefined where there is none to be made. */
  readonly second: () => Tried | undefined;
  /** A try failed, and this one goes on. */
  readonly onFailed: (failure: Failure, goesOn: Tried) => void;
  /** Nobody waits for a try any more. */
  readonly onLost: (tried: Tried) => void;
}

/**
 * One try, and a second one beside it when the first takes long. The first whose answer is there is the answer; whatever
 * ends the race ends the other one at once, before anything else can happen.
 */
export class Hedge {
  readonly #options: HedgeOptions;
  /** In the order they were begun. */
  readonly #open = new Set<Tried>();
  readonly #outcome = Promise.withResolvers<Response | Failure>();
  #winner: Tried | undefined;
  /** The second target's, of what the first may still answer; no other would take it back. */
  #refusal: Failure | undefined;

  constructor(options: HedgeOptions) {
    this.#options = options;
  }

  /** The client is told of the first one while both are under way. Rejects with what ended the request. */
  async run(first: Tried): Promise<Response | Failure> {
    const { ticker, afterMs, second } = this.#options;
    const cancel = ticker.after(afterMs, () => {
      const other = this.#open.has(first) ? second() : undefined;
      if (other !== undefined) this.#begin(other, false);
    });
    this.#begin(first, true);
    try {
      return await this.#outcome.promise;
    } finally {
      cancel();
    }
  }

  /** A try's answer is there: it wins, unless the race is over. Throws then. */
  claim(tried: Tried): void {
    if (!this.#open.delete(tried)) throw new HedgeLost();
    this.#winner = tried;
    this.#dropAll();
  }

  #begin(tried: Tried, isFirst: boolean): void {
    this.#open.add(tried);
    this.#options.ask(tried).then(
      (outcome) => this.#end(tried, isFirst, outcome),
      (cause: unknown) => this.#break(tried, cause),
    );
  }

  #end(tried: Tried, isFirst: boolean, outcome: Response | Failure): void {
    if (this.#isLost(tried)) return;
    this.#open.delete(tried);
    if (outcome instanceof Response) {
      this.#outcome.resolve(outcome);
      return;
    }
    const isRefused = outcome.error.failover === 'never' && tried.attempt !== undefined;
    const [other] = this.#open;
    if (other === undefined || (isRefused && isFirst)) {
      this.#dropAll();
      this.#outcome.resolve(this.#refusal ?? outcome);
      return;
    }
    if (isRefused) this.#refusal = outcome;
    this.#options.onFailed(outcome, other);
  }

  /** The request is over: its client left, or the gateway failed. */
  #break(tried: Tried, cause: unknown): void {
    if (this.#isLost(tried)) return;
    const [told] = this.#open;
    if (told !== undefined) {
      this.#open.delete(told);
      told.attempt?.abort(cause as Error);
    }
    this.#dropAll();
    this.#outcome.reject(cause);
  }

  /** Whether another one has won: how this one ends is nobody's business, and may be known before the answer is made. */
  #isLost(tried: Tried): boolean {
    return this.#winner !== undefined && this.#winner !== tried;
  }

  #dropAll(): void {
    for (const tried of this.#open) this.#options.onLost(tried);
    this.#open.clear();
  }
}

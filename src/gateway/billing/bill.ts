import type { Ledger, Settlement } from '../../accounts/ledger/ports.ts';
import type { Lease } from '../../accounts/limits/ports.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { Exchange } from '../exchange.ts';
import type { Outcome } from '../outcome.ts';
import type { Target } from '../routing/catalogue.ts';
import { chargeOf, type Charge } from './charge.ts';
import { lostAttempts } from './lost-attempts.ts';

export interface BillOptions {
  readonly exchange: Exchange;
  readonly ledger: Ledger;
  readonly lease: Lease;
  readonly heldNano: bigint;
  /** Input tokens of the request at a target. */
  readonly estimateInput: (target: Target) => number;
  readonly onFault: (what: string, cause: unknown, requestId: string) => void;
}

/** What one request will come to: held for now, settled once, however it ends. */
export class Bill {
  readonly #options: BillOptions;
  #settled: Promise<void> | undefined;

  constructor(options: BillOptions) {
    this.#options = options;
  }

  /** Resolves when the entry is written, or kept to be written; undefined while the request goes on. */
  get settled(): Promise<void> | undefined {
    return this.#settled;
  }

  /** What an answer costs that ends well now. */
  charge(outcome: Outcome): Charge {
    const { exchange, heldNano, estimateInput } = this.#options;
    const { tried } = exchange;
    return chargeOf({
      outcome,
      told: tried?.told,
      wasAsked: tried?.attempt !== undefined && !tried.isLost,
      estimateInput: () => (tried === undefined ? 0 : estimateInput(tried.target)),
      price: tried?.target.price,
      heldNano,
      addedTokens: tried?.steered?.tokens ?? 0,
    });
  }

  /** Remembers what a stream has used so far, in case the process dies. */
  journal(atMs: number): void {
    const { exchange, ledger } = this.#options;
    // Of what nothing has come yet nothing would be charged either.
    if (this.#settled !== undefined || exchange.tried?.told?.hasOutput !== true) return;
    const { usage } = this.charge('interrupted');
    void ledger.journal({ requestId: exchange.requestId, usage, atMs });
  }

  /** The request is over. Only the first end counts. Returns what it came to. */
  settle(outcome: Outcome): Charge {
    const { exchange, ledger, lease, onFault } = this.#options;
    const charge = this.charge(outcome);
    if (this.#settled !== undefined) return charge;
    lease.correct(tokensOf(charge.usage));
    lease.release();
    this.#settled = ledger.settle(this.#settlement(outcome, charge)).then(
      () => undefined,
      (cause: unknown) =>
        onFault('a settlement could not be written; it is kept and tried again', cause, exchange.requestId),
    );
    return charge;
  }

  #settlement(outcome: Outcome, { usage, estimated, costNano, steeringTokens }: Charge): Settlement {
    const { exchange } = this.#options;
    const { tried } = exchange;
    return {
      requestId: exchange.requestId,
      outcome,
      usage,
      costNano,
      estimated,
      ...(tried === undefined ? {} : { price: tried.target.price }),
      ...(tried?.decision === undefined ? {} : { model: tried.decision.model }),
      provider: tried?.target.provider.name,
      upstreamModel: tried?.target.model,
      attempts: exchange.attempts,
      lost: lostAttempts(exchange),
      steeringTokens,
      settledAtMs: Date.now(),
    };
  }
}

function tokensOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

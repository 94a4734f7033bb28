import type { Ledger } from '../../accounts/ledger/ports.ts';
import type { Admitted, Limiter } from '../../accounts/limits/ports.ts';
import { refusalError } from '../../accounts/limits/refusal.ts';
import type { Principal } from '../../accounts/keys/keyring.ts';
import { budgetsOf } from '../../accounts/keys/budgets-of.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { RequestFacts } from '../../protocol/request.ts';
import type { Exchange } from '../exchange.ts';
import type { InputEstimates } from '../input-estimate.ts';
import { type Target, upstreamNameOf } from '../routing/catalogue.ts';
import { Bill } from './bill.ts';
import { deniedError } from './denied.ts';
import { upperBound } from './upper-bound.ts';

export interface AdmissionsOptions {
  readonly limiter: Limiter;
  readonly ledger: Ledger;
  readonly estimates: InputEstimates;
  readonly onFault: (what: string, cause: unknown, requestId: string) => void;
}

/** Who may go on: within the limits of the key and its account, and with the most it may cost held for. */
export class Admissions {
  readonly #options: AdmissionsOptions;

  constructor(options: AdmissionsOptions) {
    this.#options = options;
  }

  /**
   * Lets a request through, or rejects with the 429, the 402 or the 503 that says why not. What is given back holds a
   * place and an amount until it is settled.
   */
  async admit(
    exchange: Exchange,
    principal: Principal,
    facts: RequestFacts,
    targets: readonly Target[],
  ): Promise<Bill> {
    const { limiter, ledger, estimates, onFault } = this.#options;
    const { keyId, payer } = principal;
    const bound = upperBound(facts, targets, estimates);
    const admitting = limiter.admit({
      keyId: principal.budgetId,
      account: payer.account,
      keyLimits: principal.limits,
      accountLimits: payer.limits,
      tokens: bound.tokens,
    });
    const admission = admitting instanceof Promise ? await admitting : admitting;
    exchange.admission = admission;
    if (admission.outcome !== 'admitted') throw refusalError(admission);
    try {
      const atMs = Date.now();
      const held = await ledger.reserve({
        requestId: exchange.requestId,
        keyId,
        account: payer.account,
        model: exchange.decision?.model ?? facts.model,
        price: targets[0]?.price,
        amountNano: bound.amountNano,
        budgets: budgetsOf(principal),
        prepaid: payer.prepaid,
        atMs,
      });
      if (!held.granted) throw deniedError(held);
      return new Bill({
        exchange,
        ledger,
        lease: admission.lease,
        heldNano: bound.amountNano,
        estimateInput: (target) => estimates.estimate(facts, upstreamNameOf(target)),
        onFault,
      });
    } catch (cause) {
      this.#giveBack(admission);
      if (cause instanceof ApiError) throw cause;
      onFault('a request could not be held for', cause, exchange.requestId);
      throw new ApiError('service_unavailable', 'The ledger cannot be written at the moment', {
        cause,
        retryAfterS: 1,
      });
    }
  }

  #giveBack({ lease }: Admitted): void {
    lease.correct(0);
    lease.release();
  }
}

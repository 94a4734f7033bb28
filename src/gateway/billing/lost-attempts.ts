import type { LostAttempt } from '../../accounts/ledger/ports.ts';
import { costNano } from '../../accounts/pricing.ts';
import type { Exchange } from '../exchange.ts';

/** The tries that came to nothing, as the ledger keeps them: the operator's to pay. */
export function lostAttempts({ lost }: Exchange): readonly LostAttempt[] {
  return lost.map(({ provider, upstreamModel, errorCode, mayCost, usage, price }) => ({
    provider,
    upstreamModel,
    errorCode,
    mayCost,
    costNano: usage === undefined || price === undefined ? undefined : costNano(usage, price),
  }));
}

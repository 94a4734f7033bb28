import { costNano, type Price } from '../../accounts/pricing.ts';
import { NO_USAGE, type Usage } from '../../protocol/usage.ts';
import { CHARGES, type Outcome } from '../outcome.ts';
import type { Used } from '../../protocol/transcode/used.ts';
import type { Told } from '../attempts/tried.ts';
import { withoutSteering } from '../orchestra/without-steering.ts';

/** What a request comes to. */
export interface Charge {
  readonly usage: Usage;
  /** Whether any of the usage is the gateway's own count. */
  readonly estimated: boolean;
  readonly costNano: bigint;
  /** Input tokens that the gateway added, and that are not among `usage`. */
  readonly steeringTokens: number;
}

export interface ChargeOptions {
  readonly outcome: Outcome;
  /** What the answer tells of itself; undefined where there was none. */
  readonly told: Told | undefined;
  /** Whether an upstream was asked that has not failed, and how much input it got of the client's own, as an estimate. */
  readonly wasAsked: boolean;
  readonly estimateInput: () => number;
  /** Of the target that answered. */
  readonly price: Price | undefined;
  readonly heldNano: bigint;
  /** Tokens of the directive that was added to the prompt. */
  readonly addedTokens: number;
}

/** What a request comes to that no answer came of. */
export const NOTHING: Charge = { usage: NO_USAGE, estimated: false, costNano: 0n, steeringTokens: 0 };

/** What a request is charged, by how it ended. */
export function chargeOf(options: ChargeOptions): Charge {
  const { outcome, told, price, heldNano, addedTokens } = options;
  const rule = CHARGES[outcome];
  const used = rule === 'nothing' ? undefined : (told ?? leftWithout(options));
  if (used === undefined) return NOTHING;
  const { usage, taken } = withoutSteering(used.usage, told === undefined ? 0 : addedTokens);
  const charge = { usage, estimated: used.usageEstimated, steeringTokens: taken };
  // Who left may have left before there was anything; nobody else pays for a prompt that nothing came of.
  const isEmpty = outcome !== 'client_abort' && told?.hasOutput === false;
  if (price === undefined || isEmpty) return { ...charge, costNano: 0n };
  const cost = costNano(usage, price);
  // What was cut off is never dearer than the whole could have been.
  return { ...charge, costNano: rule === 'delivered' && cost > heldNano ? heldNano : cost };
}

/** A client that left before its answer began had its input read all the same. */
function leftWithout({
  outcome,
  wasAsked,
  estimateInput,
}: ChargeOptions): Pick<Used, 'usage' | 'usageEstimated'> | undefined {
  if (outcome !== 'client_abort' || !wasAsked) return undefined;
  return { usage: { ...NO_USAGE, inputTokens: estimateInput() }, usageEstimated: true };
}

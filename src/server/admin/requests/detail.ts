import type { LedgerEntry } from '../../../accounts/ledger/ports.ts';
import { formatUsd } from '../../../accounts/pricing.ts';
import { ApiError } from '../../../protocol/api-error.ts';
import type { RequestFinished } from '../../../telemetry/events.ts';
import { describeDecision } from '../decision.ts';
import { explainCost } from './cost.ts';
import type { RequestServices } from './list.ts';
import { type Known, toRow } from './row.ts';
import type { RequestDetail } from './schema.ts';
import { ledgerTimeline, timelineOf, usageAmounts } from './timeline.ts';

const FORM = /^req_th_[0-9a-f]{32}$/;

/** All that is known of one request; never what was said in it. Rejects with the 404. */
export async function readRequest(services: RequestServices, id: string): Promise<RequestDetail> {
  if (!FORM.test(id)) throw notFound();
  const event = services.recorder.requests.find(id);
  const entry = await services.ledger.entry(id);
  if (entry !== undefined) return detailOf({ entry, event }, services);
  if (event !== undefined) return detailOf({ entry, event }, services);
  throw notFound();
}

async function detailOf(known: Known, { keys }: RequestServices): Promise<RequestDetail> {
  const { entry, event } = known;
  const money = entry ?? (event as RequestFinished);
  const name = money.keyId === undefined ? undefined : (await keys.findById(money.keyId))?.name;
  // A request that was never held for is never charged, whatever its target's price.
  const price = entry === undefined ? (event?.settled === true ? event.price : undefined) : entry.price;
  const usage = entry?.usage ?? event?.usage;
  const { decision, trace, oddities } = event ?? {};
  return {
    ...toRow(known, () => name),
    timeline: event === undefined ? ledgerTimeline(entry as LedgerEntry) : timelineOf(event),
    held_usd: entry === undefined ? null : formatUsd(entry.heldNano),
    charged_usd: money.costNano === undefined ? null : formatUsd(money.costNano),
    ...explainCost(usage, price, money.costNano, entry?.heldNano),
    usage: usage === undefined ? null : usageAmounts(usage),
    steering: { applied: event?.steering ?? null, tokens: money.steeringTokens },
    decision: decision === undefined ? null : describeDecision(decision),
    warnings: [...(event?.warnings ?? [])],
    oddities: { ...oddities },
    finish_reason: event?.finishReason ?? null,
    replay_of: event?.replayOf ?? null,
    trace_id: trace?.context.traceId ?? null,
    detail: event === undefined ? 'ledger' : 'full',
  };
}

function notFound(): ApiError {
  return new ApiError(
    'not_found',
    'No request of that id has ended here. One that is under way is not listed; one that was refused is forgotten with the process that refused it',
  );
}

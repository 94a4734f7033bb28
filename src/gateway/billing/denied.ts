import type { Denied } from '../../accounts/ledger/ports.ts';
import type { BudgetPeriod } from '../../accounts/ledger/period.ts';
import { formatUsd } from '../../accounts/pricing.ts';
import { ApiError } from '../../protocol/api-error.ts';

const CALLED: Readonly<Record<BudgetPeriod, string>> = {
  day: "day's budget",
  week: "week's budget",
  month: "month's budget",
  total: 'budget',
};

/** The 402 for a request that is not paid for: whose limit stands in the way, and when it may be over. */
export function deniedError({
  holder,
  limit,
  period,
  limitNano,
  spentNano,
  heldNano,
  amountNano,
  resetsAtMs,
}: Denied): ApiError {
  const owner = holder === 'key' ? 'this API key' : 'the account of this API key';
  const left = limitNano - spentNano - heldNano;
  const what = limit === 'balance' ? 'balance' : `${CALLED[period]} of ${usd(limitNano)}`;
  const resets =
    resetsAtMs === undefined ? '' : `. It begins anew at ${new Date(resetsAtMs).toISOString().slice(0, 16)}Z`;
  return new ApiError(
    'insufficient_quota',
    `The ${what} of ${owner} does not cover this request: it may cost ${usd(amountNano)}, and ${usd(left > 0n ? left : 0n)} is left${resets}`,
  );
}

/** Dollars without zeros that say nothing: `0.5 USD`. */
function usd(nano: bigint): string {
  return `${formatUsd(nano).replace(/\.?0+$/, '')} USD`;
}

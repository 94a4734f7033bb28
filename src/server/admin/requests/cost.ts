import { priceDigest, writePrice } from '../../../accounts/ledger/price-version.ts';
import {
  type CostItem,
  formatExactNano,
  formatExactUsd,
  formatUsd,
  itemiseCost,
  type Price,
  roundNano,
} from '../../../accounts/pricing.ts';
import type { Usage } from '../../../protocol/usage.ts';
import type { CostLine, Rounding } from './schema.ts';

export interface CostSheet {
  readonly cost_lines: CostLine[];
  readonly rounding: Rounding | null;
  /** By which two requests are known to have been charged by the same price. */
  readonly price_version: string | null;
}

/** How a charge comes about. `chargedNano`: undefined where nothing was held. */
export function explainCost(
  usage: Usage | undefined,
  price: Price | undefined,
  chargedNano: bigint | undefined,
  heldNano: bigint | undefined,
): CostSheet {
  if (price === undefined) return { cost_lines: [], rounding: null, price_version: null };
  const price_version = priceDigest(writePrice(price)).slice(0, 12);
  if (usage === undefined) return { cost_lines: [], rounding: null, price_version };
  const items = itemiseCost(usage, price);
  const exact = items.reduce((sum, { millionths }) => sum + millionths, 0n);
  const rounded = roundNano(exact);
  const isLess = chargedNano !== undefined && chargedNano < rounded;
  const isCapped = isLess && chargedNano === heldNano && chargedNano > 0n;
  return {
    cost_lines: items.map((item) => toLine(item, usage, price)),
    rounding: {
      exact_usd: formatExactUsd(exact),
      rounded_usd: formatUsd(rounded),
      capped_by_hold: isCapped,
      waived: isLess && chargedNano === 0n,
    },
    price_version,
  };
}

function toLine({ kind, count, priceNano, millionths }: CostItem, usage: Usage, price: Price): CostLine {
  const isByUse = kind === 'server_tool_use' || kind === 'request';
  const amount = formatUsd(priceNano);
  const note = noteOn(kind, usage, price);
  return {
    kind,
    ...(isByUse ? { count: Number(count), usd_each: amount } : { tokens: Number(count), usd_per_million: amount }),
    nano_exact: formatExactNano(millionths),
    ...(note === undefined ? {} : { note }),
  };
}

/** Parts that have no price of their own, so no line. */
function noteOn(kind: CostItem['kind'], usage: Usage, price: Price): string | undefined {
  if (kind === 'output' && price.reasoning === undefined && usage.reasoningTokens > 0) {
    return `${usage.reasoningTokens} of them reasoning, at the price of output`;
  }
  if (kind === 'cache_write' && price.cacheWrite1h === undefined && (usage.cacheWrite1hTokens ?? 0) > 0) {
    return `${usage.cacheWrite1hTokens} of them for an hour, at the same price`;
  }
  return undefined;
}

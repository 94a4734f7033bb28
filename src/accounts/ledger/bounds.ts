import type { Usage } from '../../protocol/usage.ts';
import type { Reservation, Settlement } from './ports.ts';
import { RARE_COUNTS } from './usage-counts.ts';

/** No answer has a trillion tokens. A sum of 64 bits holds nine million such entries, so none can make it overflow. */
export const MAX_COUNT = 1e12;
/** A million dollars for one answer: beyond it something is wrong with the price, not with the bill. */
export const MAX_COST_NANO = 10n ** 15n;
/** The same for what is held: an upper bound may be far above what it comes to. */
const MAX_AMOUNT_NANO = MAX_COST_NANO;
/** A billion dollars: what may be added to it still fits into 64 bits. */
export const MAX_LIMIT_NANO = 10n ** 18n;

/** Throws a RangeError on what no store could hold. */
export function checkReservation({ amountNano, atMs, budgets }: Reservation): void {
  if (amountNano < 0n || amountNano > MAX_AMOUNT_NANO)
    throw new RangeError(`amountNano is out of range: ${amountNano}`);
  if (!Number.isSafeInteger(atMs) || atMs < 0) throw new RangeError(`atMs is no time: ${atMs}`);
  const wrong = budgets.find(({ limitNano }) => limitNano < 0n || limitNano > MAX_LIMIT_NANO);
  if (wrong !== undefined) throw new RangeError(`a limit is out of range: ${wrong.limitNano}`);
}

/**
 * A settlement as a store can keep it. A request must leave its entry whatever an upstream reported, so a count that is
 * none becomes 0, one that cannot be is cut, and the entry says `estimated`.
 */
export function withinBounds(settlement: Settlement): Settlement {
  const { usage, costNano } = settlement;
  if (costNano >= 0n && costNano <= MAX_COST_NANO && isSound(usage)) return settlement;
  return {
    ...settlement,
    usage: soundUsage(usage),
    costNano: costNano < 0n ? 0n : costNano > MAX_COST_NANO ? MAX_COST_NANO : costNano,
    estimated: true,
  };
}

export function soundUsage(usage: Usage): Usage {
  if (isSound(usage)) return usage;
  const counts = Object.fromEntries(Object.entries(usage).map(([name, count]) => [name, soundCount(count)]));
  return counts as unknown as Usage;
}

function isSound(usage: Usage): boolean {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  return (
    isCount(inputTokens) &&
    isCount(outputTokens) &&
    isCount(cacheReadTokens) &&
    isCount(cacheWriteTokens) &&
    isCount(reasoningTokens) &&
    RARE_COUNTS.every((name) => usage[name] === undefined || isCount(usage[name]))
  );
}

function isCount(count: unknown): boolean {
  return Number.isSafeInteger(count) && (count as number) >= 0 && (count as number) <= MAX_COUNT;
}

function soundCount(count: unknown): number {
  return typeof count === 'number' && count > 0 ? Math.min(Math.floor(count), MAX_COUNT) : 0;
}

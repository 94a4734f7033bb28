/** Bins grow by a fifteenth, so what is told of a time is at most 3.5 % off. */
const GROWTH = Math.log(1.07);
/** The first bin is for all that is shorter, the last for all that is longer than twelve minutes, ms. */
const SHORTEST_MS = 0.1;

export const BINS = 234;

/** The bin of a time in milliseconds. */
export function binOf(ms: number): number {
  if (!(ms > SHORTEST_MS)) return 0;
  return Math.min(BINS - 1, 1 + Math.floor(Math.log(ms / SHORTEST_MS) / GROWTH));
}

/** The time below which a share of those counted lie, in milliseconds; null where there are none. */
export function percentile(counts: ArrayLike<number>, share: number): number | null {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin] as number;
  if (total === 0) return null;
  const wanted = Math.max(1, Math.ceil(total * share));
  let seen = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    seen += counts[bin] as number;
    if (seen >= wanted) return middleOf(bin);
  }
  return null;
}

function middleOf(bin: number): number {
  const ms = bin === 0 ? SHORTEST_MS : SHORTEST_MS * Math.exp((bin - 0.5) * GROWTH);
  return Number(ms.toPrecision(3));
}

/**
 * Which share of the prompts learnt from has a lower value, 0 to 1, by `knots`: rising values that lie in the middle of
 * equal shares of them. Rises strictly with the value, beyond the knots too.
 */
export function percentileOf(value: number, knots: readonly number[]): number {
  const count = knots.length;
  const first = knots[0] ?? 0;
  const last = knots[count - 1] ?? 0;
  const half = 0.5 / count;
  const spread = (last - first) / count || 1;
  if (value <= first) return half * Math.exp((value - first) / spread);
  if (value >= last) return 1 - half * Math.exp((last - value) / spread);
  let low = 0;
  let high = count - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((knots[middle] as number) <= value) low = middle;
    else high = middle;
  }
  const from = knots[low] as number;
  const to = knots[high] as number;
  return (low + 0.5 + (value - from) / (to - from)) / count;
}

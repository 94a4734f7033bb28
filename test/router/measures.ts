/**
 * APGR: prompts go to the strong model in the order of their scores, highest first; the area under the quality reached,
 * over the share of prompts sent, with the weak model alone as 0 and the strong one alone as 1. Equal scores count as if
 * in any order. 0.5 is chance.
 */
export function apgr(scores: readonly number[], gains: readonly number[]): number {
  const order = scores.map((_, at) => at).sort((a, b) => scores[b]! - scores[a]!);
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  let reached = 0;
  let area = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let gained = 0;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) gained += gains[order[to++]!]!;
    area += (to - from) * (reached + gained / 2);
    reached += gained;
    from = to;
  }
  return area / order.length / total;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

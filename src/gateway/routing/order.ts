import type { Price } from '../../accounts/pricing.ts';
import type { Shape } from '../../protocol/shape.ts';
import type { Target } from './catalogue.ts';

/** How targets of one priority are chosen among. */
export type Policy = 'weight' | 'latency' | 'cost';

/** What an order depends on beside the targets themselves. */
export interface Ordering {
  readonly policy: Policy;
  /** The client's: among equals those go first that need not be crossed to. */
  readonly shape: Shape;
  readonly now: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** The targets, which are sorted by priority, in the order one request is to try them. */
export function orderTargets(targets: readonly Target[], ordering: Ordering): Target[] {
  const ordered: Target[] = [];
  for (let from = 0; from < targets.length;) {
    let to = from + 1;
    while (to < targets.length && targets[to]?.priority === targets[from]?.priority) to++;
    if (to === from + 1) ordered.push(targets[from] as Target);
    else ordered.push(...ORDER[ordering.policy](targets.slice(from, to), ordering));
    from = to;
  }
  return ordered;
}

const ORDER: Readonly<Record<Policy, (tier: Target[], ordering: Ordering) => Target[]>> = {
  weight: orderByWeight,
  latency: orderByLatency,
  cost: orderByCost,
};

/** Shares as they are written; where none is, those that speak the client's shape go first. */
function orderByWeight(tier: Target[], { shape, random }: Ordering): Target[] {
  if (tier.some(({ hasWeight }) => hasWeight)) return drawAll(tier, random);
  const native = tier.filter((target) => speaks(target, shape));
  const foreign = tier.filter((target) => !speaks(target, shape));
  return [...drawAll(native, random), ...drawAll(foreign, random)];
}

/**
 * The better of two drawn at random goes first: always taking the best of all would send everybody there at once.
 * What is slow for one is slow for all, so the others follow by how much they are to be expected to take.
 */
function orderByLatency(tier: Target[], { shape, now, random }: Ordering): Target[] {
  const waiting = tier.reduce((sum, { health }) => sum + health.pending, 0);
  const loads = new Map(tier.map((target) => [target, target.health.load(waiting, now)]));
  const compare = (a: Target, b: Target) =>
    (loads.get(a) as number) - (loads.get(b) as number) || Number(speaks(b, shape)) - Number(speaks(a, shape));
  const drawn = drawAll(tier, random);
  const [first, ...others] = [...drawn.slice(0, 2).sort(compare), ...drawn.slice(2)];
  return first === undefined ? [] : [first, ...others.sort(compare)];
}

function orderByCost(tier: Target[], { shape, random }: Ordering): Target[] {
  return drawAll(tier, random).sort(
    (a, b) => costOf(a.price) - costOf(b.price) || Number(speaks(b, shape)) - Number(speaks(a, shape)),
  );
}

/** Agents read three tokens for each they write, and more; what has no price is not known to be cheap. */
function costOf(price: Price | undefined): number {
  return price === undefined ? Number.MAX_VALUE : Number(price.input) * 3 + Number(price.output);
}

/** All of them, each drawn by its weight from those that are left. */
function drawAll(tier: readonly Target[], random: () => number): Target[] {
  const left = [...tier];
  const drawn: Target[] = [];
  while (left.length > 1) {
    let at = random() * left.reduce((sum, { weight }) => sum + weight, 0);
    let i = 0;
    while (i < left.length - 1 && (at -= (left[i] as Target).weight) >= 0) i++;
    drawn.push(...left.splice(i, 1));
  }
  return [...drawn, ...left];
}

function speaks({ provider }: Target, shape: Shape): boolean {
  return provider.shapes.includes(shape);
}

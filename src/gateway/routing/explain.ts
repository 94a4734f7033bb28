import { formatUsd } from '../../accounts/pricing.ts';
import type { InputEstimates } from '../input-estimate.ts';
import { shapeOf, type Target, upstreamNameOf } from './catalogue.ts';
import { type Fit, fitTargets, fittingTargets, type Routed } from './fit.ts';
import { UNMET } from './lacks.ts';
import { readNeeds } from './needs.ts';
import { orderTargets } from './order.ts';

/** Which target would serve a request while all of them are up, and why. Nothing is sent. */
export function explainRoute(routed: Routed, estimates: InputEstimates): Record<string, unknown> {
  const { model, facts, shape } = routed;
  const needs = readNeeds(facts);
  const fits = fitTargets(routed, estimates, needs);
  // A single target is asked whatever it lacks: what its model cannot do, the model says.
  const fitting = model.targets.length === 1 ? model.targets : fittingTargets(fits, routed);
  // Of equals the first drawn: the one with the largest share.
  const ordered = orderTargets(fitting.toSorted(byShare), { policy: model.policy, shape, now: 0, random: () => 0 });
  const target = ordered[0] as Target;
  const tier = fitting.filter(({ priority }) => priority === target.priority);
  return {
    model: model.id,
    target: placeOf(target, routed),
    reason: reasonOf(target, tier, fits, routed),
    needs: [...needs.hard, ...(needs.json ? ['json'] : []), ...(needs.thinking ? ['thinking'] : [])],
    input_tokens: estimates.estimate(facts, upstreamNameOf(target)),
    policy: model.policy,
    targets: [...ordered, ...model.targets.filter((other) => !ordered.includes(other))].map((other) => ({
      ...placeOf(other, routed),
      priority: other.priority,
      weight: other.weight,
      ...(other.price === undefined
        ? {}
        : { price: { input: formatUsd(other.price.input), output: formatUsd(other.price.output) } }),
      fits: fitting.includes(other),
      lacks: lacksOf(other, fits),
    })),
  };
}

function placeOf(target: Target, { shape }: Routed): Record<string, unknown> {
  const spoken = shapeOf(target, shape);
  return { provider: target.provider.name, model: target.model, shape: spoken, crosses: spoken !== shape };
}

function lacksOf(target: Target, fits: readonly Fit[]): readonly string[] {
  const fit = fits.find((one) => one.target === target);
  return fit === undefined ? [] : [...fit.unmet, ...fit.missed];
}

function byShare(a: Target, b: Target): number {
  return a.priority - b.priority || b.weight - a.weight;
}

function reasonOf(target: Target, tier: readonly Target[], fits: readonly Fit[], { model, shape }: Routed): string {
  if (model.targets.length === 1) return 'the only target';
  const passed = fits.filter((fit) => fit.target.priority <= target.priority && !tier.includes(fit.target));
  const why = passed
    .map(({ target: other, unmet, missed }) => {
      const said = [...unmet.map((need) => UNMET[need]), ...missed.map((need) => MISSED[need])];
      return `${other.provider.name} ${said.join(' and ')}`;
    })
    .join('; ');
  const first = `priority ${target.priority}${why === '' ? '' : `, since ${why}`}`;
  if (tier.length === 1) return first;
  switch (model.policy) {
    case 'latency':
      return `${first}; of ${tier.length} targets the faster one of two drawn at random`;
    case 'cost':
      return `${first}; the cheapest of ${tier.length} targets`;
    case 'weight': {
      const hasWeights = tier.some(({ hasWeight }) => hasWeight);
      const equals = hasWeights ? tier : tier.filter((other) => shapeOf(other, shape) === shape);
      const among = equals.length > 0 ? equals : tier;
      const share = target.weight / among.reduce((sum, { weight }) => sum + weight, 0);
      const native = !hasWeights && among.length < tier.length ? `; it speaks the shape ${shape}` : '';
      return `${first}${native}${share === 1 ? '' : `; ${Math.round(share * 100)} % of the sessions`}`;
    }
  }
}

const MISSED = {
  json: 'has no JSON mode',
  thinking: 'does not think',
  context: 'has too short a context',
} as const;

import type { InputEstimates } from '../input-estimate.ts';
import type { Model } from '../routing/catalogue.ts';
import { explainRoute } from '../routing/explain.ts';
import type { Routed } from '../routing/fit.ts';
import type { Planner } from '../routing/plan.ts';
import type { Orchestra } from './orchestra.ts';
import { round } from './routing.ts';

/** What th-orchestra would do with a request, and where its model would be asked. Nothing is sent. */
export function explainRouting(
  orchestra: Orchestra,
  routed: Routed,
  steering: 'on' | 'off',
  planner: Planner,
  estimates: InputEstimates,
): Record<string, unknown> {
  const { decision, stage, models, directive } = orchestra.find(routed, planner, estimates);
  const { model: _model, reason, ...place } = explainRoute({ ...routed, model: models[0] as Model }, estimates);
  return {
    model: decision.model,
    pool: decision.pool,
    role: decision.role,
    reason: decision.reason,
    confidence: round(decision.confidence),
    score: decision.score,
    stage,
    steering: steering === 'off' ? 'off' : (directive?.name ?? 'none'),
    models: models.map(({ id }) => id),
    ...place,
    target_reason: reason,
  };
}

import { ApiError } from '../../protocol/api-error.ts';
import type { RequestFacts } from '../../protocol/request.ts';
import type { Shape } from '../../protocol/shape.ts';
import type { InputEstimates } from '../input-estimate.ts';
import { type Model, type Target, upstreamNameOf } from './catalogue.ts';
import { missesOf, paramOf, UNMET, unmetOf } from './lacks.ts';
import { type HardNeed, readNeeds, type SoftNeed } from './needs.ts';

/** One request, as far as it matters for where it goes. */
export interface Routed {
  readonly headers: Headers;
  readonly shape: Shape;
  readonly keyId: string;
  readonly facts: RequestFacts;
  readonly model: Model;
  /**
   * Whether other turns of its conversation may have been served by models of other families than this one, as those of
   * th-orchestra may by pools it had before. Left out: where the model's own targets are of several.
   */
  readonly severalFamilies?: boolean | undefined;
}

/** What a target lacks for one request. */
export interface Fit {
  readonly target: Target;
  /** It cannot serve the request. */
  readonly unmet: readonly HardNeed[];
  /** It is passed over as long as another one can do better. */
  readonly missed: readonly SoftNeed[];
}

/** Each target of the model, with what it lacks. */
export function fitTargets({ model, facts }: Routed, estimates: InputEstimates, needs = readNeeds(facts)): Fit[] {
  return model.targets.map((target) => {
    const unmet = unmetOf(needs, target.capabilities);
    const missed =
      unmet.length > 0
        ? []
        : missesOf(needs, target.capabilities, () => estimates.estimate(facts, upstreamNameOf(target)));
    return { target, unmet, missed };
  });
}

/**
 * The targets that can honour a request; of those, where some can, the ones that also give all it would like. Throws
 * the 400 for a request that none can honour.
 */
export function fittingTargets(fits: readonly Fit[], { model, shape }: Pick<Routed, 'model' | 'shape'>): Target[] {
  const able = fits.filter(({ unmet }) => unmet.length === 0);
  if (able.length === 0) throw noneCan(fits, model, shape);
  const best = able.filter(({ missed }) => missed.length === 0);
  return (best.length > 0 ? best : able).map(({ target }) => target);
}

/** Names each place by its provider, as the response headers do, and what it cannot do. */
function noneCan(fits: readonly Fit[], model: Model, shape: Shape): ApiError {
  const texts = fits.map(
    ({ target, unmet }) => `${target.provider.name} ${unmet.map((need) => UNMET[need]).join(' and ')}`,
  );
  const [need] = fits[0]?.unmet ?? [];
  return new ApiError(
    'unsupported_value',
    `No place that serves ${model.id} can honour this request: ${[...new Set(texts)].join('; ')}`,
    need === undefined ? {} : { param: paramOf(need, shape) },
  );
}

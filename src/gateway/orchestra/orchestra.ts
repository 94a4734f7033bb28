import { ApiError } from '../../protocol/api-error.ts';
import type { InputEstimates } from '../input-estimate.ts';
import { type Model, type Target, withoutMark } from '../routing/catalogue.ts';
import type { Routed } from '../routing/fit.ts';
import type { Planner, Recalled } from '../routing/plan.ts';
import { readAskedRole } from './asked-role.ts';
import { decideRole, type RoleChoice } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Directive } from './directives/directives.ts';
import { readMarkers } from './markers/read-markers.ts';
import { ModelChoice } from './model-choice.ts';
import { modelsOf, type Pool, type Pools, poolsFor } from './pools.ts';
import { type Role, ROLES } from './role.ts';
import { Routing } from './routing.ts';
import { scorePrompt } from './score/score-prompt.ts';
import type { Pinned } from './stages/stage.ts';
import { steeringFor } from './steering-for.ts';
import { readTurn } from './turn.ts';

export interface OrchestraOptions {
  /** The id that clients ask it by. */
  readonly id: string;
  readonly pools: Pools;
  /** The operator's dial, from 0 (always the cheapest) to 1 (always the best). */
  readonly quality: number;
}

/** What th-orchestra found for one request. */
export interface Finding extends RoleChoice {
  readonly decision: Decision;
  /** The models in the order they are to be tried. */
  readonly models: readonly Model[];
  readonly fitting: readonly Target[];
  readonly recalled: Recalled;
  /** The directive of the session; undefined: none. */
  readonly directive: Directive | undefined;
}

/**
 * The routed model: for each request the role is told, then the pool, then the model within it. It goes through the
 * plan and the tries of any other model from there on.
 */
export class Orchestra {
  /** All of its models' targets as one model's. */
  readonly model: Model;
  readonly #options: OrchestraOptions;
  readonly #models: readonly Model[];

  constructor(options: OrchestraOptions) {
    this.#options = options;
    this.#models = modelsOf(options.pools);
    this.model = asOneModel(options.id, this.#models);
  }

  answersTo(id: string): boolean {
    return withoutMark(id) === this.#options.id;
  }

  /** Whether it has any model to choose. */
  get isServed(): boolean {
    return this.#models.length > 0;
  }

  /** Reads the lexicons and the weights, 20 ms that the first request would wait for. */
  prepare(): void {
    if (!this.isServed) return;
    readMarkers('');
    scorePrompt('');
  }

  /** Throws the 400 for a role there is none of and for a request that no model of any pool can honour. */
  route(routed: Routed, steering: 'on' | 'off', planner: Planner, estimates: InputEstimates): Routing {
    const { decision, models, fitting, recalled, directive } = this.find(routed, planner, estimates);
    return new Routing({
      plan: planner.planModels(models, routed, fitting, recalled, decision.role),
      decision,
      placeOf: (target) => this.#placeOf(target, decision.role),
      directive: steering === 'off' ? undefined : directive,
      hedge: models[0]?.hedge ?? false,
    });
  }

  find(routed: Routed, planner: Planner, estimates: InputEstimates): Finding {
    if (!this.isServed) throw this.#nobody();
    const { facts, headers } = routed;
    const asked = readAskedRole(headers);
    const fitting = planner.fitting(routed);
    const recalled = planner.recall(routed);
    const turn = readTurn(facts);
    const pinned = this.#pinned(recalled, fitting);
    let known: ReturnType<typeof scorePrompt> | undefined;
    const score = () => (known ??= scorePrompt(turn.lastUser));
    const choice = decideRole(turn, { asked, pinned: pinned?.pinned, gain: () => score().gain });
    const { role, keep } = choice;
    const { pools, quality } = this.#options;
    const chooser = new ModelChoice({ routed, fitting, pools, quality, estimates, score });
    const { models, pool, reason } = chooser.choose(choice, pinned?.model, turn.inToolLoop || keep);
    const decision: Decision = {
      model: (models[0] as Model).id,
      pool,
      role,
      reason: reason === undefined ? choice.reason : `${choice.reason}; ${reason}`,
      confidence: choice.confidence,
      score: score().gain,
    };
    return { ...choice, decision, models, fitting, recalled, directive: steeringFor(facts, asked) };
  }

  /** Where the session was answered last, as long as that can honour the request. */
  #pinned({ pin }: Recalled, fitting: readonly Target[]): { pinned: Pinned; model: Model } | undefined {
    if (pin === undefined) return undefined;
    const there = fitting.filter(({ health }) => health.id === pin.target);
    const modelAt = (target: Target) => this.#models.find(({ targets }) => targets.includes(target));
    const at = there.find((target) => modelAt(target)?.id === pin.model) ?? there[0];
    const model = at && modelAt(at);
    if (at === undefined || model === undefined) return undefined;
    const role = ROLES.find((one) => one === pin.role) ?? 'chat';
    return { model, pinned: { model: model.id, role, sees: at.capabilities.images !== 'none' } };
  }

  #placeOf(target: Target, role: Role): Pick<Decision, 'model' | 'pool'> {
    const model = this.#models.find(({ targets }) => targets.includes(target)) as Model;
    const pool = poolsFor(role, this.#options.pools).find(({ models }) => models.includes(model)) as Pool;
    return { model: model.id, pool: pool.name };
  }

  #nobody(): ApiError {
    return new ApiError(
      'model_not_found',
      `${this.#options.id} has no models to choose from; name some in orchestra.pools of the configuration`,
      { param: 'model' },
    );
  }
}

function asOneModel(id: string, models: readonly Model[]): Model {
  const most = (numbers: readonly (number | undefined)[]) =>
    numbers.some((number) => number === undefined) || numbers.length === 0
      ? undefined
      : Math.max(...(numbers as readonly number[]));
  return {
    id,
    targets: [...new Set(models.flatMap(({ targets }) => targets))],
    policy: 'weight',
    hedge: false,
    price: undefined,
    context: most(models.map(({ context }) => context)),
    maxOutput: most(models.map(({ maxOutput }) => maxOutput)),
    owner: 'tokenharbor',
    isRouted: true,
  };
}

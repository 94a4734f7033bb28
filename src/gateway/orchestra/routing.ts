import type { RequestFacts } from '../../protocol/request.ts';
import type { Shape } from '../../protocol/shape.ts';
import { type Steered, steerRequest } from '../../protocol/steer/steer.ts';
import type { Target } from '../routing/catalogue.ts';
import type { Plan } from '../routing/plan.ts';
import type { Decision } from './decision.ts';
import type { Directive } from './directives/directives.ts';

export interface RoutingOptions {
  readonly plan: Plan;
  readonly decision: Decision;
  /** The model of a target of the plan, and the pool it is in for the decision's role. */
  readonly placeOf: (target: Target) => Pick<Decision, 'model' | 'pool'>;
  /** Undefined: there is none for it, or the client asked for none. */
  readonly directive: Directive | undefined;
  /** Whether the chosen model may be raced against the plan's next target. */
  readonly hedge: boolean;
}

/** What th-orchestra made of one request: where it goes, and what is added to its prompt. */
export class Routing {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly directive: Directive | undefined;
  readonly hedge: boolean;
  readonly #options: RoutingOptions;
  readonly #steered = new Map<Shape, Steered | undefined>();

  constructor(options: RoutingOptions) {
    const { plan, decision, directive, hedge } = options;
    this.#options = options;
    this.plan = plan;
    this.decision = decision;
    this.hedge = hedge;
    this.directive = directive;
  }

  /** The decision as it stands once that target is asked: another one may stand in for the model that is down. */
  decisionAt(target: Target): Decision {
    const { decision, placeOf } = this.#options;
    const place = placeOf(target);
    if (place.model === decision.model) return decision;
    return { ...decision, ...place, reason: `${decision.reason}; in the place of ${decision.model}` };
  }

  /**
   * The request with the directive in its system prompt, as an upstream of that shape is to get it; undefined where
   * there is none, or no place for it.
   */
  steer(facts: RequestFacts, client: Shape, upstream: Shape): Steered | undefined {
    if (this.directive === undefined) return undefined;
    if (!this.#steered.has(upstream)) {
      const steered = steerRequest(facts, client, upstream, this.directive.text);
      this.#steered.set(upstream, steered.facts === facts ? undefined : steered);
    }
    return this.#steered.get(upstream);
  }
}

/** The value of `X-TH-Route-Decision`: JSON in ASCII. */
export function decisionHeader({ model, pool, reason, confidence }: Decision): string {
  const json = JSON.stringify({ model: model.toWellFormed(), pool, reason, confidence: round(confidence) });
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

import type { InputEstimates } from '../input-estimate.ts';
import type { Model, Target } from './catalogue.ts';
import { fitTargets, fittingTargets, type Routed } from './fit.ts';
import { orderTargets } from './order.ts';
import { readSession, type SessionFacts } from './session.ts';
import type { Pin, Sessions } from './session-memory.ts';

/** Where a request is to be tried, in this order. */
export interface Plan {
  /** At least one. */
  readonly targets: readonly Target[];
  /** The key its session used at the first target; undefined: whichever's turn it is. */
  readonly key: number | undefined;
  /** Undefined where there is nothing to choose. */
  readonly session: SessionFacts | undefined;
  /** The session waits for its tools' results at the first target, which is left only when it is broken. */
  readonly stays: boolean;
  /** Of a routed request. */
  readonly routed?: RoutedPlan;
}

/** As what a routed session is served, and the models that may serve it. */
export interface RoutedPlan {
  readonly role: string;
  readonly models: readonly Model[];
}

/** A request's session, and where it was served last. */
export interface Recalled {
  readonly session: SessionFacts;
  readonly pin: Pin | undefined;
}

export interface PlannerOptions {
  readonly sessions: Sessions;
  readonly estimates: InputEstimates;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Decides where requests are tried: by what they need, by priority and policy, by what is up, by their session. */
export class Planner {
  readonly #options: PlannerOptions;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** Throws the 400 for a request that no target of its model can honour. */
  plan(routed: Routed): Plan {
    const { targets } = routed.model;
    const [first] = targets as readonly [Target, ...Target[]];
    // With one target and one key there is nothing to choose, and nothing of the prompt is looked at.
    if (targets.length === 1 && first.provider.keys.count === 1) {
      return { targets, key: undefined, session: undefined, stays: false };
    }
    const { session, pin } = this.recall(routed);
    if (targets.length === 1) {
      return { targets, key: keyOf(pin, first), session, stays: false };
    }
    const fitting = this.fitting(routed);
    return this.#pinned(this.#order([routed.model], fitting, routed), fitting, session, pin);
  }

  /**
   * The plan of a routed request: the models' targets that are among `fitting`, the first model's first. The session's
   * own target goes before all others where it is one of the first model's.
   */
  planModels(
    models: readonly Model[],
    routed: Routed,
    fitting: readonly Target[],
    { session, pin }: Recalled,
    role: string,
  ): Plan {
    const order = this.#order(models, fitting, routed);
    const [first] = models as readonly [Model, ...Model[]];
    const own = first.targets.filter((target) => fitting.includes(target));
    return { ...this.#pinned(order, own, session, pin), routed: { role, models } };
  }

  /** The targets of the request's model that can honour it. Throws the 400 where none of several can. */
  fitting(routed: Routed): readonly Target[] {
    const { targets } = routed.model;
    // What a lone target lacks is its model's to say.
    if (targets.length === 1) return targets;
    return fittingTargets(fitTargets(routed, this.#options.estimates), routed);
  }

  recall({ headers, facts, keyId, model }: Routed): Recalled {
    const session = readSession(headers, facts, keyId, model.id);
    return { session, pin: this.#options.sessions.find(session, this.#options.now()) };
  }

  /** A request was answered there: its session is to go on there. */
  keep({ session, routed }: Plan, target: Target, key: number): void {
    const { sessions, now } = this.#options;
    if (session === undefined) return;
    const model = routed?.models.find(({ targets }) => targets.includes(target))?.id;
    sessions.keep(session, { target: target.health.id, key, ...(routed && { role: routed.role, model }) }, now());
  }

  /** What is up, in the order of the models; where nothing is, what is to come back first, rather than not to try at all. */
  #order(models: readonly Model[], fitting: readonly Target[], { shape }: Routed): Target[] {
    const now = this.#options.now();
    const { random } = this.#options;
    const ordered = models.flatMap(({ policy, targets }) =>
      orderTargets(
        targets.filter((target) => fitting.includes(target)),
        { policy, shape, now, random },
      ),
    );
    const up = ordered.filter(({ health }) => health.isUp(now));
    return up.length > 0 ? up : ordered.sort((a, b) => a.health.badUntilMs - b.health.badUntilMs);
  }

  #pinned(order: Target[], fitting: readonly Target[], session: SessionFacts, pin: Pin | undefined): Plan {
    const now = this.#options.now();
    const target = pin && fitting.find(({ health }) => health.id === pin.target);
    const isUp = target?.health.isUp(now) === true;
    const stays = target !== undefined && session.inToolLoop && !target.health.isDead(now);
    if (target === undefined || !(isUp || stays)) return { targets: order, key: undefined, session, stays: false };
    const targets = [target, ...order.filter((other) => other !== target)];
    return { targets, key: keyOf(pin, target), session, stays };
  }
}

function keyOf(pin: Pin | undefined, target: Target): number | undefined {
  return pin?.target === target.health.id ? pin.key : undefined;
}

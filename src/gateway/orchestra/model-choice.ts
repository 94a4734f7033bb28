import type { InputEstimates } from '../input-estimate.ts';
import { type Model, type Target, upstreamNameOf } from '../routing/catalogue.ts';
import type { Routed } from '../routing/fit.ts';
import { outputTokensOf } from '../routing/needs.ts';
import type { RoleChoice } from './decide.ts';
import { expectedCost } from './expected-cost.ts';
import { type Pool, poolsFor, type Pools } from './pools.ts';
import type { PoolName } from './role.ts';
import { type Candidate, chooseModel } from './score/choose.ts';
import type { PromptScore } from './score/scorer.ts';
import { isWorthSwitching } from './worth-switching.ts';

export interface ModelChoiceOptions {
  readonly routed: Routed;
  /** The targets that can honour the request. */
  readonly fitting: readonly Target[];
  readonly pools: Pools;
  readonly quality: number;
  readonly estimates: InputEstimates;
  readonly score: () => PromptScore;
}

/** The models in the order they are to be tried, and the pool of the first. */
export interface ChosenModels {
  readonly models: readonly Model[];
  readonly pool: PoolName;
  /** Why this one of its pool; undefined where there was nothing to choose. */
  readonly reason: string | undefined;
}

/** What an answer is taken to be long where nobody says, in tokens. */
const USUAL_OUTPUT = 800;

/** Stages whose word is not weighed against a prompt cache: what the client asks for, and what it cannot do without. */
const UNWEIGHED: ReadonlySet<string> = new Set(['asked', 'vision']);

/** Which model of which pool serves a role. */
export class ModelChoice {
  readonly #options: ModelChoiceOptions;
  #output: number | undefined;

  constructor(options: ModelChoiceOptions) {
    this.#options = options;
  }

  /** `present`: the session's model, which can honour the request; `stays`: it is to go on. */
  choose(choice: RoleChoice, present: Model | undefined, stays: boolean): ChosenModels {
    const pools = this.#poolsFor(choice);
    const [pool, ...others] = pools as [Pool, ...Pool[]];
    if (present !== undefined && stays) return this.#keep(present, pools, undefined);
    const { ranked, reason } = this.#rank(pool, present);
    const [best] = ranked as [Model, ...Model[]];
    if (present !== undefined && best !== present && !UNWEIGHED.has(choice.stage)) {
      if (!this.#isWorth(present, best, pools, choice.confidence)) {
        return this.#keep(present, pools, "the session's prompt cache is worth more than the change");
      }
    }
    return { models: inOrder(ranked, others), pool: pool.name, reason };
  }

  #keep(present: Model, pools: readonly Pool[], reason: string | undefined): ChosenModels {
    const pool = pools.find(({ models }) => models.includes(present)) as Pool;
    return { models: inOrder([present], pools), pool: pool.name, reason };
  }

  /** Pools with the models that can honour the request. */
  #poolsFor({ role }: RoleChoice): readonly Pool[] {
    const { pools, fitting } = this.#options;
    const able = new Set(fitting);
    return poolsFor(role, pools).flatMap(({ name, models }) => {
      const fit = models.filter(({ targets }) => targets.some((target) => able.has(target)));
      return fit.length === 0 ? [] : [{ name, models: fit }];
    });
  }

  /** A pool's models, the best choice first. */
  #rank({ models }: Pool, present: Model | undefined): { ranked: readonly Model[]; reason: string | undefined } {
    if (models.length === 1) return { ranked: models, reason: undefined };
    const { quality, score } = this.#options;
    const prompt = score();
    const candidates = models.map((model): Candidate => {
      const target = this.#targetOf(model);
      const { price } = target;
      return {
        id: model.id,
        // Whichever the score knows: ids are the operator's to choose.
        name: prompt.qualityOf(model.id) === undefined ? target.model : model.id,
        price: price && { input: usdOf(price.input), output: usdOf(price.output) },
        cost: this.#costOf(model, model === present),
      };
    });
    const { order, reason } = chooseModel(candidates, prompt, quality);
    return { ranked: order.map((index) => models[index] as Model), reason };
  }

  #isWorth(present: Model, best: Model, pools: readonly Pool[], confidence: number): boolean {
    const costs = pools.flatMap(({ models }) => models.map((model) => this.#costOf(model, false) ?? 0));
    return isWorthSwitching({
      stayCost: this.#costOf(present, true),
      switchCost: this.#costOf(best, false),
      dearestCost: Math.max(...costs),
      confidence,
      quality: this.#options.quality,
    });
  }

  #costOf(model: Model, warm: boolean): number | undefined {
    const { estimates, routed } = this.#options;
    const target = this.#targetOf(model);
    const input = estimates.estimate(routed.facts, upstreamNameOf(target));
    return expectedCost(target.price, { input, output: this.#outputTokens() }, warm);
  }

  /** Where the model is asked first. */
  #targetOf({ targets }: Model): Target {
    return (targets.find((target) => this.#options.fitting.includes(target)) ?? targets[0]) as Target;
  }

  #outputTokens(): number {
    if (this.#output === undefined) {
      const outputTokens = outputTokensOf(this.#options.routed.facts);
      this.#output = outputTokens === 0 ? USUAL_OUTPUT : Math.min(outputTokens, USUAL_OUTPUT);
    }
    return this.#output;
  }
}

const usdOf = (nano: bigint): number => Number(nano) / 1e9;

function inOrder(first: readonly Model[], pools: readonly Pool[]): readonly Model[] {
  return [...new Set([...first, ...pools.flatMap(({ models }) => models)])];
}

import { matchesGlob } from '../../accounts/keys/model-scope.ts';
import type { Price } from '../../accounts/pricing.ts';
import type { Shape } from '../../protocol/shape.ts';
import type { Capabilities } from '../../protocol/transcode/capabilities.ts';
import type { Provider } from '../upstream/dialects.ts';
import type { KeyTurns } from '../upstream/key-turns.ts';
import type { Upstream } from '../upstream/port.ts';
import { familyOf } from '../reasoning/family.ts';
import type { TargetHealth } from './health.ts';
import type { Policy } from './order.ts';

/** A provider and how to reach it. */
export interface ConnectedProvider extends Provider {
  readonly upstream: Upstream;
  readonly keys: KeyTurns;
  /** Takes what is the operator's out of the upstream's error texts. */
  redactorFor(upstreamModel: string, publicModel: string): (text: string) => string;
}

export interface Target {
  readonly provider: ConnectedProvider;
  /** The id the upstream knows the model by; private to the operator. */
  readonly model: string;
  readonly capabilities: Capabilities;
  /** Of models that take each other's signed thinking. */
  readonly family: string;
  /** Lower is tried first. */
  readonly priority: number;
  /** Its share among the targets of its priority, and whether somebody wrote it. */
  readonly weight: number;
  readonly hasWeight: boolean;
  /** Of what it serves. */
  readonly price: Price | undefined;
  readonly health: TargetHealth;
}

/** By what a target's model is known among all providers' models. */
export function upstreamNameOf({ provider, model }: Target): string {
  return `${provider.name}/${model}`;
}

/** The shape a target is asked in: the client's own where the provider speaks it. */
export function shapeOf({ provider }: Target, client: Shape): Shape {
  return provider.shapes.includes(client) ? client : (provider.shapes[0] as Shape);
}

export interface Model {
  /** The public id, as clients send it. */
  readonly id: string;
  /** By priority. */
  readonly targets: readonly Target[];
  readonly policy: Policy;
  /** Whether a second target is asked as well when the first takes long. */
  readonly hedge: boolean;
  readonly price: Price | undefined;
  /** Of the first target, where the operator names none. */
  readonly context: number | undefined;
  readonly maxOutput: number | undefined;
  /** Whose it is said to be, where not its first target's provider's. */
  readonly owner?: string;
  /** Which model answers, at which price, is chosen for each request. */
  readonly isRouted?: true;
}

/** A model as it is configured: its id may hold one `*`. */
export interface ModelTemplate extends Omit<Model, 'targets'> {
  readonly targets: readonly TargetTemplate[];
}

export interface TargetTemplate extends Omit<Target, 'capabilities' | 'family' | 'health' | 'model' | 'price'> {
  /** `*` takes what the glob of the id matched. */
  readonly model: string;
  readonly capabilitiesOf: (upstreamModel: string) => Capabilities;
  readonly healthOf: (upstreamModel: string) => TargetHealth;
  readonly priceOf: (upstreamModel: string) => Price | undefined;
}

/** Claude Code marks a model it wants the long context of like this. */
const LONG_CONTEXT_MARK = '[1m]';

/** The id without that mark. Once: an id of nothing but marks, stripped one by one, would be hashed anew each time (28 s for 2 MB). */
export function withoutMark(id: string): string {
  return id.endsWith(LONG_CONTEXT_MARK) ? id.slice(0, -LONG_CONTEXT_MARK.length) : id;
}

/** Models under globs that are kept ready: clients name few, and whoever names many must not fill the memory. */
const KEPT_MODELS = 500;
const LONGEST_KEPT_ID = 256;

/** Model id to targets: exact ids first, then globs in the order they were written. */
export class Catalogue {
  readonly #exact = new Map<string, Model>();
  readonly #globs: ModelTemplate[] = [];
  readonly #kept = new Map<string, Model>();

  constructor(models: readonly ModelTemplate[]) {
    for (const model of models) {
      if (model.id.includes('*')) this.#globs.push(model);
      else this.#exact.set(model.id, instantiate(model, model.id));
    }
  }

  /** Undefined when no model of the catalogue answers to the id. */
  find(id: string): Model | undefined {
    const exact = this.#exact.get(id);
    if (exact !== undefined) return exact;
    const unmarked = withoutMark(id);
    return this.#exact.get(unmarked) ?? this.#findGlob(unmarked);
  }

  #findGlob(id: string): Model | undefined {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const glob = this.#globs.find((candidate) => matchesGlob(candidate.id, id));
    if (glob === undefined) return undefined;
    const model = instantiate(glob, id);
    if (id.length <= LONGEST_KEPT_ID) this.#keep(model);
    return model;
  }

  #keep(model: Model): void {
    if (this.#kept.size >= KEPT_MODELS) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(model.id, model);
  }

  /** The id, as it is configured, of what answers to a client's; undefined when nothing does. */
  configuredId(id: string): string | undefined {
    if (this.#exact.has(id)) return id;
    const unmarked = withoutMark(id);
    if (this.#exact.has(unmarked)) return unmarked;
    return this.#globs.find((glob) => matchesGlob(glob.id, unmarked))?.id;
  }

  /** Every target that requests may be sent to, with its model as it is configured; of globs, those asked for lately. */
  *targets(): Generator<{ readonly target: Target; readonly configuredModel: string }> {
    for (const { targets } of this.#exact.values()) {
      for (const target of targets) yield { target, configuredModel: target.model };
    }
    for (const { id, targets } of this.#kept.values()) {
      const glob = this.#globs.find((one) => matchesGlob(one.id, id));
      for (const [at, target] of targets.entries()) {
        const configured = glob?.targets[at];
        if (configured !== undefined) yield { target, configuredModel: configured.model };
      }
    }
  }

  /** Exact ids; a glob stands for models only the provider can name. */
  list(): readonly Model[] {
    return [...this.#exact.values()];
  }
}

/** The model for one id: `*` in a target's model takes what the glob's `*` matched. */
function instantiate(template: ModelTemplate, id: string): Model {
  const [before = '', after] = template.id.split('*', 2);
  const matched = after === undefined ? undefined : id.slice(before.length, id.length - after.length);
  const targets = template.targets.map(({ capabilitiesOf, healthOf, priceOf, ...target }): Target => {
    const model = matched === undefined ? target.model : target.model.replaceAll('*', () => matched);
    return {
      ...target,
      model,
      price: priceOf(model),
      family: familyOf(target.provider.name, model),
      capabilities: capabilitiesOf(model),
      health: healthOf(model),
    };
  });
  return {
    ...template,
    id,
    targets,
    context: template.context ?? targets[0]?.capabilities.context,
    maxOutput: template.maxOutput ?? targets[0]?.capabilities.maxOutput,
  };
}

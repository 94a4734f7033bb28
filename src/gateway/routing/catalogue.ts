import { matchesGlob } from '../../accounts/keys/model-scope.ts';
import type { Price } from '../../accounts/pricing.ts';
import type { Provider } from '../upstream/dialects.ts';
import type { Upstream } from '../upstream/port.ts';

/** A provider and how to reach it. */
export interface ConnectedProvider extends Provider {
  readonly upstream: Upstream;
  /** Takes what is the operator's out of the upstream's error texts. */
  redactorFor(upstreamModel: string, publicModel: string): (text: string) => string;
}

export interface Target {
  readonly provider: ConnectedProvider;
  /** The id the upstream knows the model by; private to the operator. */
  readonly model: string;
}

export interface Model {
  /** The public id, as clients send it. */
  readonly id: string;
  /** In the order they are tried. */
  readonly targets: readonly Target[];
  readonly price: Price | undefined;
  readonly context: number | undefined;
  readonly maxOutput: number | undefined;
}

/** Claude Code marks a model it wants the long context of like this. */
const LONG_CONTEXT_MARK = '[1m]';

/** Model id to targets: exact ids first, then globs in the order they were written. */
export class Catalogue {
  readonly #exact = new Map<string, Model>();
  readonly #globs: Model[] = [];

  constructor(models: readonly Model[]) {
    for (const model of models) {
      if (model.id.includes('*')) this.#globs.push(model);
      else this.#exact.set(model.id, model);
    }
  }

  /** Undefined when no model of the catalogue answers to the id. */
  find(id: string): Model | undefined {
    const exact = this.#exact.get(id);
    if (exact !== undefined) return exact;
    // Once: an id of nothing but marks, stripped one by one, would be hashed anew each time (28 s for 2 MB).
    if (id.endsWith(LONG_CONTEXT_MARK)) return this.#findUnmarked(id.slice(0, -LONG_CONTEXT_MARK.length));
    return this.#findGlob(id);
  }

  #findUnmarked(id: string): Model | undefined {
    return this.#exact.get(id) ?? this.#findGlob(id);
  }

  #findGlob(id: string): Model | undefined {
    for (const glob of this.#globs) if (matchesGlob(glob.id, id)) return instantiate(glob, id);
    return undefined;
  }

  /** Exact ids; a glob stands for models only the provider can name. */
  list(): readonly Model[] {
    return [...this.#exact.values()];
  }
}

/** The glob's model for one id: `*` in a target's model takes what the glob's `*` matched. */
function instantiate(glob: Model, id: string): Model {
  const [before = '', after = ''] = glob.id.split('*', 2);
  const matched = id.slice(before.length, id.length - after.length);
  return {
    ...glob,
    id,
    targets: glob.targets.map((target) => ({ ...target, model: target.model.replaceAll('*', () => matched) })),
  };
}

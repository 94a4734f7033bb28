import { ProviderHealth, TargetHealth } from './health.ts';

/** Models of globs are named by clients, so there is no end to them. */
const MAX_TARGETS = 2000;
const MAX_PROVIDERS = 500;

/** Health of everything that was ever asked, across changes of the configuration. */
export class Health {
  readonly #providers = new Map<string, ProviderHealth>();
  readonly #targets = new Map<string, TargetHealth>();

  /** `place`: what tells one provider from another, its name and address. */
  of(place: string, model: string): TargetHealth {
    const id = `${place}\n${model}`;
    const known = this.#targets.get(id);
    if (known !== undefined) return known;
    const health = new TargetHealth(id, this.#provider(place));
    keep(this.#targets, id, health, MAX_TARGETS);
    return health;
  }

  #provider(place: string): ProviderHealth {
    const known = this.#providers.get(place);
    if (known !== undefined) return known;
    const health = new ProviderHealth();
    keep(this.#providers, place, health, MAX_PROVIDERS);
    return health;
  }
}

function keep<T>(map: Map<string, T>, id: string, value: T, most: number): void {
  map.set(id, value);
  if (map.size > most) map.delete(map.keys().next().value as string);
}

import type { ModelConfig, OrchestraConfig, PoolName, ProviderConfig } from './config.ts';
import { type Path, suggestName } from './problem.ts';
import type { Resolver } from './resolver.ts';
import type { ConfigFile } from './schema.ts';

/** The id that clients ask the router by: no configured model can have it. */
export const ROUTED_MODEL = 'th-orchestra';

/** The pools of the routed model; each entry must be a model there is. */
export function resolveOrchestra(
  { orchestra = {} }: ConfigFile,
  models: readonly ModelConfig[],
  providers: readonly ProviderConfig[],
  resolver: Resolver,
): OrchestraConfig {
  const quality = resolver.chooseOrDefault<number>(['orchestra', 'quality'], orchestra.quality);
  if (models.some(({ id }) => id === ROUTED_MODEL)) {
    resolver.error(
      ['models', ROUTED_MODEL],
      'is the id of the router, not of a model',
      'Give the model another id, and name it in orchestra.pools.',
    );
  }
  if (orchestra.pools === undefined) {
    const chat = usualPool(models, providers);
    resolver.noteOrigin(['orchestra', 'pools'], { kind: 'built-in' });
    return { pools: chat.length > 0 ? { chat } : {}, quality };
  }
  const pools: Partial<Record<PoolName, readonly string[]>> = {};
  for (const [name, ids] of Object.entries(orchestra.pools)) {
    const at: Path = ['orchestra', 'pools', name];
    resolver.noteOrigin(at, resolver.fileOrigin(at));
    const listed = (ids as readonly (string | undefined)[]).flatMap((id, index) => {
      if (id === undefined) return [];
      if (!isServed(id, models) && !resolver.isSpoiled(['models'])) {
        const known = models.map((model) => model.id);
        resolver.error([...at, index], `unknown model ${JSON.stringify(id)}`, suggestName(id, known));
      }
      return [id];
    });
    pools[name as PoolName] = listed;
  }
  return { pools, quality };
}

/** Every model that can be named, each once; what only the demo serves stands in where there is nothing else. */
function usualPool(models: readonly ModelConfig[], providers: readonly ProviderConfig[]): readonly string[] {
  const demos = new Set(providers.filter(({ kind }) => kind === 'demo').map(({ name }) => name));
  const named = models.filter(({ id, aliasOf }) => !id.includes('*') && aliasOf === undefined);
  const real = named.filter(({ targets }) => targets.some(({ provider }) => !demos.has(provider)));
  // A glob without exact ids is a real provider all the same: a demo's answer must not pass for one of its own.
  const hasReal = models.some(({ targets }) => targets.some(({ provider }) => !demos.has(provider)));
  return (hasReal ? real : named).map(({ id }) => id);
}

/** Whether an id is one of the models, or matches the glob of one. */
function isServed(id: string, models: readonly ModelConfig[]): boolean {
  return models.some((model) => {
    const [before = '', after] = model.id.split('*');
    if (after === undefined) return model.id === id;
    return id.length > before.length + after.length && id.startsWith(before) && id.endsWith(after);
  });
}

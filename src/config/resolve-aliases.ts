import type { ModelConfig } from './config.ts';
import type { Path } from './problem.ts';
import type { Resolver } from './resolver.ts';
import type { ConfigFile, ModelEntry } from './schema.ts';

/** A model once more for each of its aliases. An alias must be nothing else: not a model, not another's alias. */
export function resolveAliases(
  at: Path,
  model: ModelConfig,
  entry: ModelEntry,
  file: ConfigFile,
  modelIds: readonly string[],
  resolver: Resolver,
): readonly ModelConfig[] {
  return readAliases(entry).flatMap(([alias, index]) => {
    const path = [...at, 'aliases', index];
    const fault = faultOfAlias(alias, index, model.id, file, modelIds);
    if (fault !== undefined) {
      resolver.error(path, fault, 'Remove it, or choose another name.');
      return [];
    }
    resolver.noteOrigin(['models', alias], resolver.fileOrigin(path));
    return [{ ...model, id: alias, aliasOf: model.id }];
  });
}

function faultOfAlias(
  alias: string,
  index: number,
  id: string,
  file: ConfigFile,
  modelIds: readonly string[],
): string | undefined {
  const name = JSON.stringify(alias);
  if (alias.includes('*') || id.includes('*')) return `alias ${name} involves a glob`;
  const loop = findLoop(alias, id, file);
  if (loop !== undefined) return `alias loop: ${loop.join(' -> ')}`;
  if (modelIds.includes(alias)) return `alias ${name} is a model of its own`;
  const holder = Object.entries(file.models ?? {}).find(([, entry]) =>
    readAliases(entry).some(([known]) => known === alias),
  );
  const first = holder?.[0] === id ? readAliases(holder[1]).find(([known]) => known === alias)?.[1] : undefined;
  if (holder !== undefined && (holder[0] !== id || first !== index))
    return `duplicate alias ${name}, which ${holder[0]} has already`;
  return undefined;
}

/** The way from an alias through the models it names back to the model that has it. */
function findLoop(alias: string, id: string, file: ConfigFile): readonly string[] | undefined {
  const seen = new Set<string>();
  return follow(alias, [id, alias]);

  function follow(name: string, way: readonly string[]): readonly string[] | undefined {
    if (name === id) return way;
    const entry = file.models?.[name];
    if (entry === undefined || seen.has(name)) return undefined;
    seen.add(name);
    for (const [next] of readAliases(entry)) {
      const loop = follow(next, [...way, next]);
      if (loop !== undefined) return loop;
    }
    return undefined;
  }
}

/** Aliases with their positions; list entries that failed their check are undefined. */
function readAliases(entry: ModelEntry): readonly [string, number][] {
  const aliases: readonly (string | undefined)[] = entry.aliases ?? [];
  return aliases.flatMap((alias, index): [string, number][] => (alias === undefined ? [] : [[alias, index]]));
}

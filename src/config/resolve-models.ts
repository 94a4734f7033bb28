import type { ModelConfig, Policy, PriceConfig, ProviderConfig, TargetConfig } from './config.ts';
import { FREE, completePrice } from './price-kinds.ts';
import { type Path, nearestName, suggestName } from './problem.ts';
import { findPreset } from './presets.ts';
import { resolveAliases } from './resolve-aliases.ts';
import { resolveWritten } from './resolve-dialect.ts';
import type { ResolvedProviders } from './resolve-providers.ts';
import { type Resolver, defaultOf } from './resolver.ts';
import type { DialectFacts } from './schema-dialect.ts';
import type { ConfigFile, ModelEntry } from './schema.ts';

export const DEMO_MODEL = 'tokenharbor/demo';

/** The models of the file with their aliases; without any, what every provider serves under its own name. */
export function resolveModels(
  file: ConfigFile,
  declared: readonly string[],
  { providers, names, builtIn }: ResolvedProviders,
  resolver: Resolver,
): readonly ModelConfig[] {
  const models: ModelConfig[] = [];
  for (const [id, entry] of Object.entries(file.models ?? {})) {
    const at: Path = ['models', id];
    resolver.noteOrigin(at, resolver.fileOrigin(at));
    checkId(at, id, resolver);
    const targets = resolveTargets(at, id, entry, names, resolver);
    const policy = entry.policy ?? (defaultOf(['models', id, 'policy']) as Policy);
    const hedge = entry.hedge ?? (defaultOf(['models', id, 'hedge']) as boolean);
    if (hedge && entry.targets.length === 1) {
      resolver.warn([...at, 'hedge'], 'has nobody to ask as well: the model has one target', 'Add a target.');
    }
    const model: ModelConfig = {
      id,
      targets,
      policy,
      hedge,
      ...readFacts(entry),
      ...readOwnDialect(at, entry.dialect, resolver),
    };
    models.push(model, ...resolveAliases(at, model, entry, file, declared, resolver));
  }
  if (declared.length === 0) models.push(...providers.flatMap(modelsOfProvider));
  else if (builtIn && !declared.includes(DEMO_MODEL)) {
    models.push(...providers.filter((provider) => provider.kind === 'demo').flatMap(modelsOfProvider));
  }
  const known = new Set(models.map((model) => model.id));
  for (const id of known)
    if (resolver.originOf(['models', id]) === undefined) resolver.noteOrigin(['models', id], { kind: 'built-in' });
  return keepFirst(models);
}

/** `NAME/*` for a server; the demo has one model, and its public id. */
function modelsOfProvider(provider: ProviderConfig): readonly ModelConfig[] {
  const target = { provider: provider.name, weight: 1, priority: 0 };
  const choice = { policy: 'weight', hedge: false } as const;
  if (provider.kind === 'demo') {
    return [{ id: DEMO_MODEL, targets: [{ ...target, model: 'demo' }], ...choice, price: FREE }];
  }
  return [{ id: `${provider.name}/*`, targets: [{ ...target, model: '*' }], ...choice }];
}

/** Two demo providers would both offer the demo model. */
function keepFirst(models: readonly ModelConfig[]): readonly ModelConfig[] {
  return [...new Map(models.toReversed().map((model) => [model.id, model])).values()].toReversed();
}

function checkId(at: Path, id: string, resolver: Resolver): void {
  if (id === '' || /\s/.test(id))
    resolver.error(at, 'is not a model id: it is empty or holds white space', 'Rename it.');
  if (countStars(id) > 1) resolver.error(at, 'holds more than one *', 'Write a glob with a single *.');
}

function resolveTargets(
  at: Path,
  id: string,
  entry: ModelEntry,
  providers: ReadonlySet<string>,
  resolver: Resolver,
): readonly TargetConfig[] {
  return entry.targets.flatMap((target: ModelEntry['targets'][number] | undefined, index) => {
    if (target === undefined) return [];
    const path = [...at, 'targets', index];
    checkProvider([...path, 'provider'], target.provider, providers, resolver);
    const stars = countStars(target.model);
    if (stars > 1) resolver.error([...path, 'model'], 'holds more than one *', 'Write a single *.');
    if (stars === 1 && countStars(id) === 0) {
      resolver.error(
        [...path, 'model'],
        'holds a *, but the id is not a glob',
        `Name a model, or write the id with a *.`,
      );
    }
    const weight = target.weight ?? (defaultOf(['models', id, 'targets', 0, 'weight']) as number);
    const priority = target.priority ?? (defaultOf(['models', id, 'targets', 0, 'priority']) as number);
    return [
      {
        provider: target.provider,
        model: target.model,
        weight,
        ...(target.weight === undefined ? {} : { hasWeight: true as const }),
        priority,
        ...(target.price === undefined ? {} : { price: readPrice(target.price) }),
        ...readOwnDialect(path, target.dialect, resolver),
      },
    ];
  });
}

function checkProvider(path: Path, name: string, providers: ReadonlySet<string>, resolver: Resolver): void {
  if (providers.has(name) || resolver.isSpoiled(['providers'])) return;
  const message = `unknown provider ${JSON.stringify(name)}`;
  const variable = findPreset(name)?.keyEnv[0];
  if (variable !== undefined) resolver.error(path, message, `Set ${variable}, or declare ${name} under providers.`);
  else if (nearestName(name, [...providers]) === undefined && findPreset(name) !== undefined) {
    resolver.error(path, message, `Declare it under providers with preset: ${name}.`);
  } else resolver.error(path, message, suggestName(name, [...providers]));
}

function readOwnDialect(
  at: Path,
  entry: ModelEntry['dialect'],
  resolver: Resolver,
): { readonly dialect?: DialectFacts } {
  return entry === undefined ? {} : { dialect: resolveWritten([...at, 'dialect'], entry, resolver) };
}

function readFacts(entry: ModelEntry): Partial<ModelConfig> {
  return {
    ...(entry.price === undefined ? {} : { price: readPrice(entry.price) }),
    ...(entry.context === undefined ? {} : { context: entry.context }),
    ...(entry.max_output === undefined ? {} : { maxOutput: entry.max_output }),
    ...(entry.tools === undefined ? {} : { tools: entry.tools }),
    ...(entry.vision === undefined ? {} : { vision: entry.vision }),
  };
}

function readPrice(price: NonNullable<ModelEntry['price']>): PriceConfig {
  return completePrice({
    input: String(price.input),
    output: String(price.output),
    ...readAmount('cacheRead', price.cache_read),
    ...readAmount('cacheWrite', price.cache_write),
    ...readAmount('cacheWrite1h', price.cache_write_1h),
    ...readAmount('reasoning', price.reasoning),
    ...readAmount('webSearch', price.web_search),
    ...readAmount('request', price.request),
  });
}

function readAmount(kind: keyof PriceConfig, amount: number | string | undefined): { readonly [kind: string]: string } {
  return amount === undefined ? {} : { [kind]: String(amount) };
}

function countStars(text: string): number {
  return text.split('*').length - 1;
}

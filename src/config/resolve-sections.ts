import type { Config, Listen, LogLevel, ModelConfig, PoolName, ServerConfig } from './config.ts';
import { parseListen } from './kinds.ts';
import { type Path, suggestName } from './problem.ts';
import type { Resolver } from './resolver.ts';
import type { ConfigFile } from './schema.ts';
import { parseDuration, parseSize } from './units.ts';

export function resolveListeners(values: ConfigFile, resolver: Resolver): Pick<Config, 'listen' | 'adminListen'> {
  return {
    listen: readListen(resolver.chooseOrDefault<string>(['listen'], values.listen)),
    adminListen: readListen(resolver.chooseOrDefault<string>(['admin', 'listen'], values.admin?.listen)),
  };
}

export function resolveLog(values: ConfigFile, resolver: Resolver): Config['log'] {
  return {
    level: resolver.chooseOrDefault<LogLevel>(['log', 'level'], values.log?.level),
    bodies: resolver.chooseOrDefault<boolean>(['log', 'bodies'], values.log?.bodies),
  };
}

export function resolveServer({ server = {} }: ConfigFile, resolver: Resolver): ServerConfig {
  const at = (key: string): Path => ['server', key];
  const duration = (key: 'heartbeat' | 'drain_timeout' | 'body_timeout'): number =>
    checked(parseDuration(resolver.chooseOrDefault<string>(at(key), server[key])));
  const trusted = resolver.chooseOrDefault<readonly (string | undefined)[]>(
    at('trusted_proxies'),
    server.trusted_proxies,
  );
  return {
    maxBodyBytes: checked(parseSize(resolver.chooseOrDefault<string>(at('max_body'), server.max_body))),
    heartbeatMs: duration('heartbeat'),
    drainTimeoutMs: duration('drain_timeout'),
    bodyTimeoutMs: duration('body_timeout'),
    // A list entry that failed its check is undefined; then there is no configuration in the end anyway.
    trustedProxies: trusted.filter((proxy) => proxy !== undefined),
  };
}

export function resolveRetry({ retry = {} }: ConfigFile, resolver: Resolver): Config['retry'] {
  return {
    attempts: resolver.chooseOrDefault<number>(['retry', 'attempts'], retry.attempts),
    budget: resolver.chooseOrDefault<number>(['retry', 'budget'], retry.budget),
  };
}

/** The pools of the routed model; each entry must be a model there is. */
export function resolveOrchestra(
  { orchestra }: ConfigFile,
  models: readonly ModelConfig[],
  resolver: Resolver,
): Config['orchestra'] {
  const pools: Partial<Record<PoolName, readonly string[]>> = {};
  for (const [name, ids] of Object.entries(orchestra?.pools ?? {})) {
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
  return { pools };
}

/** Whether an id is one of the models, or matches the glob of one. */
function isServed(id: string, models: readonly ModelConfig[]): boolean {
  return models.some((model) => {
    const [before = '', after] = model.id.split('*');
    if (after === undefined) return model.id === id;
    return id.length > before.length + after.length && id.startsWith(before) && id.endsWith(after);
  });
}

function readListen(text: string): Listen {
  return checked(parseListen(text));
}

/** What has passed its check in the schema can be read; anything else is a mistake in this program. */
function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that passed its check could not be read');
  return value;
}

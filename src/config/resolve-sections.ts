import type { Config, DocsConfig, Listen, LogLevel, OnFailure, ServerConfig } from './config.ts';
import { OFF, parseListen } from './kinds.ts';
import type { Path } from './problem.ts';
import type { Resolver } from './resolver.ts';
import type { ConfigFile } from './schema.ts';
import { parseDuration, parseSize } from './units.ts';

export function resolveListeners(
  values: ConfigFile,
  resolver: Resolver,
): Pick<Config, 'listen' | 'adminListen' | 'adminHosts'> {
  const { listen, hosts } = values.admin ?? {};
  const admin = resolver.chooseOrDefault<string>(['admin', 'listen'], listen);
  const names = resolver.chooseOrDefault<readonly (string | undefined)[]>(['admin', 'hosts'], hosts);
  return {
    listen: readListen(resolver.chooseOrDefault<string>(['listen'], values.listen)),
    ...(admin === OFF ? {} : { adminListen: readListen(admin) }),
    // A name that failed its check is undefined; then there is no configuration in the end anyway.
    adminHosts: names.filter((name) => name !== undefined).map((name) => name.toLowerCase()),
  };
}

export function resolveLog(values: ConfigFile, resolver: Resolver): Config['log'] {
  return {
    level: resolver.chooseOrDefault<LogLevel>(['log', 'level'], values.log?.level),
    bodies: resolver.chooseOrDefault<boolean>(['log', 'bodies'], values.log?.bodies),
  };
}

export function resolveLimits({ limits = {} }: ConfigFile, resolver: Resolver): Config['limits'] {
  return {
    onFailure: resolver.chooseOrDefault<OnFailure>(['limits', 'on_failure'], limits.on_failure),
    timeoutMs: checked(parseDuration(resolver.chooseOrDefault<string>(['limits', 'timeout'], limits.timeout))),
  };
}

export function resolveServer({ server = {} }: ConfigFile, listen: Listen, resolver: Resolver): ServerConfig {
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
    workers: resolveWorkers(server.workers, listen, resolver),
    // A list entry that failed its check is undefined; then there is no configuration in the end anyway.
    trustedProxies: trusted.filter((proxy) => proxy !== undefined),
  };
}

/** Several processes share an address with a port, and no other. */
function resolveWorkers(fromFile: number | undefined, listen: Listen, resolver: Resolver): number {
  const path: Path = ['server', 'workers'];
  const workers = resolver.chooseOrDefault<number>(path, fromFile);
  if (workers > 1 && (listen.kind === 'unix' || listen.port === 0)) {
    const why = listen.kind === 'unix' ? 'a socket of the file system' : 'port 0';
    resolver.error(path, `cannot be more than 1: ${why} is one process's own`, 'Listen on HOST:PORT, or set it to 1.');
  }
  return workers;
}

export function resolveRetry({ retry = {} }: ConfigFile, resolver: Resolver): Config['retry'] {
  return {
    attempts: resolver.chooseOrDefault<number>(['retry', 'attempts'], retry.attempts),
    budget: resolver.chooseOrDefault<number>(['retry', 'budget'], retry.budget),
  };
}

export function resolveDocs({ docs = {} }: ConfigFile, resolver: Resolver): Config['docs'] {
  return {
    enabled: resolver.chooseOrDefault<boolean>(['docs', 'enabled'], docs.enabled),
    models: resolver.chooseOrDefault<DocsConfig['models']>(['docs', 'models'], docs.models),
  };
}

export function resolveIdempotency({ idempotency = {} }: ConfigFile, resolver: Resolver): Config['idempotency'] {
  const choose = (key: 'ttl' | 'memory') => resolver.chooseOrDefault<string>(['idempotency', key], idempotency[key]);
  return { ttlMs: checked(parseDuration(choose('ttl'))), memoryBytes: checked(parseSize(choose('memory'))) };
}

export function resolveLedger({ ledger = {} }: ConfigFile, resolver: Resolver): Config['ledger'] {
  const every = resolver.chooseOrDefault<string>(['ledger', 'verify_every'], ledger.verify_every);
  return { verifyEveryMs: checked(parseDuration(every)) };
}

function readListen(text: string): Listen {
  return checked(parseListen(text));
}

/** What has passed its check in the schema can be read; anything else is a mistake in this program. */
function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that passed its check could not be read');
  return value;
}

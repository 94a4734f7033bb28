import type { Origin } from './config.ts';
import type { Path, ProblemList } from './problem.ts';
import { PAIRS, readMs, readPairs, readShare } from './otel-variables.ts';
import { MAX_WORKERS } from './schema-server.ts';
import { validateValue } from './validate.ts';

/** Flags that stand above the file; `config` names the file itself. */
export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly listen?: string | undefined;
  readonly adminListen?: string | undefined;
  readonly drainTimeout?: string | undefined;
  readonly workers?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface Override {
  readonly path: Path;
  readonly env?: string;
  readonly flag?: { readonly key: keyof ConfigFlags; readonly name: string };
  /** What the text stands for, where not for itself, all checks included; undefined: it cannot be read. */
  readonly read?: (text: string) => unknown;
  /** What such a text looks like. */
  readonly form?: string;
}

/** Every option that a variable or a flag can set. */
export const OVERRIDES: readonly Override[] = [
  { path: ['listen'], env: 'TOKENHARBOR_LISTEN', flag: { key: 'listen', name: '--listen' } },
  {
    path: ['admin', 'listen'],
    env: 'TOKENHARBOR_ADMIN_LISTEN',
    flag: { key: 'adminListen', name: '--admin-listen' },
  },
  { path: ['data_dir'], env: 'TOKENHARBOR_DATA_DIR', flag: { key: 'dataDir', name: '--data-dir' } },
  { path: ['database'], env: 'TOKENHARBOR_DATABASE_URL' },
  { path: ['redis'], env: 'TOKENHARBOR_REDIS_URL' },
  { path: ['log', 'level'], env: 'TOKENHARBOR_LOG_LEVEL' },
  { path: ['server', 'drain_timeout'], flag: { key: 'drainTimeout', name: '--drain-timeout' } },
  {
    path: ['server', 'workers'],
    flag: { key: 'workers', name: '--workers' },
    read: readWorkers,
    form: `a whole number from 1 to ${MAX_WORKERS}`,
  },
  // As every program takes them that sends OpenTelemetry's data.
  { path: ['telemetry', 'otlp', 'endpoint'], env: 'OTEL_EXPORTER_OTLP_ENDPOINT' },
  { path: ['telemetry', 'otlp', 'headers'], env: 'OTEL_EXPORTER_OTLP_HEADERS', read: readPairs, form: PAIRS },
  {
    path: ['telemetry', 'otlp', 'sample'],
    env: 'OTEL_TRACES_SAMPLER_ARG',
    read: readShare,
    form: 'a number from 0 to 1',
  },
  { path: ['telemetry', 'otlp', 'interval'], env: 'OTEL_METRIC_EXPORT_INTERVAL', read: readMs, form: 'milliseconds' },
  { path: ['telemetry', 'otlp', 'service_name'], env: 'OTEL_SERVICE_NAME' },
  { path: ['telemetry', 'otlp', 'resource'], env: 'OTEL_RESOURCE_ATTRIBUTES', read: readPairs, form: PAIRS },
];

function readWorkers(text: string): number | undefined {
  const count = /^[1-9]\d?$/.test(text) ? Number(text) : Number.NaN;
  return count <= MAX_WORKERS ? count : undefined;
}

export const CONFIG_VARIABLE = 'TOKENHARBOR_CONFIG';

export interface Overriding {
  readonly path: Path;
  readonly value: unknown;
  readonly origin: Origin;
}

/** What variables and flags set, flags last; bad ones go to `problems` and are left out. An empty variable is unset. */
export function readOverrides(flags: ConfigFlags, env: Environment, problems: ProblemList): readonly Overriding[] {
  const found: Overriding[] = [];
  for (const { path, env: variable, flag, read, form } of OVERRIDES) {
    const fromEnv = variable === undefined ? undefined : env[variable];
    if (variable !== undefined && fromEnv !== undefined && fromEnv !== '') {
      take(path, fromEnv, { kind: 'environment', name: variable }, read, form);
    }
    const fromFlag = flag === undefined ? undefined : flags[flag.key];
    if (flag !== undefined && fromFlag !== undefined) {
      take(path, fromFlag, { kind: 'flag', name: flag.name }, read, form);
    }
  }
  return found;

  function take(
    path: Path,
    text: string,
    origin: Origin & { readonly name: string },
    read: Override['read'],
    form = '',
  ): void {
    const value = read === undefined ? text : read(text);
    const unreadable = value === undefined ? { message: `is not ${form}`, fix: 'Correct it.' } : undefined;
    const fault = unreadable ?? (read === undefined ? validateValue(path, value) : undefined);
    if (fault === undefined) found.push({ path, value, origin });
    else {
      const source = origin.kind === 'flag' ? 'command line' : 'environment';
      problems.add({ severity: 'error', source, path: origin.name, message: fault.message, fix: fault.fix });
    }
  }
}

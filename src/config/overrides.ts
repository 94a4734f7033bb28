import type { Origin } from './config.ts';
import type { Path, ProblemList } from './problem.ts';
import { validateValue } from './validate.ts';

/** Flags that stand above the file; `config` names the file itself. */
export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly listen?: string | undefined;
  readonly adminListen?: string | undefined;
  readonly drainTimeout?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface Override {
  readonly path: Path;
  readonly env?: string;
  readonly flag?: { readonly key: keyof ConfigFlags; readonly name: string };
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
];

export const CONFIG_VARIABLE = 'TOKENHARBOR_CONFIG';

export interface Overriding {
  readonly path: Path;
  readonly value: string;
  readonly origin: Origin;
}

/** What variables and flags set, flags last; bad ones go to `problems` and are left out. An empty variable is unset. */
export function readOverrides(flags: ConfigFlags, env: Environment, problems: ProblemList): readonly Overriding[] {
  const found: Overriding[] = [];
  for (const { path, env: variable, flag } of OVERRIDES) {
    const fromEnv = variable === undefined ? undefined : env[variable];
    if (variable !== undefined && fromEnv !== undefined && fromEnv !== '') {
      take(path, fromEnv, { kind: 'environment', name: variable });
    }
    const fromFlag = flag === undefined ? undefined : flags[flag.key];
    if (flag !== undefined && fromFlag !== undefined) take(path, fromFlag, { kind: 'flag', name: flag.name });
  }
  return found;

  function take(path: Path, value: string, origin: Origin & { readonly name: string }): void {
    const fault = validateValue(path, value);
    if (fault === undefined) found.push({ path, value, origin });
    else {
      const source = origin.kind === 'flag' ? 'command line' : 'environment';
      problems.add({ severity: 'error', source, path: origin.name, message: fault.message, fix: fault.fix });
    }
  }
}

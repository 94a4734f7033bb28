import type { Command } from 'commander';
import type { StoragePlace } from '../accounts/store/open-stores.ts';
import type { Config } from '../config/config.ts';
import { loadConfigFromDisk } from '../config/load-from-disk.ts';
import type { LoadResult } from '../config/load.ts';
import type { ConfigFlags } from '../config/overrides.ts';
import { formatProblem } from '../config/problem.ts';
import { type CliContext, type GlobalOptions, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';

/** Flags of a single verb that stand above the file. */
export type VerbFlags = Pick<ConfigFlags, 'listen' | 'adminListen' | 'drainTimeout' | 'workers'>;

/** Loads the configuration a command was started with, whatever state it is in. */
export function loadFor(command: Command, context: CliContext, flags: VerbFlags = {}): LoadResult {
  const { config, dataDir } = command.optsWithGlobals<GlobalOptions>();
  return loadConfigFromDisk({ ...flags, config, dataDir }, context.env, context.cwd);
}

/**
 * Loads the configuration of a verb that cannot do without it. Problems go to standard error (warnings not with
 * `--quiet`); an error ends the verb with 78.
 */
export function requireConfig(command: Command, context: CliContext, flags: VerbFlags = {}): Config {
  const { config, problems } = loadFor(command, context, flags);
  const { quiet } = command.optsWithGlobals<GlobalOptions>();
  for (const problem of problems) {
    if (problem.severity === 'error' || quiet !== true) context.stderr.write(`${formatProblem(problem)}\n`);
  }
  if (config === undefined) fail(EXIT.BAD_CONFIG, 'the configuration has errors');
  return config;
}

/**
 * Where everything is kept, for verbs that need nothing else: an operator's shell seldom holds the keys of the vendors
 * that the server's own environment does, and a missing one must not stand in the way of revoking a key.
 */
export function requirePlace(command: Command, context: CliContext): StoragePlace {
  const { dataDir, database, problems } = loadFor(command, context);
  if (dataDir !== undefined) return { dataDir, database };
  for (const problem of problems) {
    if (problem.severity === 'error') context.stderr.write(`${formatProblem(problem)}\n`);
  }
  return fail(EXIT.BAD_CONFIG, 'the configuration has errors');
}

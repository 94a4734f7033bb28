import { dirname, resolve } from 'node:path';
import { findExposedSecrets } from './check-secrets.ts';
import type { Config, Listen, Origin } from './config.ts';
import { expandDirectory, findDataDir } from './data-dir.ts';
import { NOT_TEXT } from './decode-text.ts';
import { findNotInEffect } from './not-in-effect.ts';
import { type ConfigFlags, type Environment, CONFIG_VARIABLE, readOverrides } from './overrides.ts';
import { type Path, type Problem, ProblemList, formatPath, nearestName } from './problem.ts';
import { type ReadFile, readConfigText } from './read-file.ts';
import { reason } from './references.ts';
import { resolveModels } from './resolve-models.ts';
import { resolveOrchestra } from './resolve-orchestra.ts';
import { resolveProviders } from './resolve-providers.ts';
import {
  resolveDocs,
  resolveIdempotency,
  resolveLedger,
  resolveLimits,
  resolveListeners,
  resolveLog,
  resolveRetry,
  resolveServer,
} from './resolve-sections.ts';
import { resolveTelemetry } from './resolve-telemetry.ts';
import { Resolver } from './resolver.ts';
import type { ConfigFile } from './schema.ts';
import { ROOT_NODE } from './schema-walk.ts';

export interface FileText {
  readonly text: string;
  /** Permission bits, where the platform has them. */
  readonly mode?: number;
}

export interface LoadInput {
  readonly flags: ConfigFlags;
  readonly env: Environment;
  /** Directory that relative paths of flags and variables start at. */
  readonly cwd: string;
  /** Reads a file by its absolute path; throws when it cannot. */
  readonly readFile: (path: string) => FileText;
  /** The user's home directory; left out: `$HOME`. */
  readonly home?: string;
}

export interface LoadResult {
  /** Undefined when there is at least one error. */
  readonly config: Config | undefined;
  /** Known even when other parts are wrong; undefined when it, or the file as a whole, is. */
  readonly dataDir: string | undefined;
  /** The database URL, known when `dataDir` is; undefined: there is none. */
  readonly database: string | undefined;
  /** Where the admin listener is, known when `dataDir` is; undefined: there is none. */
  readonly adminListen: Listen | undefined;
  /** Everything that is wrong or doubtful, at once, in the order of the file. */
  readonly problems: readonly Problem[];
}

/** Builds the configuration from defaults < file < environment < flags. Does nothing but read files. */
export function loadConfig(input: LoadInput): LoadResult {
  const problems = new ProblemList();
  const named = findConfigName(input);
  const file = named === undefined ? undefined : readNamedFile(named, input, problems);
  // Without the file's values every later finding would be about another configuration.
  if (named !== undefined && file === undefined)
    return {
      config: undefined,
      dataDir: undefined,
      database: undefined,
      adminListen: undefined,
      problems: problems.list(),
    };
  const resolver = new Resolver(problems, file);
  const values = applyOverrides(file, input, resolver, problems);
  const dataDir = resolveDataDir(values, file, input, resolver);
  const config = resolveConfig(values, file, input, dataDir, resolver);
  for (const { path, instead } of findNotInEffect(values))
    resolver.warn(path, 'is not in effect in this version', instead);
  const isPlaceKnown = !problems.list().some(isAboutStorage);
  return {
    config: problems.hasErrors ? undefined : config,
    dataDir: isPlaceKnown ? dataDir : undefined,
    database: isPlaceKnown ? config?.database : undefined,
    adminListen: isPlaceKnown ? config?.adminListen : undefined,
    problems: problems.list(),
  };
}

const STORAGE = new Set(['data_dir', 'database', 'TOKENHARBOR_DATA_DIR', 'TOKENHARBOR_DATABASE_URL', '--data-dir']);

/** Whether a problem leaves it open where the data is; the default would then be the wrong place. */
function isAboutStorage({ severity, path }: Problem): boolean {
  if (severity !== 'error') return false;
  return STORAGE.has(path) || path.startsWith('(') || isMisspeltStorage(path);
}

/** Any other slip does not stand between an operator and the keys to be revoked. */
function isMisspeltStorage(path: string): boolean {
  const [section = ''] = path.split(/[.[]/);
  const known = Object.keys(ROOT_NODE.properties ?? {});
  return !known.includes(section) && STORAGE.has(nearestName(section, known) ?? '');
}

interface NamedFile {
  readonly name: string;
  readonly origin: Origin & { readonly name: string };
}

function findConfigName({ flags, env }: LoadInput): NamedFile | undefined {
  if (flags.config !== undefined) return { name: flags.config, origin: { kind: 'flag', name: '--config' } };
  const name = env[CONFIG_VARIABLE] ?? '';
  return name === '' ? undefined : { name, origin: { kind: 'environment', name: CONFIG_VARIABLE } };
}

function readNamedFile({ name, origin }: NamedFile, input: LoadInput, problems: ProblemList): ReadFile | undefined {
  if (name === '') {
    const fix = 'Name a file, or leave it out.';
    problems.add({ severity: 'error', source: 'command line', path: origin.name, message: 'is empty', fix });
    return undefined;
  }
  const path = resolve(input.cwd, name);
  let found: FileText;
  try {
    found = input.readFile(path);
  } catch (error) {
    const cause = reason(error);
    const message = `cannot be read: ${cause}`;
    problems.add({ severity: 'error', source: name, line: 1, path: '(file)', message, fix: adviceOn(cause, origin) });
    return undefined;
  }
  const readText = (other: string): string => input.readFile(resolve(dirname(path), other)).text;
  const file = readConfigText(name, found.text, { env: input.env, readText }, problems);
  if (file === undefined) return undefined;
  for (const secret of findExposedSecrets(file, found.mode)) {
    const message = 'is a secret in a file that everybody on this machine can read';
    const fix = `Run chmod 600 ${name}, or write a reference such as \${NAME} instead.`;
    problems.add({
      severity: 'warning',
      source: name,
      line: file.lineOf(secret),
      path: formatPath(secret),
      message,
      fix,
    });
  }
  return file;
}

function adviceOn(cause: string, origin: NamedFile['origin']): string {
  if (cause === 'EISDIR') return `It is a directory: name the file in it with ${origin.name}.`;
  if (cause === 'EACCES') return 'Allow this user to read it.';
  if (cause === 'ENOENT')
    return `Create it (tokenharbor config init prints a starter file), or correct ${origin.name}.`;
  return cause === NOT_TEXT ? 'Save it as UTF-8.' : `Correct it, or ${origin.name}.`;
}

/** The values of the file with those of variables and flags put over them. */
function applyOverrides(
  file: ReadFile | undefined,
  { flags, env }: LoadInput,
  resolver: Resolver,
  problems: ProblemList,
): ConfigFile {
  const values: ConfigFile = { ...file?.value };
  for (const { path, value, origin } of readOverrides(flags, env, problems)) {
    Object.assign(values, withValueAt(values, path, value));
    resolver.override(path, origin);
  }
  return values;
}

/** A copy with another value at a path; nothing of the original is changed. */
function withValueAt(holder: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const members = (holder ?? {}) as Readonly<Record<string | number, unknown>>;
  return { ...members, [step]: withValueAt(members[step], rest, value) };
}

function resolveConfig(
  values: ConfigFile,
  file: ReadFile | undefined,
  input: LoadInput,
  dataDir: string | undefined,
  resolver: Resolver,
): Config | undefined {
  const providers = resolveProviders(values, file?.providerNames ?? [], input.env, resolver);
  const models = resolveModels(values, file?.modelIds ?? [], providers, resolver);
  const orchestra = resolveOrchestra(values, models, providers.providers, resolver);
  const urls = { ...resolveUrl('database', values, resolver), ...resolveUrl('redis', values, resolver) };
  const listeners = resolveListeners(values, resolver);
  const rest = {
    ...listeners,
    limits: resolveLimits(values, resolver),
    log: resolveLog(values, resolver),
    ...resolveTelemetry(values, resolver),
    server: resolveServer(values, listeners.listen, resolver),
    retry: resolveRetry(values, resolver),
    idempotency: resolveIdempotency(values, resolver),
    docs: resolveDocs(values, resolver),
    ledger: resolveLedger(values, resolver),
  };
  if (dataDir === undefined) return undefined;
  return deepFreeze({
    ...rest,
    ...urls,
    dataDir,
    providers: providers.providers,
    models,
    orchestra,
    origins: resolver.origins,
  });
}

function resolveUrl(
  key: 'database' | 'redis',
  values: ConfigFile,
  resolver: Resolver,
): { readonly [key: string]: string } {
  const url = values[key];
  if (url === undefined) return {};
  resolver.noteOrigin([key], resolver.fileOrigin([key]));
  return { [key]: url };
}

function resolveDataDir(
  values: ConfigFile,
  file: ReadFile | undefined,
  input: LoadInput,
  resolver: Resolver,
): string | undefined {
  const path: Path = ['data_dir'];
  const home = input.home ?? input.env['HOME'];
  if (values.data_dir !== undefined) {
    const fromFile = resolver.originOf(path) === undefined;
    const base = fromFile && file !== undefined ? dirname(resolve(input.cwd, file.name)) : input.cwd;
    resolver.noteOrigin(path, resolver.fileOrigin(path));
    return expandDirectory(values.data_dir, base, home);
  }
  const found = findDataDir(input.env, home);
  if (found === undefined) {
    resolver.error(path, 'is not set, and there is no home directory', 'Set TOKENHARBOR_DATA_DIR, or write data_dir.');
    return undefined;
  }
  resolver.noteOrigin(path, found.origin);
  return found.path;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

import type { Origin } from './config.ts';
import { type Path, type ProblemList, type Severity, formatPath } from './problem.ts';
import { nodeAt } from './schema-walk.ts';

/** What a resolver needs to know of the file it works for. */
export interface ResolverFile {
  readonly name: string;
  readonly lineOf: (path: Path) => number;
  readonly isSpoiled: (path: Path) => boolean;
}

/** Where the parts of a configuration come from and how a problem with one names its place. */
export class Resolver {
  readonly origins: Record<string, Origin> = {};
  readonly #overridden = new Set<string>();
  readonly #problems: ProblemList;
  readonly #file: ResolverFile | undefined;

  constructor(problems: ProblemList, file: ResolverFile | undefined) {
    this.#problems = problems;
    this.#file = file;
  }

  /** Whether the value at a path failed its own check, so that its absence means nothing. */
  isSpoiled(path: Path): boolean {
    return this.#file?.isSpoiled(path) === true;
  }

  originOf(path: Path): Origin | undefined {
    return this.origins[formatPath(path)];
  }

  /** The origin of a value that stands in the file. */
  fileOrigin(path: Path): Origin {
    return this.#file === undefined
      ? { kind: 'built-in' }
      : { kind: 'file', file: this.#file.name, line: this.#file.lineOf(path) };
  }

  /** Notes where a value came from, unless a variable or a flag stands above it. */
  noteOrigin(path: Path, origin: Origin): void {
    const at = formatPath(path);
    if (!this.#overridden.has(at)) this.origins[at] = origin;
  }

  /** Notes that a variable or a flag set a value, whatever the file says. */
  override(path: Path, origin: Origin): void {
    const at = formatPath(path);
    this.origins[at] = origin;
    this.#overridden.add(at);
  }

  /** The value of the file, else the fallback; notes which it was. */
  choose<T>(path: Path, fromFile: T | undefined, fallback: T, fallbackOrigin: Origin = { kind: 'default' }): T {
    this.noteOrigin(path, fromFile === undefined ? fallbackOrigin : this.fileOrigin(path));
    return fromFile ?? fallback;
  }

  /** The value of the file, else the default of the schema. */
  chooseOrDefault<T>(path: Path, fromFile: T | undefined): T {
    return this.choose(path, fromFile, defaultOf(path) as T);
  }

  error(path: Path, message: string, fix: string): void {
    this.#report('error', path, message, fix);
  }

  warn(path: Path, message: string, fix: string): void {
    this.#report('warning', path, message, fix);
  }

  #report(severity: Severity, path: Path, message: string, fix: string): void {
    const origin = this.origins[formatPath(path)];
    if (origin?.kind === 'environment' || origin?.kind === 'flag') {
      const source = origin.kind === 'flag' ? 'command line' : 'environment';
      this.#problems.add({ severity, source, path: origin.name, message, fix });
    } else if (this.#file === undefined) {
      this.#problems.add({ severity, source: 'environment', path: formatPath(path), message, fix });
    } else {
      const line = this.#file.lineOf(path);
      this.#problems.add({ severity, source: this.#file.name, line, path: formatPath(path), message, fix });
    }
  }
}

/** The default the schema states for an option; its absence is a mistake in this program. */
export function defaultOf(path: Path): unknown {
  const value = nodeAt(path)?.default;
  if (value === undefined) throw new Error(`the schema has no default for ${formatPath(path)}`);
  return value;
}

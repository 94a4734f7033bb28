import { closest, distance } from 'fastest-levenshtein';

export type Severity = 'error' | 'warning';

/** Steps from the root of the configuration to one value: `['models', 'a/b', 'targets', 0]`. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly severity: Severity;
  /** The file as it was named, `environment` or `command line`. */
  readonly source: string;
  /** 1-based; files only. */
  readonly line?: number;
  /** The option as it is written in the file, the variable, or the flag. */
  readonly path: string;
  /** What is wrong, without a full stop. */
  readonly message: string;
  /** What to do about it, as a sentence. */
  readonly fix: string;
}

/** `FILE:LINE: path: problem. fix` – one line, whatever the parts hold. */
export function formatProblem(problem: Problem): string {
  const where = problem.line === undefined ? problem.source : `${problem.source}:${problem.line}`;
  const kind = problem.severity === 'warning' ? 'warning: ' : '';
  return `${where}: ${problem.path}: ${kind}${problem.message}. ${problem.fix}`.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}

/** `models["a/b"].targets[0].provider`; the root is `(root)`. */
export function formatPath(path: Path): string {
  if (path.length === 0) return '(root)';
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** The known name a typo most likely stands for, or undefined when none is near enough to be a help. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(name.toLowerCase(), known);
  const longer = Math.max(name.length, best.length);
  // Two letters swapped, the commonest slip, count as two edits; of a very short name two would be most of it.
  const allowed = longer < 4 ? 1 : Math.max(2, Math.floor(longer / 3));
  return distance(name.toLowerCase(), best) <= allowed ? best : undefined;
}

/** A sentence that leads from an unknown name to a known one. */
export function suggestName(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Did you mean ${JSON.stringify(nearest)}?`;
  return known.length === 0 ? 'Remove it.' : `Known here: ${known.join(', ')}.`;
}

/**
 * Collects every problem of one load. The first error of a path wins: what follows from it (an empty value after a
 * missing reference, say) would only repeat it.
 */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #errorsAt = new Set<string>();

  add(problem: Problem): void {
    const at = `${problem.source}\0${problem.line ?? ''}\0${problem.path}`;
    if (problem.severity === 'error') {
      if (this.#errorsAt.has(at)) return;
      this.#errorsAt.add(at);
    } else if (this.#problems.some((known) => formatProblem(known) === formatProblem(problem))) return;
    this.#problems.push(problem);
  }

  get hasErrors(): boolean {
    return this.#errorsAt.size > 0;
  }

  /** In the order of the lines, so that a file is mended top to bottom; what has no line comes last. */
  list(): readonly Problem[] {
    return this.#problems.toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0);
  }
}

import { type Path, formatPath } from '../../config/problem.ts';

/** A part of the source that the written configuration, or a command beside it, stands for. */
export interface Carried {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** What it has become. */
  readonly as: string;
  /** What is still to be done for it, as a sentence. */
  readonly todo?: string;
}

/** A part of the source that nothing stands for. */
export interface NotCarried {
  readonly path: string;
  readonly line: number;
  /** Whether requests that were served before may now be refused, answered otherwise or no longer be limited. */
  readonly essential: boolean;
  /** Without a full stop. */
  readonly why: string;
  /** As a sentence. */
  readonly instead: string;
}

/** Why something is left out, and what to do: the part of a finding that is the same wherever it is met. */
export type LeftOut = Pick<NotCarried, 'essential' | 'why' | 'instead'>;

/** What became of every part of a source, in the order it was read. Values of the source are never quoted. */
export class Findings {
  readonly carried: Carried[] = [];
  readonly notCarried: NotCarried[] = [];
  readonly #lineOf: (path: Path) => number;

  constructor(lineOf: (path: Path) => number) {
    this.#lineOf = lineOf;
  }

  carry(path: Path, as: string, todo?: string): void {
    const found = { ...this.#place(path), as, ...(todo === undefined ? {} : { todo }) };
    if (!this.carried.some((one) => one.path === found.path && one.as === as)) this.carried.push(found);
  }

  leaveOut(path: Path, { essential, why, instead }: LeftOut): void {
    const found = { ...this.#place(path), essential, why, instead };
    if (!this.notCarried.some((one) => one.path === found.path && one.why === why)) this.notCarried.push(found);
  }

  get hasGaps(): boolean {
    return this.notCarried.some(({ essential }) => essential);
  }

  #place(path: Path): { readonly path: string; readonly line: number } {
    return { path: formatPath(path), line: this.#lineOf(path) };
  }
}

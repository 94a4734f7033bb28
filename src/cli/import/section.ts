import type { Path } from '../../config/problem.ts';

/** One map of the source. What nobody takes from it is left in `rest`, so that nothing is passed over in silence. */
export class Section {
  readonly path: Path;
  readonly #members: ReadonlyMap<string, unknown>;
  readonly #taken = new Set<string>();

  constructor(path: Path, members: Readonly<Record<string, unknown>>) {
    this.path = path;
    this.#members = new Map(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
  }

  at(key: string): Path {
    return [...this.path, key];
  }

  has(key: string): boolean {
    return this.#members.has(key);
  }

  /** Text as it stands in the file; numbers too. */
  text(key: string): string | undefined {
    const value = this.#members.get(key);
    return typeof value === 'string' ? this.#take(key, value) : undefined;
  }

  /** A finite number; undefined, and left in `rest`, for anything else. */
  number(key: string): number | undefined {
    const value = this.#members.get(key);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
    return Number.isFinite(number) ? this.#take(key, number) : undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.#members.get(key);
    return typeof value === 'boolean' ? this.#take(key, value) : undefined;
  }

  section(key: string): Section | undefined {
    const section = sectionOf(this.at(key), this.#members.get(key));
    return section === undefined ? undefined : this.#take(key, section);
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.#members.get(key);
    return Array.isArray(value) ? this.#take(key, value as readonly unknown[]) : undefined;
  }

  /** The members of a map, each with its path. */
  get keys(): readonly string[] {
    return [...this.#members.keys()];
  }

  /** What a member is, untouched. */
  peek(key: string): unknown {
    return this.#members.get(key);
  }

  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.#taken.add(key);
  }

  get rest(): readonly string[] {
    return this.keys.filter((key) => !this.#taken.has(key));
  }

  #take<T>(key: string, value: T): T {
    this.#taken.add(key);
    return value;
  }
}

export function sectionOf(path: Path, value: unknown): Section | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Section(path, value as Readonly<Record<string, unknown>>);
}

/** The texts of a list; undefined when it holds anything else. */
export function textsOf(list: readonly unknown[]): readonly string[] | undefined {
  return list.every((item) => typeof item === 'string') ? list : undefined;
}

import { ApiError } from '../api-error.ts';
import type { CrossingPorts } from './ports.ts';

/** Characters both shapes allow in the name of a tool. */
const LEGAL = /^[A-Za-z0-9_-]+$/;

/**
 * The names of one request's tools, both ways. A name that the upstream would refuse (too long, a dot) gets an alias
 * that is the same in every request; the answer's calls bear the client's own name again.
 */
export class ToolNames {
  readonly #max: number;
  readonly #sha256: (text: string) => string;
  readonly #aliases = new Map<string, string>();
  readonly #originals = new Map<string, string>();

  constructor(maxLength: number, { sha256 }: CrossingPorts) {
    this.#max = maxLength;
    this.#sha256 = sha256;
  }

  /** The name the upstream is given. For names within history too, whether or not such a tool is offered. */
  toUpstream(name: string): string {
    const known = this.#aliases.get(name);
    if (known !== undefined) return known;
    const fits = name.length <= this.#max && LEGAL.test(name);
    const alias = fits
      ? name
      : `${name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, this.#max - 9)}_${this.#sha256(name).slice(0, 8)}`;
    this.#aliases.set(name, alias);
    if (!fits) this.#originals.set(alias, name);
    return alias;
  }

  /** The same for a tool that is offered; throws where two tools would bear one name. `param` is the path of the name. */
  offer(name: string, param: string): string {
    const alias = this.toUpstream(name);
    if (this.#offered.has(alias)) {
      throw new ApiError('invalid_value', `Two tools bear the name ${JSON.stringify(name)}; names must differ`, {
        param,
      });
    }
    this.#offered.add(alias);
    return alias;
  }

  readonly #offered = new Set<string>();

  /** Whether a tool of the client's name is offered. */
  has(name: string): boolean {
    const alias = this.#aliases.get(name);
    return alias !== undefined && this.#offered.has(alias);
  }

  /** The client's own name of what the upstream calls. */
  toClient(name: string): string {
    return this.#originals.get(name) ?? name;
  }
}

/** Longest header value; what is beyond it is told as `more`. */
const MAX_BYTES = 1024;

/**
 * What of a request could not cross as it was, as stable codes: `dropped.<field>`, `clamped.<field>`,
 * `approx.<field>`, each with the path where it stood. Goes out as a header and into the request log.
 */
export class Warnings {
  readonly #codes = new Set<string>();

  /** `path` is left out where the code names it already. */
  add(code: `${'dropped' | 'clamped' | 'approx'}.${string}`, path?: string): void {
    this.#codes.add(path === undefined || path === '' || code.endsWith(`.${path}`) ? code : `${code}=${path}`);
  }

  /** Tells the places of what was added so far by other paths. */
  relocate(locate: (path: string) => string): void {
    const codes = [...this.#codes];
    this.#codes.clear();
    for (const code of codes) {
      const at = code.indexOf('=') + 1;
      this.#codes.add(at === 0 ? code : code.slice(0, at) + locate(code.slice(at)));
    }
  }

  get list(): readonly string[] {
    return [...this.#codes];
  }

  /** The header's value, visible ASCII, at most 1,024 bytes; undefined when there is nothing to tell. */
  toHeader(): string | undefined {
    let header = '';
    for (const code of this.#codes) {
      const safe = code.replace(/[^\x21-\x7e]|,/g, (c) => encodeURIComponent(c.toWellFormed()));
      const next = header === '' ? safe : `${header},${safe}`;
      if (next.length > MAX_BYTES - ',more'.length) return header === '' ? 'more' : `${header},more`;
      header = next;
    }
    return header === '' ? undefined : header;
  }
}

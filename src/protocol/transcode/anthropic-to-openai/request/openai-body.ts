import { encodeJson, escapeInner, type JsonText, objectOf } from '../../../json/json-text.ts';

/** The upstream's request while it is written: its members in order, and which of the client's each came from. */
export class OpenAiBody {
  readonly #members = new Map<string, JsonText>();
  readonly #origins = new Map<string, string>();

  /** `from`: the client's path of what the member was made of. */
  set(name: string, value: JsonText, from?: string): void {
    this.#members.set(name, value);
    if (from !== undefined) this.#origins.set(name, from);
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** `upstream` is a path in this body, `messages.3`; `client` where it came from, `messages[1].content[0]`. */
  addOrigin(upstream: string, client: string): void {
    this.#origins.set(upstream, client);
  }

  /** The client's path for a path in this body, `messages[3].content` or `messages.3.content`: of the deepest part known. */
  locate(param: string): string | undefined {
    for (let path = normalise(param); path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
      const origin = this.#origins.get(path);
      if (origin !== undefined) return origin;
    }
    return undefined;
  }

  encode(capacity: number): Uint8Array<ArrayBuffer> {
    const members = [...this.#members].map(([name, value]) => [escapeInner(name), value] as const);
    return encodeJson(objectOf(members), capacity);
  }
}

/** Vendors write `messages[3].content`, `messages.3.content`, and some put `body.` before it. */
function normalise(path: string): string {
  return path
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/^(?:body|request|\$)\./, '')
    .replace(/^\./, '');
}

import { Literal } from '../json/literal.ts';
import type { JsonNode } from '../json/node.ts';
import { insideOf } from '../json/span.ts';

/** Members whose fragments make one text; any other member's last value counts. */
const TEXTS = new Set(['text', 'summary']);

/** OpenRouter's `reasoning_details`: a stream has a fragment in each chunk, and its entries have to go back whole. */
export class ReasoningDetails {
  readonly #entries: Entry[] = [];

  add(fragments: JsonNode | undefined): void {
    for (const fragment of fragments?.elements ?? []) {
      if (fragment.kind !== 'object') continue;
      const last = this.#entries.at(-1);
      if (last?.continuesWith(fragment) === true) last.add(fragment);
      else this.#entries.push(new Entry(fragment));
    }
  }

  /** Each entry as JSON. */
  get texts(): string[] {
    return this.#entries.map((entry) => entry.json);
  }

  /** The same, and forgets them. */
  take(): string[] {
    const { texts } = this;
    this.#entries.length = 0;
    return texts;
  }
}

class Entry {
  readonly #first: JsonNode;
  /** Members as JSON or as the literal of a text, in the order they were first seen. Undefined while there is one fragment. */
  #members: Map<string, string | Literal> | undefined;

  constructor(first: JsonNode) {
    this.#first = first;
  }

  continuesWith(fragment: JsonNode): boolean {
    const isFragment = fragment.get('text') !== undefined || fragment.get('summary') !== undefined;
    if (!isFragment && fragment.get('signature') === undefined) return false;
    for (const name of ['type', 'index', 'id']) {
      if (this.#raw(name) !== fragment.get(name)?.raw) return false;
    }
    // Nothing follows a signature but the next thought.
    return this.#raw('index') !== undefined && this.#raw('signature') === undefined;
  }

  add(fragment: JsonNode): void {
    this.#members ??= this.#read();
    for (const [name, node] of fragment.members) {
      const known = this.#members.get(name);
      if (node.kind === 'null' && known !== undefined) continue;
      if (known instanceof Literal) {
        if (node.kind === 'string') known.add(insideOf(node));
      } else this.#members.set(name, memberOf(name, node));
    }
  }

  get json(): string {
    if (this.#members === undefined) return this.#first.raw;
    const members = [...this.#members].map(
      ([name, value]) => `${JSON.stringify(name)}:${value instanceof Literal ? value.json : value}`,
    );
    return `{${members.join(',')}}`;
  }

  #raw(name: string): string | undefined {
    const member = this.#members?.get(name);
    if (this.#members === undefined) return this.#first.get(name)?.raw;
    return member instanceof Literal ? member.json : member === 'null' ? undefined : member;
  }

  #read(): Map<string, string | Literal> {
    return new Map([...this.#first.members].map(([name, node]) => [name, memberOf(name, node)]));
  }
}

function memberOf(name: string, node: JsonNode): string | Literal {
  if (!TEXTS.has(name) || node.kind !== 'string') return node.raw;
  const literal = new Literal();
  literal.add(insideOf(node));
  return literal;
}

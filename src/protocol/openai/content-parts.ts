import { Literal, literalOf } from '../json/literal.ts';
import type { JsonNode } from '../json/node.ts';
import { insideOf, type Span } from '../json/span.ts';

/** `content` as a list of texts and thoughts (Mistral, Databricks), of which a stream has a piece in each chunk. */
export class ContentParts {
  readonly #parts: Part[] = [];

  /** A list of pieces, or what stands beside such lists. */
  add(content: JsonNode): void {
    if (content.kind === 'string') this.addText(insideOf(content));
    else if (content.kind !== 'array' && content.kind !== 'null') this.addText(literalOf(content.raw));
    for (const part of content.elements) {
      const last = this.#parts.at(-1);
      if (last?.continuesWith(part) === true) last.add(part);
      else this.#parts.push(new Part(part));
    }
  }

  addText(text: Span): void {
    if (text.end === text.start) return;
    const last = this.#parts.at(-1);
    if (last?.kind === 'text') last.append(text);
    else this.#parts.push(new Part(undefined, text));
  }

  get json(): string {
    return `[${this.#parts.map((part) => part.json).join(',')}]`;
  }
}

/** Where the text of a part stands: directly, or as the only entry of a list within it. */
const LISTS = ['thinking', 'summary', 'content'];

class Part {
  readonly kind: string;
  readonly #first: JsonNode | undefined;
  readonly #text = new Literal();
  /** The member that is a list with the text in it. */
  readonly #list: string | undefined;

  constructor(first: JsonNode | undefined, text?: Span) {
    this.#first = first;
    this.kind = first === undefined ? 'text' : typeOf(first);
    this.#list = first === undefined ? undefined : listOf(first);
    const own = text ?? (first === undefined ? undefined : textIn(first, this.#list));
    if (own !== undefined) this.#text.add(own);
  }

  continuesWith(part: JsonNode): boolean {
    if (this.kind !== typeOf(part) || this.#list !== listOf(part)) return false;
    // A part that has anything but one text stays what it is.
    return textIn(part, this.#list) !== undefined && (this.#first === undefined || this.#isPlain);
  }

  add(part: JsonNode): void {
    const text = textIn(part, this.#list);
    if (text !== undefined) this.append(text);
  }

  append(text: Span): void {
    this.#text.add(text);
  }

  get json(): string {
    const first = this.#first;
    if (first === undefined) return `{"type":"text","text":${this.#text.json}}`;
    return this.#isPlain ? withText(first, this.#list, this.#text.json) : first.raw;
  }

  get #isPlain(): boolean {
    return this.#first !== undefined && textIn(this.#first, this.#list) !== undefined;
  }
}

function typeOf(part: JsonNode): string {
  return part.get('type')?.stringOrUndefined ?? '';
}

function listOf(part: JsonNode): string | undefined {
  return LISTS.find((name) => part.get(name)?.elements.length === 1);
}

/** The one text of a part. */
function textIn(part: JsonNode, list: string | undefined): Span | undefined {
  const holder = list === undefined ? part : part.get(list)?.elements[0];
  const text = holder?.get('text');
  return text?.kind === 'string' ? insideOf(text) : undefined;
}

/** The part with another text in it. */
function withText(part: JsonNode, list: string | undefined, text: string): string {
  if (list === undefined) return withMember(part, 'text', text);
  const entry = part.get(list)?.elements[0];
  return withMember(part, list, `[${entry === undefined ? '' : withMember(entry, 'text', text)}]`);
}

function withMember(node: JsonNode, name: string, json: string): string {
  const members = [...node.members].map(([key, { raw }]) => `${JSON.stringify(key)}:${key === name ? json : raw}`);
  return `{${members.join(',')}}`;
}

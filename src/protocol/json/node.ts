import { ApiError } from '../api-error.ts';
import { isFault, type Member, scanArray, scanObject } from './scan.ts';

const decoder = new TextDecoder();

/** Values up to this many bytes are copied to be read. */
const COPIED = 1024;

/** Members among which one is found faster by going through them than by a map of them, which has to be made first. */
const FEW = 32;

/** Bytes of a string, quotes included, up to which it is read by hand. */
const SHORT = 42;

/** The kinds of JSON values. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/**
 * A value within a JSON text that has been scanned already: where it lies, and its path. Nothing is parsed before it is
 * asked for, and what was written can be had as it was written, so that numbers, escapes and the order of members
 * survive a crossing. Checks throw the 400 that names the path in the client's own terms.
 */
export class JsonNode {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** The member's name or the element's index; undefined for the root. */
  readonly key: string | number | undefined;
  readonly #parent: JsonNode | undefined;
  #list: readonly Member[] | undefined;
  /** Nodes of `#list` that were asked for: of a large object, few are. */
  #children: (JsonNode | undefined)[] | undefined;
  #members: ReadonlyMap<string, JsonNode> | undefined;
  #elements: readonly JsonNode[] | undefined;

  constructor(bytes: Uint8Array, start: number, end: number, parent?: JsonNode, key?: string | number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.#parent = parent;
    this.key = key;
  }

  /** The value of a whole JSON text. The text must be valid. */
  static parse(text: string): JsonNode {
    const bytes = new TextEncoder().encode(text.trim());
    return new JsonNode(bytes, 0, bytes.length);
  }

  /** `messages[2].content[0].type`; empty for the root. */
  get path(): string {
    if (this.#parent === undefined || this.key === undefined) return '';
    const before = this.#parent.path;
    if (typeof this.key === 'number') return `${before}[${this.key}]`;
    return before === '' ? this.key : `${before}.${this.key}`;
  }

  get kind(): JsonKind {
    switch (this.bytes[this.start]) {
      case 0x7b:
        return 'object';
      case 0x5b:
        return 'array';
      case 0x22:
        return 'string';
      case 0x74:
      case 0x66:
        return 'boolean';
      case 0x6e:
        return 'null';
      default:
        return 'number';
    }
  }

  /** The value as it was written, byte for byte. */
  get raw(): string {
    const { bytes, start, end } = this;
    // A view of a small array makes the engine give it a buffer object of its own, which costs 5 µs.
    return decoder.decode(end - start < COPIED ? bytes.slice(start, end) : bytes.subarray(start, end));
  }

  /** The value as `JSON.parse` gives it. */
  get value(): unknown {
    return this.#shortText() ?? JSON.parse(this.raw);
  }

  /** Members by name, nulls included; where a name stands twice, the last, as `JSON.parse` has it. Empty for anything but an object. */
  get members(): ReadonlyMap<string, JsonNode> {
    return (this.#members ??= this.#readMembers());
  }

  /** Elements of an array; empty for anything else. */
  get elements(): readonly JsonNode[] {
    return (this.#elements ??=
      this.kind === 'array'
        ? scanArray(this.bytes, this.start, this.end).map(
            ([start, end], index) => new JsonNode(this.bytes, start, end, this, index),
          )
        : []);
  }

  /** The member of that name; undefined when it is absent or null, which mean the same. */
  get(name: string): JsonNode | undefined {
    const list = this.#scan();
    if (list.length > FEW) {
      const member = this.members.get(name);
      return member === undefined || member.kind === 'null' ? undefined : member;
    }
    for (let i = list.length - 1; i >= 0; i--) {
      const member = list[i] as Member;
      if (member.name === name) return this.bytes[member.valueStart] === 0x6e ? undefined : this.#child(i, member);
    }
    return undefined;
  }

  /** The string's text, escapes decoded. */
  asString(): string {
    return this.expect('string').value as string;
  }

  asNumber(): number {
    return this.expect('number').value as number;
  }

  asBoolean(): boolean {
    return this.expect('boolean').value as boolean;
  }

  asArray(): readonly JsonNode[] {
    return this.expect('array').elements;
  }

  asObject(): this {
    return this.expect('object');
  }

  /** The string's text, or undefined for any other kind: where another kind is no fault. */
  get stringOrUndefined(): string | undefined {
    return this.kind === 'string' ? (this.value as string) : undefined;
  }

  /** The member of that name, which must be there. */
  require(name: string): JsonNode {
    const member = this.get(name);
    if (member !== undefined) return member;
    const param = this.path === '' ? name : `${this.path}.${name}`;
    throw new ApiError('missing_required_parameter', `The member "${name}" is required`, { param });
  }

  expect(kind: JsonKind): this {
    if (this.kind === kind) return this;
    const article = kind === 'object' || kind === 'array' ? 'an' : 'a';
    throw this.invalid(`must be ${article} ${kind}, not ${this.kind}`);
  }

  /** The 400 for a value that is wrong in itself. */
  invalid(problem: string): ApiError {
    return new ApiError('invalid_value', `The member "${this.path}" ${problem}`, { param: this.path });
  }

  /** The 400 for something that is right in the client's shape, but cannot be had on this model. */
  unsupported(message: string): ApiError {
    return new ApiError('unsupported_value', message, { param: this.path });
  }

  /** A short string of plain ASCII, as types, roles and ids are: a tenth of what a view, a decoder and a parser cost. */
  #shortText(): string | undefined {
    const { bytes, start, end } = this;
    if (bytes[start] !== 0x22 || end - start > SHORT) return undefined;
    let text = '';
    for (let i = start + 1; i < end - 1; i++) {
      const c = bytes[i] as number;
      if (c === 0x5c || c > 0x7e) return undefined;
      text += String.fromCharCode(c);
    }
    return text;
  }

  #readMembers(): ReadonlyMap<string, JsonNode> {
    return new Map(this.#scan().map((member, i) => [member.name, this.#child(i, member)]));
  }

  #child(i: number, { name, valueStart, valueEnd }: Member): JsonNode {
    const children = (this.#children ??= []);
    return (children[i] ??= new JsonNode(this.bytes, valueStart, valueEnd, this, name));
  }

  #scan(): readonly Member[] {
    if (this.#list !== undefined) return this.#list;
    if (this.kind !== 'object') return (this.#list = []);
    const scan = scanObject(this.bytes, this.start, this.end);
    if (isFault(scan)) throw this.invalid(scan.message);
    return (this.#list = scan.members);
  }
}

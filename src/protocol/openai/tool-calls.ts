import { Literal, literalOf } from '../json/literal.ts';
import type { JsonNode } from '../json/node.ts';
import { insideOf } from '../json/span.ts';
import { ArgumentScanner } from './argument-scanner.ts';

/** One entry of `delta.tool_calls`. What is blank or null counts as absent: vendors fill members they have nothing for. */
export interface CallDelta {
  readonly id: string | undefined;
  readonly index: number | undefined;
  readonly name: string | undefined;
  /** A string, or an object from vendors that do not write JSON into JSON. */
  readonly args: JsonNode | undefined;
  /** What Gemini needs back with this call. */
  readonly signature: string | undefined;
}

/** An element of `tool_calls`. */
export function readCallDelta(entry: JsonNode): CallDelta {
  const fn = entry.get('function');
  const index = entry.get('index')?.value;
  return {
    id: wordOf(entry.get('id')),
    index: typeof index === 'number' && Number.isInteger(index) ? index : undefined,
    name: wordOf(fn?.get('name')),
    args: argsOf(fn),
    signature: wordOf(entry.get('extra_content')?.get('google')?.get('thought_signature')),
  };
}

/** The `function_call` from before there were tools. */
export function readFunctionCall(call: JsonNode): CallDelta {
  return { id: undefined, index: undefined, name: wordOf(call.get('name')), args: argsOf(call), signature: undefined };
}

function wordOf(node: JsonNode | undefined): string | undefined {
  const text = node?.stringOrUndefined;
  return text === undefined || text.trim() === '' ? undefined : text;
}

function argsOf(fn: JsonNode | undefined): JsonNode | undefined {
  const args = fn?.get('arguments');
  return args === undefined || (args.kind === 'string' && args.end - args.start === 2) ? undefined : args;
}

/** A tool call as far as it has arrived. */
export class ToolCall {
  /** The upstream's; the first one it named. */
  id: string | undefined;
  readonly index: number | undefined;
  /** How many calls came before it. */
  readonly position: number;
  name: string | undefined;
  signature: string | undefined;
  readonly args = new Literal();
  readonly #scanner = new ArgumentScanner();

  constructor(position: number, id: string | undefined, index: number | undefined) {
    this.position = position;
    this.id = id;
    this.index = index;
  }

  /** How far the arguments are, everything that has arrived included. */
  get scanner(): ArgumentScanner {
    this.#scanner.scan(this.args);
    return this.#scanner;
  }

  /** Takes what a delta adds, but for its text: a name once, however often it is repeated. */
  take({ name, signature }: CallDelta): void {
    this.name ??= name;
    this.signature ??= signature;
  }

  /** Appends arguments; an object is taken once, as its JSON text. */
  append(args: JsonNode): void {
    if (args.kind === 'string') this.args.add(insideOf(args));
    else if (this.args.isEmpty) this.args.add(literalOf(args.raw));
  }
}

/**
 * Which call of an answer each delta belongs to. OpenAI numbers calls and names each once; others repeat ids, mint one
 * for every fragment, use one index for all calls, or give neither.
 */
export class ToolCalls {
  readonly order: ToolCall[] = [];
  readonly #byId = new Map<string, ToolCall>();
  readonly #byIndex = new Map<number, ToolCall>();
  #functionCall: ToolCall | undefined;

  /** The call a delta belongs to, a new one if need be; undefined for one that says nothing of any call. */
  resolve(delta: CallDelta): ToolCall | undefined {
    const { id, index, name } = delta;
    const named = id === undefined ? undefined : this.#byId.get(id);
    if (named !== undefined) return this.#isAnother(named, delta) ? this.#open(undefined, index) : named;
    if (index !== undefined) {
      const numbered = this.#byIndex.get(index);
      if (numbered === undefined) return this.#open(id, index);
      if (id === undefined) return startsAnother(numbered, delta) ? this.#open(undefined, index) : numbered;
      if (numbered.id === undefined) numbered.id = id;
      else if (name !== undefined && isOver(numbered, name)) return this.#open(id, index);
      this.#byId.set(id, numbered);
      return numbered;
    }
    if (name !== undefined) return this.#open(id, undefined);
    return this.order.at(-1) ?? (id === undefined ? undefined : this.#open(id, undefined));
  }

  /** The same for a `function_call`, of which there is at most one. */
  resolveFunctionCall({ name, args }: CallDelta): ToolCall | undefined {
    if (this.#functionCall === undefined && name === undefined && args === undefined) return undefined;
    return (this.#functionCall ??= this.#open(undefined, undefined));
  }

  /** Whether another such delta would be the same call's, however its arguments go on. */
  leadsTo({ id, index, name }: CallDelta, call: ToolCall): boolean {
    if (id !== undefined) return this.#byId.get(id) === call && (index === undefined || index === call.index);
    if (index !== undefined) return name === undefined && this.#byIndex.get(index) === call;
    return name === undefined && this.order.at(-1) === call;
  }

  /** A second whole call under the id of the first, at a place of its own. */
  #isAnother(call: ToolCall, { index, name }: CallDelta): boolean {
    if (index === undefined || call.index === undefined || index === call.index) return false;
    return name !== undefined && !this.#byIndex.has(index) && call.scanner.end >= 0;
  }

  #open(id: string | undefined, index: number | undefined): ToolCall {
    const call = new ToolCall(this.order.length, id, index);
    this.order.push(call);
    if (id !== undefined) this.#byId.set(id, call);
    if (index !== undefined) this.#byIndex.set(index, call);
    return call;
  }
}

/** Whether a delta without an id starts another call at the same index: vendors that number none send each call whole. */
function startsAnother(call: ToolCall, { name, args }: CallDelta): boolean {
  if (name === undefined || args === undefined || call.scanner.end < 0) return false;
  // `{}` may be a placeholder for what comes.
  return name !== call.name || !call.scanner.isEmpty;
}

/** Whether a delta with another id and this name starts another call at the same index, rather than going on with this one. */
function isOver(call: ToolCall, name: string): boolean {
  return call.args.isEmpty ? call.name !== undefined && call.name !== name : call.scanner.end >= 0;
}

import { Literal, literalOf } from '../json/literal.ts';
import type { JsonNode } from '../json/node.ts';
import { insideOf } from '../json/span.ts';
import { toStopReason } from '../transcode/stop-reason.ts';
import { finishOf } from './chunk.ts';
import { ContentParts } from './content-parts.ts';
import { ReasoningDetails } from './reasoning-details.ts';
import { readCallDelta, readFunctionCall, type ToolCall, ToolCalls } from './tool-calls.ts';

/** Members of a delta that are parts of one text. */
const TEXTS = new Set(['content', 'reasoning_content', 'reasoning', 'thinking', 'refusal']);
/** Members of a call that are read one by one. */
const CALL = new Set(['index', 'id', 'function']);

/** One choice of a stream as it will stand in the completion. */
export class ChoiceAggregate {
  /** Members of the message: JSON, or a text that grows. In the order they came. */
  readonly #message = new Map<string, string | Literal | ContentParts>([['role', '"assistant"']]);
  /** Members of the choice beside the message, as JSON. */
  readonly #members = new Map<string, string>();
  readonly #calls = new ToolCalls();
  readonly #callMembers = new Map<ToolCall, Map<string, string>>();
  #functionCall: ToolCall | undefined;
  readonly #details = new ReasoningDetails();
  readonly #annotations: string[] = [];
  readonly #logprobs = new Map<string, string[]>();
  #finishReason: string | undefined;
  #sawDelta = false;

  get isFinished(): boolean {
    return this.#finishReason !== undefined;
  }

  /** The finish reason, if it is a failure. */
  read(choice: JsonNode): string | undefined {
    for (const [name, node] of choice.members) {
      if (name === 'logprobs') this.#readLogprobs(node);
      else if (!['index', 'delta', 'message', 'finish_reason'].includes(name)) keep(this.#members, name, node);
    }
    const delta = choice.get('delta');
    if (delta !== undefined) this.#sawDelta = true;
    const said = delta ?? (this.#sawDelta ? undefined : choice.get('message'));
    for (const [name, node] of said?.members ?? []) this.#readMember(name, node);
    const reason = finishOf(choice);
    if (reason === undefined) return undefined;
    if (toStopReason(reason) === 'error') return reason;
    const calls = this.#finishReason !== undefined && toStopReason(this.#finishReason) === 'tool_use';
    if (!calls || toStopReason(reason) !== 'end_turn') this.#finishReason = reason;
    return undefined;
  }

  render(index: number): string {
    const message = new Map<string, string>();
    for (const [name, value] of this.#message) message.set(name, typeof value === 'string' ? value : value.json);
    if (!message.has('content')) message.set('content', 'null');
    const details = this.#details.texts;
    if (details.length > 0) message.set('reasoning_details', `[${details.join(',')}]`);
    if (this.#annotations.length > 0) message.set('annotations', `[${this.#annotations.join(',')}]`);
    const calls = this.#calls.order.filter((call) => call !== this.#functionCall && call.name !== undefined);
    if (calls.length > 0) message.set('tool_calls', `[${calls.map((call) => this.#renderCall(call)).join(',')}]`);
    if (this.#functionCall !== undefined) message.set('function_call', functionOf(this.#functionCall));
    const ends = new Map([...this.#members, ['logprobs', this.#renderLogprobs()]]);
    const reason = this.#finishReason ?? (calls.length > 0 ? 'tool_calls' : 'stop');
    ends.set('finish_reason', JSON.stringify(reason));
    return object([['index', String(index)], ['message', object(message)], ...ends]);
  }

  #readMember(name: string, node: JsonNode): void {
    if (TEXTS.has(name)) this.#readText(name, node);
    else if (name === 'tool_calls') for (const entry of node.elements) this.#readCall(entry);
    else if (name === 'function_call') this.#readFunctionCall(node);
    else if (name === 'reasoning_details' && node.kind === 'array') this.#details.add(node);
    else if (name === 'annotations' && node.kind === 'array') {
      this.#annotations.push(...node.elements.map(({ raw }) => raw));
    } else if (name !== 'role' || node.raw !== '""') keep(this.#message, name, node);
  }

  #readText(name: string, node: JsonNode): void {
    const known = this.#message.get(name);
    if (node.kind === 'array' || known instanceof ContentParts) {
      const parts = known instanceof ContentParts ? known : new ContentParts();
      if (known instanceof Literal) parts.addText(known);
      else if (typeof known === 'string' && known !== 'null') parts.addText(literalOf(known));
      parts.add(node);
      this.#message.set(name, parts);
    } else if (node.kind === 'string') {
      const text = known instanceof Literal ? known : new Literal();
      // The structured output itself, and more behind it.
      if (typeof known === 'string' && known !== 'null') text.add(literalOf(known));
      text.add(insideOf(node));
      this.#message.set(name, text);
    } else if (node.kind === 'null' || known === undefined || known === 'null') keep(this.#message, name, node);
    else if (known instanceof Literal) known.add(literalOf(node.raw));
    else {
      const text = new Literal();
      text.add(literalOf(known + node.raw));
      this.#message.set(name, text);
    }
  }

  #readCall(entry: JsonNode): void {
    const delta = readCallDelta(entry);
    const call = this.#calls.resolve(delta);
    if (call === undefined) return;
    call.take(delta);
    if (delta.args !== undefined) call.append(delta.args);
    let members = this.#callMembers.get(call);
    if (members === undefined) this.#callMembers.set(call, (members = new Map()));
    for (const [name, node] of entry.members) if (!CALL.has(name)) keep(members, name, node);
  }

  #readFunctionCall(node: JsonNode): void {
    const delta = readFunctionCall(node);
    const call = this.#calls.resolveFunctionCall(delta);
    if (call === undefined) return;
    this.#functionCall = call;
    call.take(delta);
    if (delta.args !== undefined) call.append(delta.args);
  }

  #renderCall(call: ToolCall): string {
    const members = new Map([['type', '"function"'], ...(this.#callMembers.get(call) ?? [])]);
    const id = call.id === undefined ? '""' : JSON.stringify(call.id);
    return object([['id', id], ...members, ['function', functionOf(call)]]);
  }

  /** Probabilities come for the tokens of each chunk. */
  #readLogprobs(logprobs: JsonNode): void {
    for (const [name, node] of logprobs.members) {
      if (node.kind !== 'array') continue;
      let entries = this.#logprobs.get(name);
      if (entries === undefined) this.#logprobs.set(name, (entries = []));
      for (const entry of node.elements) entries.push(entry.raw);
    }
  }

  #renderLogprobs(): string {
    if (this.#logprobs.size === 0) return 'null';
    return object([...this.#logprobs].map(([name, entries]) => [name, `[${entries.join(',')}]`]));
  }
}

/** The last value counts, but null takes nothing back. */
function keep(members: Map<string, unknown>, name: string, node: JsonNode): void {
  if (node.kind !== 'null' || !members.has(name)) members.set(name, node.raw);
}

function functionOf({ name, args }: ToolCall): string {
  return object([
    ['name', JSON.stringify(name ?? '')],
    ['arguments', args.json],
  ]);
}

function object(members: Iterable<readonly [string, string]>): string {
  return `{${[...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

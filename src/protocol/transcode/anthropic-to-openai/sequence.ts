import { ApiError } from '../../api-error.ts';
import { isJson } from '../../bytes.ts';
import { Literal, literalOf, textOf } from '../../json/literal.ts';
import type { JsonNode } from '../../json/node.ts';
import { type CallDelta, type ToolCall, ToolCalls } from '../../openai/tool-calls.ts';
import type { Oddities } from '../oddities.ts';
import { readToolInput } from '../tool-input.ts';
import type { AnswerPlan } from './answer-plan.ts';
import type { Blocks } from './blocks.ts';
import type { ClientToolIds } from './ids.ts';
import { isCut } from './stop.ts';
import { closeTruncated } from './truncated-input.ts';

/** Text or reasoning that came while a tool call before it was not whole. */
interface LatePiece {
  readonly kind: 'text' | 'thinking';
  readonly literal: Literal;
}

/**
 * The order in which an answer's parts become blocks. OpenAI lets tool calls run side by side and text come among them;
 * Anthropic has one block after another. So the first call that is not whole is waited for: what belongs to others
 * gathers, and text waits behind it.
 */
export class Sequence {
  /** Calls that the client was given, in order. */
  readonly shown: ToolCall[] = [];
  /** The upstream's reason to be over, once it gave one: nothing of a call is then waited for. */
  finishReason: string | undefined;

  readonly #plan: AnswerPlan;
  readonly #blocks: Blocks;
  readonly #ids: ClientToolIds;
  readonly #oddities: Oddities;
  readonly #calls = new ToolCalls();
  /** The first call of `#calls.order` that is not closed. */
  #head = 0;
  /** Whether the head's block is open, and how much of its arguments was sent. */
  #isLive = false;
  #sent = -1;
  #late: LatePiece[] = [];

  constructor(plan: AnswerPlan, blocks: Blocks, ids: ClientToolIds, oddities: Oddities) {
    this.#plan = plan;
    this.#blocks = blocks;
    this.#ids = ids;
    this.#oddities = oddities;
  }

  /** Whether a call waits, so that text would have to. */
  get waits(): boolean {
    return this.#head < this.#calls.order.length;
  }

  /** Whether the call still takes arguments. */
  isOpen(call: ToolCall): boolean {
    return call.position >= this.#head;
  }

  /** Whether another such delta would be the same call's, and be taken. */
  leadsTo(delta: CallDelta, call: ToolCall): boolean {
    return this.isOpen(call) && this.#calls.leadsTo(delta, call);
  }

  text(bytes: Uint8Array, from: number, to: number): void {
    if (this.waits && !this.#makeWay('text', bytes, from, to)) return;
    this.#blocks.text(bytes, from, to);
  }

  thinking(bytes: Uint8Array, from: number, to: number): void {
    if (this.waits && !this.#makeWay('thinking', bytes, from, to)) return;
    this.#blocks.thinking(bytes, from, to);
  }

  /** The call that the delta belongs to, with the delta's arguments; undefined for one that says nothing. */
  call(delta: CallDelta, isFunctionCall: boolean): ToolCall | undefined {
    const call = isFunctionCall ? this.#calls.resolveFunctionCall(delta) : this.#calls.resolve(delta);
    if (call === undefined) return undefined;
    call.take(delta);
    if (delta.args !== undefined) {
      if (this.isOpen(call)) call.append(delta.args);
      else this.#countLate(delta.args);
    }
    this.#advance('call');
    return call;
  }

  /** Further arguments of a call that {@link call} has found before. */
  args(call: ToolCall, bytes: Uint8Array, from: number, to: number): void {
    call.args.append(bytes, from, to);
    // The last call, when it is buffered, ends with something else: text, or the end.
    if (this.#isLive || this.#head + 1 < this.#calls.order.length) this.#advance('call');
  }

  /** Nothing more comes: calls go out as they are, then what had to wait for them. */
  finish(): void {
    this.#advance('end');
    this.#replay();
  }

  /** Text or reasoning has come: true when nothing waits any more, else it is put behind what does. */
  #makeWay(kind: LatePiece['kind'], bytes: Uint8Array, from: number, to: number): boolean {
    this.#advance(this.finishReason === undefined ? 'text' : 'end');
    if (!this.waits) {
      this.#replay();
      return true;
    }
    let last = this.#late.at(-1);
    if (last?.kind !== kind) this.#late.push((last = { kind, literal: new Literal() }));
    last.literal.append(bytes, from, to);
    return false;
  }

  #replay(): void {
    const late = this.#late;
    this.#late = [];
    for (const { kind, literal } of late) this.#blocks[kind](literal.bytes, 0, literal.end);
  }

  /** Closes the calls at the head that are known to be whole, and opens those whose input is passed on as it comes. */
  #advance(because: 'call' | 'text' | 'end'): void {
    const { order } = this.#calls;
    for (; this.#head < order.length; this.#head++) {
      const call = order[this.#head] as ToolCall;
      if (!this.#isLive && because !== 'end') this.#openLive(call);
      if (this.#isLive) this.#sendLive(call);
      // A whole object is not enough: `{}` may be a placeholder, and a call's last fragment may be empty.
      const { end, isEmpty } = call.scanner;
      const isOver = because === 'text' || this.#head + 1 < order.length;
      if (because !== 'end' && !(isOver && end >= 0 && !isEmpty && call.name !== undefined)) return;
      if (this.#isLive) this.#closeLive(call);
      else this.#show(call);
    }
  }

  #openLive(call: ToolCall): void {
    const { liveTools } = this.#plan;
    if (call.name === undefined) return;
    const name = this.#plan.names.toClient(call.name);
    if (liveTools !== 'all' && !liveTools.has(name)) return;
    // What does not start as an object has to be made one first.
    if (call.scanner.isBroken) return;
    this.#isLive = true;
    this.#sent = -1;
    this.#open(call, name);
  }

  /** Passes on what is certain to belong to the object. */
  #sendLive(call: ToolCall): void {
    const { start, end, isEmpty } = call.scanner;
    if (start < 0 || isEmpty) return;
    const from = Math.max(this.#sent, start);
    const to = end < 0 ? call.args.end : end;
    if (from < to) this.#blocks.input(call.args.bytes, from, to);
    this.#sent = to;
  }

  #closeLive(call: ToolCall): void {
    if (this.#sent < 0) this.#sendWhole(call);
    else if (!this.#isUsable(call)) {
      // Clients make an object of half of one, and would run the tool with it.
      throw new ApiError(
        'upstream_error',
        'The arguments of a tool call are no JSON object, which showed only after they had been passed on',
      );
    }
    this.#isLive = false;
    this.#blocks.close();
  }

  /** Whether what was sent is an object, or half of one that the client is told was cut. */
  #isUsable({ args, scanner }: ToolCall): boolean {
    const text = textOf({ bytes: args.bytes, start: scanner.start, end: this.#sent });
    return isJson(text) || (isCut(this.finishReason) && closeTruncated(text) !== undefined);
  }

  /** A whole call as one block. */
  #show(call: ToolCall): void {
    if (call.name === undefined) {
      this.#oddities.count('tool_call_without_name');
      return;
    }
    this.#open(call, this.#plan.names.toClient(call.name));
    this.#sendWhole(call);
    this.#blocks.close();
  }

  #open(call: ToolCall, name: string): void {
    this.shown.push(call);
    this.#blocks.openTool(this.#ids.idOf(call), name);
    if (this.#isLive || !call.args.isEmpty) this.#blocks.input(call.args.bytes, 0, 0);
  }

  #sendWhole({ args }: ToolCall): void {
    const { text } = args;
    const { json, intact } = readToolInput(text);
    // What is cut is passed on as it is: the client is told why, and its parser knows half an object.
    if (intact || (isCut(this.finishReason) && closeTruncated(text) !== undefined)) {
      this.#blocks.wholeInput(args);
      return;
    }
    if (json !== '{}') this.#oddities.count('tool_arguments_repaired');
    this.#blocks.wholeInput(literalOf(json));
  }

  #countLate(args: JsonNode): void {
    if (args.kind === 'string' && (args.value as string).trim() === '') return;
    this.#oddities.count('arguments_of_closed_call');
  }
}

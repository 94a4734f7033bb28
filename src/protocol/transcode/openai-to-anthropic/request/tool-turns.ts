import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import { toolIdFor } from '../../tool-ids.ts';
import type { Context } from './context.ts';

/** The key of a legacy `function_call`, which has no id: one at a time is open. */
const LEGACY = Symbol('function_call');
type CallKey = string | typeof LEGACY;

/**
 * Pairs the calls of an assistant message with the results behind it. Both vendors insist on exactly one result for each
 * call, before anything else is said; what is missing is not made up.
 */
export class ToolTurns {
  readonly #context: Context;
  /** Ids given to the upstream so far: within one request it takes none twice. */
  readonly #used = new Set<string>();
  /** The upstream's ids of calls without a result, by the client's ids. */
  #open = new Map<CallKey, string>();
  #answered = new Set<CallKey>();
  /** The calls' place in the client's body. */
  #calls: JsonNode | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Opens a call; gives the id the upstream knows it by. `calls`: the member that the calls are listed in. */
  open(id: JsonNode, calls: JsonNode): string {
    const key = id.asString();
    if (key === '') throw id.invalid('must not be empty');
    if (this.#open.has(key)) throw id.invalid('is the id of another call of this message; ids must differ');
    return this.#add(key, toolIdFor(key, this.#context.capabilities, this.#context.ports), calls);
  }

  /** Opens the one call of a message with `function_call`, which is the `index`-th message. */
  openLegacy(call: JsonNode, index: number): string {
    return this.#add(LEGACY, `fc_${index}`, call);
  }

  /** The upstream's id of the call that a message of the role `tool` answers. */
  answer(message: JsonNode): string {
    const id = message.require('tool_call_id');
    return this.#take(id.asString(), id, 'answers no tool call of the assistant message before it');
  }

  /** The same for a message of the role `function`. */
  answerLegacy(message: JsonNode): string {
    return this.#take(LEGACY, message.require('role'), 'answers no function_call: none stands before it');
  }

  /** The turn is over. Throws where a call has no result. */
  close(): void {
    if (this.#open.size > 0 && this.#calls !== undefined) throw unanswered([...this.#open.keys()], this.#calls);
    this.#answered.clear();
  }

  #add(key: CallKey, wanted: string, calls: JsonNode): string {
    let id = wanted;
    // Some models count their calls anew in every turn.
    for (let n = 2; this.#used.has(id); n++) id = `${wanted.slice(0, this.#context.capabilities.toolIdMax - 4)}_${n}`;
    this.#used.add(id);
    this.#open.set(key, id);
    this.#calls = calls;
    return id;
  }

  #take(key: CallKey, node: JsonNode, problem: string): string {
    const id = this.#open.get(key);
    if (id === undefined) {
      throw node.invalid(this.#answered.has(key) ? 'answers a tool call that has its answer already' : problem);
    }
    this.#open.delete(key);
    this.#answered.add(key);
    return id;
  }
}

function unanswered(keys: readonly CallKey[], calls: JsonNode): ApiError {
  const ids = keys.map((key) => (key === LEGACY ? 'function_call' : String(key))).join(', ');
  return new ApiError(
    'invalid_value',
    `Each tool call must be answered by a tool message before anything else; these are not: ${ids}`,
    { param: calls.path },
  );
}

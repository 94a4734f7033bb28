import { Literal } from '../../json/literal.ts';
import type { JsonNode } from '../../json/node.ts';
import { ReasoningDetails } from '../../openai/reasoning-details.ts';
import type { ToolCall } from '../../openai/tool-calls.ts';
import type { KeptTurn, ReasoningPayload } from '../ports.ts';
import { readToolInput } from '../tool-input.ts';
import { turnKey } from '../turn-key.ts';
import type { AnswerPlan } from './answer-plan.ts';
import type { ClientToolIds } from './ids.ts';

/**
 * What the upstream's model needs back of its reasoning in the next turn. It goes to the client within the signature of
 * a thinking block; what no block can carry goes into a redacted one, or is kept here where no thinking is shown.
 */
export class Reasoning {
  /** The text that is not shown. */
  readonly hidden = new Literal();
  readonly #plan: AnswerPlan;
  readonly #ids: ClientToolIds;
  readonly #details = new ReasoningDetails();

  constructor(plan: AnswerPlan, ids: ClientToolIds) {
    this.#plan = plan;
    this.#ids = ids;
  }

  addDetails(details: JsonNode | undefined): void {
    this.#details.add(details);
  }

  /** The signature of a thinking block with this text, which carries what has come beside it so far. */
  sign(text: string, calls: readonly ToolCall[] = []): string {
    return this.#plan.ports.sign(text, this.#payload(this.#details.take(), this.#signatures(calls)));
  }

  /** The data of a redacted block for what no thinking block has carried; undefined when there is nothing. */
  signRest(calls: readonly ToolCall[]): string | undefined {
    const details = this.#details.take();
    const signatures = this.#signatures(calls);
    if (details.length === 0 && signatures === undefined) return undefined;
    return this.#plan.ports.sign('', this.#payload(details, signatures));
  }

  /**
   * What is kept of a turn whose reasoning was not shown, if the client will come back with its tool calls:
   * `{"m":"<model>","text":"…","rd":[…],"sig":{…}}`, the details as JSON.
   */
  keep(calls: readonly ToolCall[]): KeptTurn | undefined {
    const [first] = calls;
    const details = this.#details.take();
    const signatures = this.#signatures(calls);
    if (first === undefined) return undefined;
    if (this.hidden.isEmpty && details.length === 0 && signatures === undefined) return undefined;
    const members = [`"m":${JSON.stringify(this.#plan.upstreamModel)}`, `"text":${this.hidden.json}`];
    if (details.length > 0) members.push(`"rd":[${details.join(',')}]`);
    if (signatures !== undefined) members.push(`"sig":${JSON.stringify(signatures)}`);
    const { names, ports } = this.#plan;
    const { json: input } = readToolInput(first.args.text);
    const toolCallId = turnKey({ id: this.#ids.idOf(first), name: names.toClient(first.name ?? ''), input }, ports);
    return { toolCallId, turn: `{${members.join(',')}}` };
  }

  #payload(rd: readonly string[], sig: Record<string, string> | undefined): ReasoningPayload {
    return {
      v: 1,
      m: this.#plan.upstreamModel,
      ...(rd.length === 0 ? {} : { rd }),
      ...(sig === undefined ? {} : { sig }),
    };
  }

  /** Signatures of tool calls, by the client's ids. */
  #signatures(calls: readonly ToolCall[]): Record<string, string> | undefined {
    const signed = calls.filter(({ signature }) => signature !== undefined);
    if (signed.length === 0) return undefined;
    return Object.fromEntries(signed.map((call) => [this.#ids.idOf(call), call.signature as string]));
  }
}

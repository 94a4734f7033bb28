import type { ApiError } from '../../api-error.ts';
import type { JsonNode } from '../../json/node.ts';
import type { CallDelta, ToolCall } from '../../openai/tool-calls.ts';
import { renderStreamError } from '../../render-error.ts';
import { NO_USAGE } from '../../usage.ts';
import { Oddities } from '../oddities.ts';
import { output } from '../output.ts';
import type { KeptTurn } from '../ports.ts';
import { toStopReason } from '../stop-reason.ts';
import type { StreamState } from '../stream.ts';
import { lengthOf, Tally } from '../tally.ts';
import { OpenAiToldUsage } from '../told-usage.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { Blocks } from './blocks.ts';
import { citationsOf } from './citations.ts';
import { MESSAGE_STOP, messageDelta, messageStart, PING } from './events.ts';
import { ClientToolIds, messageId } from './ids.ts';
import { Reasoning } from './reasoning.ts';
import { Sequence } from './sequence.ts';
import { stopOf } from './stop.ts';

/** What an upstream tells of its answer, piece by piece, and the events that the client gets for it. */
export class Answer {
  state: StreamState = 'open';
  error: ApiError | undefined;
  kept: KeptTurn | undefined;
  readonly oddities = new Oddities();
  readonly tally: Tally;
  readonly told: OpenAiToldUsage;
  readonly blocks: Blocks;
  readonly sequence: Sequence;
  readonly reasoning: Reasoning;
  isStarted = false;
  /** The stop sequence that was met. */
  matched: string | undefined;
  isRefused = false;

  readonly #plan: AnswerPlan;
  readonly #annotations: JsonNode[] = [];
  readonly #named = new Set<ToolCall>();
  #hasCall = false;

  constructor(plan: AnswerPlan) {
    this.#plan = plan;
    this.tally = new Tally(plan.estimateInput);
    this.told = new OpenAiToldUsage(this.tally, this.oddities);
    const ids = new ClientToolIds(plan.requestId);
    this.reasoning = new Reasoning(plan, ids);
    this.blocks = new Blocks((thinking) => this.reasoning.sign(thinking));
    this.sequence = new Sequence(plan, this.blocks, ids, this.oddities);
  }

  /** Whether anything of the answer has come, though the client may have to wait for it. */
  get hasContent(): boolean {
    const { tally, sequence, state } = this;
    return tally.bytes > 0 || this.#hasCall || sequence.finishReason !== undefined || state === 'complete';
  }

  /** `upstreamId`: the completion's; undefined or blank where there is none. */
  start(upstreamId: string | undefined): void {
    this.isStarted = true;
    const { reported: told } = this.tally;
    const tellsInput = told !== undefined && told.inputTokens + told.cacheReadTokens > 0;
    const usage = tellsInput ? told : { ...NO_USAGE, inputTokens: this.#plan.estimateInput() };
    output.write(messageStart(messageId(upstreamId, this.#plan.requestId), this.#plan.publicModel, usage));
    output.write(PING);
  }

  text(bytes: Uint8Array, from: number, to: number): void {
    this.tally.text.bytes += to - from;
    this.sequence.text(bytes, from, to);
  }

  /** Reasoning, which is shown where the client asked for it. */
  thinking(bytes: Uint8Array, from: number, to: number): void {
    this.tally.reasoning.bytes += to - from;
    if (this.#plan.showThinking) this.sequence.thinking(bytes, from, to);
    else this.reasoning.hidden.append(bytes, from, to);
  }

  call(delta: CallDelta, isFunctionCall: boolean): ToolCall | undefined {
    const { args } = delta;
    this.#hasCall = true;
    this.tally.text.bytes += lengthOf(args);
    const call = this.sequence.call(delta, isFunctionCall);
    // Some repeat it in each delta.
    if (call?.name !== undefined && !this.#named.has(call)) {
      this.#named.add(call);
      this.tally.text.bytes += call.name.length;
    }
    return call;
  }

  /** Further arguments of a call that {@link call} has found before. */
  args(call: ToolCall, bytes: Uint8Array, from: number, to: number): void {
    this.tally.text.bytes += to - from;
    this.sequence.args(call, bytes, from, to);
  }

  /** The upstream's reason to be over: the last one counts, but an end does not make calls undone. */
  finishWith(reason: string): void {
    const { sequence } = this;
    const calls = sequence.finishReason !== undefined && toStopReason(sequence.finishReason) === 'tool_use';
    if (!calls || toStopReason(reason) !== 'end_turn') sequence.finishReason = reason;
  }

  annotate(annotations: readonly JsonNode[]): void {
    this.#annotations.push(...annotations);
  }

  /** The answer is whole. */
  finish(): void {
    const { sequence, blocks, reasoning } = this;
    sequence.finish();
    this.#cite();
    blocks.close();
    if (this.#plan.showThinking) {
      const data = reasoning.signRest(sequence.shown);
      if (data !== undefined) blocks.redacted(data);
    } else this.kept = reasoning.keep(sequence.shown);
    this.tally.finish(this.oddities);
    const ending = {
      finishReason: sequence.finishReason,
      matched: this.matched,
      refused: this.isRefused,
      callsTools: sequence.shown.length > 0,
    };
    output.write(messageDelta(stopOf(ending, this.oddities), this.tally.usage));
    output.write(MESSAGE_STOP);
    this.state = 'complete';
  }

  /** The answer broke off, and the client is told so: nothing is closed, lest it look whole. */
  break(error: ApiError): void {
    this.state = 'failed';
    this.error = error;
    output.write(renderStreamError('anthropic', error, this.#plan.requestId));
  }

  #cite(): void {
    if (this.#annotations.length === 0) return;
    if (this.blocks.kind === 'text') this.blocks.cite(citationsOf(this.#annotations, undefined));
    else this.oddities.count('citations_without_text');
  }
}

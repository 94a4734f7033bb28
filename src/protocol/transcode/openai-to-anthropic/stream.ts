import { EventReader, type EventSink } from '../../anthropic/read-event.ts';
import { ApiError } from '../../api-error.ts';
import { viewOf } from '../../byte-pattern.ts';
import { concat, EMPTY, surround } from '../../bytes.ts';
import type { ObjectScan } from '../../json/scan.ts';
import { renderStreamError } from '../../render-error.ts';
import { Frame } from '../../sse/frame.ts';
import { FrameCutter } from '../../sse/frames.ts';
import type { Usage } from '../../usage.ts';
import { type DeltaFrame, learnDelta } from '../anthropic-delta-frame.ts';
import { Oddities } from '../oddities.ts';
import { output } from '../output.ts';
import type { KeptTurn } from '../ports.ts';
import type { StreamState, StreamTranscoder } from '../stream.ts';
import { cutShort } from '../upstream-error.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { type Piece, StreamAnswer } from './stream-answer.ts';

const encoder = new TextEncoder();
/** Events of an answer that has begun in earnest. */
const CONTENT_EVENTS = new Set(['content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']);
const BLANK_LINE = encoder.encode('\n\n');
const PING = encoder.encode(': ping\n\n');

/**
 * Anthropic events to an OpenAI client, one block after the other as they come. A delta's text goes over as the bytes
 * it came in, escapes and all: both shapes escape alike. What one read of the upstream gives is one array.
 */
export class OpenAiFromAnthropicStream implements StreamTranscoder, EventSink {
  hasContent = false;
  error: ApiError | undefined;
  readonly oddities = new Oddities();

  readonly #plan: AnswerPlan;
  readonly #learns: boolean;
  readonly #cutter = new FrameCutter();
  readonly #frame = new Frame();
  readonly #reader: EventReader;
  readonly #answer: StreamAnswer;
  /** The frame of the deltas that come at present, and what such a delta adds to. */
  #template: DeltaFrame | undefined;
  #piece!: Piece;
  /** The bytes that are read at present; a template is learnt only from a frame that lies in them. */
  #source: Uint8Array = EMPTY;

  /** `templates: false` reads every frame closely: slower, and otherwise the same. */
  constructor(plan: AnswerPlan, { templates = true }: { readonly templates?: boolean } = {}) {
    this.#plan = plan;
    this.#learns = templates;
    this.#reader = new EventReader(this, plan.redact);
    this.#answer = new StreamAnswer(plan, this.oddities);
  }

  get state(): StreamState {
    if (this.error !== undefined) return 'failed';
    return this.#answer.isComplete ? 'complete' : 'open';
  }

  get awaitsEnd(): boolean {
    return this.state === 'open' && this.#answer.hasStopped;
  }

  get usage(): Usage {
    return this.#answer.tally.usage;
  }

  get reported(): Usage | undefined {
    return this.#answer.tally.reported;
  }

  get usageEstimated(): boolean {
    return this.#answer.tally.usageEstimated;
  }

  get hasOutput(): boolean {
    return this.#answer.tally.hasOutput;
  }

  get finishReason(): string | undefined {
    return this.#answer.stopReason;
  }

  get kept(): KeptTurn | undefined {
    return this.#answer.kept;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    output.clear();
    const bytes = this.#cutter.push(chunk);
    if (bytes.length === 0) return EMPTY;
    const view = viewOf(bytes);
    const template = this.#template;
    if (template?.match(bytes, view, 0, bytes.length) !== true) return this.#relay(bytes, view, 0);
    // The usual chunk of a paced stream is one delta: it is answered with one array and nothing else.
    if (template.end === bytes.length) return this.#answerAlone(template, bytes);
    return this.#relay(bytes, view, template.end);
  }

  end(): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    output.clear();
    const rest = this.#cutter.end();
    if (rest.length > 0) this.#readFrames(concat(rest, BLANK_LINE), undefined, 0, true);
    if (this.state === 'open') {
      if (this.#answer.hasStopped) this.#answer.finish();
      else this.onFault(cutShort());
    }
    return output.take();
  }

  fail(error: ApiError): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    this.error = error;
    return renderStreamError('openai', error, this.#plan.requestId);
  }

  #answerAlone({ textStart, textEnd }: DeltaFrame, bytes: Uint8Array): Uint8Array {
    const { block, member } = this.#piece;
    if (textStart === textEnd) return EMPTY;
    if (block.breakFirst) {
      this.#answer.pieces.add(block, member, bytes, textStart, textEnd);
      return output.take();
    }
    this.#answer.pieces.note(block, member, bytes, textStart, textEnd);
    if (block.surround === undefined) return EMPTY;
    const { before, after } = block.surround;
    return surround(before, bytes, textStart, textEnd, after);
  }

  /** Whole frames, the first of which, up to `matched`, is the template's. */
  #relay(bytes: Uint8Array, view: DataView | undefined, matched: number): Uint8Array {
    if (matched > 0) this.#addMatched(bytes);
    this.#readFrames(bytes, view, matched, false);
    return output.take();
  }

  #readFrames(bytes: Uint8Array, view: DataView | undefined, at: number, last: boolean): void {
    const frame = this.#frame;
    this.#source = bytes;
    while (this.state === 'open') {
      if (this.#template?.match(bytes, view, at, bytes.length) === true) {
        at = this.#template.end;
        this.#addMatched(bytes);
        continue;
      }
      if (!frame.read(bytes, at, bytes.length, this.#cutter.sawCr)) break;
      this.#reader.read(bytes, frame, this.#cutter.sawCr, last);
      at = frame.end;
    }
    this.#source = EMPTY;
  }

  #addMatched(bytes: Uint8Array): void {
    const { textStart, textEnd } = this.#template as DeltaFrame;
    this.#answer.pieces.add(this.#piece.block, this.#piece.member, bytes, textStart, textEnd);
  }

  onFault(error: ApiError): void {
    output.write(this.fail(error));
  }

  onEvent(type: string, bytes: Uint8Array, event: ObjectScan): void {
    if (this.state !== 'open') return;
    if (type === 'ping') return output.write(PING);
    if (type === 'message_stop' && !this.#answer.hasBegun) {
      return this.onFault(new ApiError('upstream_error', 'The upstream ended its answer before it began'));
    }
    if (!this.hasContent) this.hasContent = CONTENT_EVENTS.has(type);
    this.#template = undefined;
    const piece = this.#answer.read(type, bytes, event);
    if (piece === undefined || !this.#learns || bytes !== this.#source) return;
    this.#template = learnDelta(bytes, this.#frame.start, this.#frame.end, event, piece.name);
    this.#piece = piece;
  }
}

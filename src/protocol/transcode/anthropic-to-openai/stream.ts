import { ApiError } from '../../api-error.ts';
import { EMPTY } from '../../bytes.ts';
import { OpenAiStreamReader } from '../../openai/stream-reader.ts';
import type { Usage } from '../../usage.ts';
import type { Oddities } from '../oddities.ts';
import { output } from '../output.ts';
import type { KeptTurn } from '../ports.ts';
import type { StreamState, StreamTranscoder } from '../stream.ts';
import { cutShort } from '../upstream-error.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { Answer } from './answer.ts';
import { ChunkReader } from './chunk-reader.ts';
import { DeltaFrames } from './delta-frames.ts';

/**
 * OpenAI chunks to an Anthropic client. The frames that make up nearly all of a stream (a delta of text, of reasoning or
 * of a tool's arguments) are not parsed: their text is cut out as it was written and put between the bytes of the
 * client's event.
 */
export class AnthropicFromOpenAiStream implements StreamTranscoder {
  readonly #plan: AnswerPlan;
  readonly #answer: Answer;
  readonly #chunks: ChunkReader;
  readonly #reader: OpenAiStreamReader;

  /** `knowsFrames: false`: every frame is parsed. The bytes are the same. */
  constructor(plan: AnswerPlan, { knowsFrames = true } = {}) {
    this.#plan = plan;
    const answer = (this.#answer = new Answer(plan));
    const frames = new DeltaFrames();
    const chunks = (this.#chunks = new ChunkReader(plan, answer, knowsFrames ? frames : undefined));
    this.#reader = new OpenAiStreamReader({
      get isOpen() {
        return answer.state === 'open';
      },
      takeFrame: (bytes, view, at) => frames.take(bytes, view, at),
      onChunk: (chunk, frame) => chunks.read(chunk, frame),
      onDone: () => this.#onDone(),
      onFault: (fault) => chunks.fail(fault),
      onMalformed: () => answer.oddities.count('malformed_frame'),
    });
  }

  get state(): StreamState {
    return this.#answer.state;
  }

  get hasContent(): boolean {
    return this.#answer.hasContent;
  }

  get awaitsEnd(): boolean {
    return this.state === 'open' && this.#isFinished;
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

  get error(): ApiError | undefined {
    return this.#answer.error;
  }

  get kept(): KeptTurn | undefined {
    return this.#answer.kept;
  }

  get oddities(): Oddities {
    return this.#answer.oddities;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    output.clear();
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#break(error);
    }
    return output.take();
  }

  end(): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    output.clear();
    try {
      this.#reader.end();
      if (this.state === 'open') this.#endWithoutMark();
    } catch (error) {
      this.#break(error);
    }
    return output.take();
  }

  fail(error: ApiError): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    output.clear();
    this.#answer.break(error);
    return output.take();
  }

  get finishReason(): string | undefined {
    return this.#answer.sequence.finishReason;
  }

  get #isFinished(): boolean {
    return this.finishReason !== undefined;
  }

  #onDone(): void {
    if (!this.#chunks.sawChoice) {
      this.#answer.break(new ApiError('upstream_error', 'The upstream ended its stream without an answer'));
      return;
    }
    if (!this.#isFinished) this.#answer.oddities.count('done_without_finish_reason');
    this.#chunks.finish();
  }

  #endWithoutMark(): void {
    const isWhole = this.#isFinished || this.#plan.capabilities.eofWithoutDone === 'ok';
    if (isWhole && this.#chunks.sawChoice) this.#chunks.finish();
    else this.#answer.break(cutShort());
  }

  #break(error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    this.#answer.break(error);
  }
}

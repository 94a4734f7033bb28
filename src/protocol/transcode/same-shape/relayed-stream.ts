import { ApiError } from '../../api-error.ts';
import { concat, EMPTY } from '../../bytes.ts';
import { renderStreamError } from '../../render-error.ts';
import type { Shape } from '../../shape.ts';
import { Frame } from '../../sse/frame.ts';
import { FrameCutter } from '../../sse/frames.ts';
import { Noise, NOT_JSON } from '../../sse/noise.ts';
import type { Usage } from '../../usage.ts';
import { Oddities } from '../oddities.ts';
import type { Rewriter } from '../rewriter.ts';
import type { StreamState, StreamTranscoder } from '../stream.ts';
import { Tally } from '../tally.ts';
import { cutShort } from '../upstream-error.ts';
import type { ErrorEvent } from './error-event.ts';
import type { SameShapeOptions } from './options.ts';

/**
 * A stream whose client speaks the upstream's shape: whole frames in, and out come the very same but for the few that
 * have to change. What those are, each shape says itself.
 */
export abstract class RelayedStream implements StreamTranscoder {
  state: StreamState = 'open';
  hasContent = false;
  error: ApiError | undefined;
  finishReason: string | undefined;
  /** Nothing is kept where the upstream speaks the client's shape. */
  readonly kept = undefined;
  readonly oddities = new Oddities();

  protected readonly shape: Shape;
  protected readonly options: SameShapeOptions;
  protected readonly tally: Tally;
  /** The frame at hand. */
  protected readonly frame = new Frame();
  readonly #cutter = new FrameCutter();
  readonly #noise = new Noise();

  constructor(shape: Shape, options: SameShapeOptions) {
    this.shape = shape;
    this.options = options;
    this.tally = new Tally(options.estimateInput);
  }

  abstract get awaitsEnd(): boolean;

  get usage(): Usage {
    return this.tally.usage;
  }

  get reported(): Usage | undefined {
    return this.tally.reported;
  }

  get usageEstimated(): boolean {
    return this.tally.usageEstimated;
  }

  get hasOutput(): boolean {
    return this.tally.hasOutput;
  }

  /** What ends a whole answer that lacks its end mark; undefined where an answer that ends here is a cut one. */
  protected abstract get endMark(): Uint8Array | undefined;

  /** Whole frames in, whole frames out. */
  protected abstract relay(bytes: Uint8Array): Uint8Array;

  /** The same for what the end of the stream cut off: a frame without its blank line, or half of one. */
  protected abstract relayRest(rest: Uint8Array): Uint8Array;

  push(chunk: Uint8Array): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    const whole = this.#cutter.push(chunk);
    return whole.length === 0 ? EMPTY : this.relay(whole);
  }

  end(): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    const rest = this.#cutter.end();
    const last = rest.length === 0 ? EMPTY : this.relayRest(rest);
    if (this.state !== 'open') return last;
    const mark = this.endMark;
    if (mark !== undefined) {
      this.complete();
      return concat(last, mark);
    }
    const cut = cutShort();
    return concat(last, this.fail(cut));
  }

  fail(error: ApiError): Uint8Array {
    if (this.state !== 'open') return EMPTY;
    this.state = 'failed';
    this.error = error;
    return renderStreamError(this.shape, error, this.options.requestId);
  }

  /** The answer is whole. */
  protected complete(): void {
    this.state = 'complete';
    this.tally.finish(this.oddities);
  }

  /** Whether the stream has CR or CRLF line ends. */
  protected get sawCr(): boolean {
    return this.#cutter.sawCr;
  }

  protected replaceFrame(out: Rewriter, text: Uint8Array): void {
    out.replace(this.frame.start, this.frame.end, text);
  }

  /** The upstream's own error is the last event the client gets. */
  protected forwardError(out: Rewriter, { error, frame }: ErrorEvent): void {
    this.state = 'failed';
    this.error = error;
    if (frame !== undefined) this.replaceFrame(out, frame);
  }

  /** An error that was told in plain words. */
  protected failWith(words: string): Uint8Array {
    return this.fail(new ApiError('upstream_error', this.options.redact(words)));
  }

  /** The frame at hand is no JSON. */
  protected readNoise(out: Rewriter): void {
    this.oddities.count('malformed_frame');
    if (this.#noise.count()) this.replaceFrame(out, this.fail(new ApiError('upstream_error', NOT_JSON)));
  }

  /** Each of these events as a frame of its own, in the place of the frame at hand. */
  protected relayEach(frames: Iterable<Uint8Array>): Uint8Array {
    const { start, end } = this.frame;
    let out: Uint8Array = EMPTY;
    for (const frame of frames) if (this.state === 'open') out = concat(out, this.relay(frame));
    this.frame.start = start;
    this.frame.end = end;
    return out;
  }
}

import { ApiError } from '../protocol/api-error.ts';
import { concat, EMPTY } from '../protocol/bytes.ts';
import type { StreamTranscoder } from '../protocol/transcode/stream.ts';
import type { Attempt } from './attempts/attempt.ts';
import { ClientGone } from './attempts/attempt.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Ticker, Ticking } from './ticker.ts';

export interface PumpOptions {
  readonly source: ByteReader;
  readonly transcoder: StreamTranscoder;
  readonly attempt: Attempt;
  readonly ticker: Ticker;
  /** Sent between frames when nothing else was for `heartbeatMs`; 0 = never. */
  readonly heartbeat: Uint8Array;
  readonly heartbeatMs: number;
  readonly idleMs: number;
  /** How long the status line waits for content: what fails before it is asked for elsewhere, or told with a status of its own. */
  readonly gateMs: number;
  /** The stream is about to be handed out. What it throws prevents that. */
  readonly onReady: () => void;
  /** Called every few seconds while there is something new. */
  readonly onProgress: () => void;
  /**
   * Called once, when the stream is over, with why if it did not end well. The client hears of the end when what it
   * gives back is done.
   */
  readonly onEnd: (reason: Error | undefined) => Promise<void> | undefined;
}

/**
 * Upstream bytes to client bytes. Pull-driven: the upstream is read only when the client's side has room, so a client
 * that stops reading stops the upstream. However it ends, the upstream is closed and, once the stream has been handed
 * out, `onEnd` called exactly once.
 */
export class Pump implements Ticking {
  /** Bytes given to the client, heartbeats included. */
  bytesOut = 0;
  /** When the first content came, on the clock of `performance`. */
  contentMs: number | undefined;
  readonly #options: PumpOptions;
  readonly #reader: ByteReader;
  readonly #startMs: number;
  /** Undefined until the stream is handed out. */
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** What the client gets first, up to the first content, read before the stream is handed out. */
  #first: Promise<Uint8Array> | undefined;
  /** What came before any content, and is held back: it can still be taken for never said. */
  #held: Uint8Array = EMPTY;
  /** Opens when no content comes soon; rejects when the request is interrupted before it does. */
  readonly #gate = Promise.withResolvers<void>();
  #isOpen = false;
  /** Reading the upstream, as against waiting for the client to take what it was given. */
  #reading = false;
  #ended = false;
  #hasLeft = false;
  /** What was given to the client when progress was told last, and when. */
  #toldBytes = 0;
  #toldMs: number;
  #lastReadMs: number;
  #lastWriteMs: number;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#reader = options.source;
    this.#startMs = this.#lastReadMs = this.#lastWriteMs = this.#toldMs = options.ticker.time();
    options.ticker.watch(this);
  }

  /**
   * Resolves when the client may be given the stream: its first content is there, or did not come for so long that the
   * status line is sent ahead of it. Rejects with why when the answer failed before that: it can still be told with a
   * status then, or asked for elsewhere.
   */
  async begin(): Promise<void> {
    const { transcoder } = this.#options;
    this.#first = this.#readFirst();
    try {
      await Promise.race([this.#first, this.#gate.promise]);
      if (transcoder.state === 'failed') throw transcoder.error;
      this.#options.onReady();
    } catch (cause) {
      void this.#end(cause as Error);
      throw cause;
    }
  }

  /** The client's stream. */
  open(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        // Left by a gate that opened before there was any content.
        if (this.#held.length > 0) this.#write(this.#held);
        this.#held = EMPTY;
      },
      pull: () => this.#pull(),
      cancel: () => {
        this.#hasLeft = true;
        void this.#end(new ClientGone('the client closed the connection'));
      },
    });
  }

  /** Ends the client's stream with an error event, now. */
  interrupt(error: ApiError): void {
    if (this.#ended) return;
    if (this.#controller === undefined) {
      this.#gate.reject(error);
      return;
    }
    void this.#finish(this.#options.transcoder.fail(error), error);
  }

  async #pull(): Promise<void> {
    const first = this.#first;
    this.#first = undefined;
    try {
      const out = await (first ?? this.#read());
      if (this.#ended) return;
      const { transcoder } = this.#options;
      if (transcoder.state !== 'open') await this.#finish(out, transcoder.error);
      else if (out.length > 0) this.#write(out);
    } catch (cause) {
      this.#break(cause as Error);
    }
  }

  /** What there is up to the first content, or since the gate opened. */
  async #readFirst(): Promise<Uint8Array> {
    const { transcoder } = this.#options;
    for (;;) {
      const out = await this.#read();
      if (this.#controller !== undefined || this.#ended) return out;
      const isFull = this.#held.length > MAX_HELD_BYTES;
      if (transcoder.hasContent || transcoder.state !== 'open' || this.#isOpen || isFull) {
        const first = concat(this.#held, out);
        this.#held = EMPTY;
        return first;
      }
      this.#held = concat(this.#held, out);
    }
  }

  /** The next bytes for the client; none when the stream is over. */
  async #read(): Promise<Uint8Array> {
    const { transcoder, ticker, attempt } = this.#options;
    this.#reading = true;
    // The time the client took to make room is not the upstream's.
    this.#lastReadMs = ticker.soon;
    let arrived = false;
    try {
      for (;;) {
        arrived = false;
        const { done, value } = await this.#reader.read();
        if (this.#ended) return EMPTY;
        arrived = true;
        this.#lastReadMs = ticker.soon;
        const out = done ? transcoder.end() : transcoder.push(value);
        if (this.contentMs === undefined && transcoder.hasContent) this.contentMs = performance.now();
        if (out.length > 0 || transcoder.state !== 'open') return out;
      }
    } catch (cause) {
      // What fails behind the read is the gateway's own, unless it says otherwise (an event beyond all limits).
      throw arrived ? cause : brokenOff(attempt.reasonOf(cause));
    } finally {
      this.#reading = false;
    }
  }

  check(now: number): void {
    const { heartbeat, heartbeatMs, idleMs, gateMs, transcoder } = this.#options;
    const controller = this.#controller;
    if (controller === undefined && now - this.#startMs >= gateMs) this.#openGate();
    this.#tellProgress(now);
    if (!this.#reading) {
      if (now - this.#lastWriteMs < idleMs) return;
      // The client has not read for so long that its answer is given up, like an upstream that does not send.
      void this.#end(new ClientGone('the client stopped reading'));
      controller?.error(new Error('the client stopped reading'));
    } else if (transcoder.awaitsEnd && now - this.#lastReadMs >= SETTLE_MS && controller !== undefined) {
      const last = transcoder.end();
      void this.#finish(last, transcoder.error);
    } else if (now - this.#lastReadMs >= idleMs) {
      this.interrupt(new ApiError('upstream_timeout', `The upstream sent nothing for ${idleMs / 1000} s`));
    } else if (heartbeatMs > 0 && now - this.#lastWriteMs >= heartbeatMs && (controller?.desiredSize ?? 0) > 0) {
      this.#write(heartbeat);
    }
  }

  #tellProgress(now: number): void {
    if (now - this.#toldMs < PROGRESS_MS || this.bytesOut === this.#toldBytes) return;
    this.#toldMs = now;
    this.#toldBytes = this.bytesOut;
    this.#options.onProgress();
  }

  #openGate(): void {
    this.#isOpen = true;
    this.#gate.resolve();
  }

  /** The transcoder has said its last. It is held back until the end is settled, so that no answer ends before its bill. */
  async #finish(last: Uint8Array, reason: Error | undefined): Promise<void> {
    this.bytesOut += last.length;
    const settled = this.#end(reason);
    if (settled !== undefined) await settled;
    if (this.#hasLeft) return;
    if (last.length > 0) this.#controller?.enqueue(last);
    this.#controller?.close();
  }

  #write(bytes: Uint8Array): void {
    this.bytesOut += bytes.length;
    this.#lastWriteMs = this.#options.ticker.soon;
    this.#controller?.enqueue(bytes);
  }

  #break(reason: Error): void {
    if (this.#ended) return;
    if (reason instanceof ClientGone) {
      void this.#end(reason);
      this.#controller?.error(reason);
      return;
    }
    this.interrupt(
      reason instanceof ApiError
        ? reason
        : new ApiError('internal_error', 'The gateway failed within the answer', { cause: reason }),
    );
  }

  #end(reason: Error | undefined): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#ended = true;
    const { ticker, attempt, onEnd, transcoder } = this.#options;
    ticker.unwatch(this);
    // A whole answer may be followed by bytes nobody wants; a socket that has ended by itself goes back to the pool.
    if (reason !== undefined) {
      this.#giveUp(reason);
    } else if (transcoder.state === 'complete') this.#release();
    attempt.close();
    return this.#controller === undefined ? undefined : onEnd(reason);
  }

  /** Reads what follows the end of the answer, so that the connection can be used again; gives up on an upstream that goes on. */
  #release(): void {
    const surplus = setTimeout(() => this.#giveUp(new Error('the upstream did not end its stream')), SURPLUS_MS);
    this.#reader
      .read()
      .then(({ done }) => {
        if (!done) this.#giveUp(new Error('the upstream sent more than its answer'));
      })
      .catch(() => undefined)
      .finally(() => clearTimeout(surplus));
  }

  #giveUp(reason: Error): void {
    this.#options.attempt.abort(reason);
    // For Deno, which loses an abort whose signal was collected meanwhile; Bun closes on the abort alone.
    this.#reader.cancel(reason).catch(() => undefined);
  }
}

/** An upstream that is lost within its answer was reached, and did answer: what is wrong is that the answer is cut. */
function brokenOff(reason: Error): Error {
  if (!(reason instanceof ApiError) || reason.code !== 'upstream_unavailable') return reason;
  return new ApiError('upstream_eof', "The upstream's connection broke: the answer is incomplete", { cause: reason });
}

/** Roles, starts and comments are small. */
const MAX_HELD_BYTES = 64 * 1024;

/** How long a whole answer waits for what may stand beside it: usage, an end mark. */
const SETTLE_MS = 5000;

/** How long an upstream may take to close a stream whose answer is whole. */
const SURPLUS_MS = 1000;

/** How often what a stream has used is remembered, for the case that the process dies. */
const PROGRESS_MS = 5000;

import type { Exchange } from '../exchange.ts';
import { type ByteReader, readerOf } from '../byte-reader.ts';
import type { Ticker } from '../ticker.ts';
import { Audience, type Seat } from './audience.ts';
import { ClientStream, type Ending } from './client-stream.ts';
import { isFinal } from './is-final.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { type Position, Recording, type RecordingSpace } from './recording.ts';
import { type HeaderList, lastingHeaders } from './replayed-headers.ts';

/** Status and headers of an answer; a body that is whole already, where it is no stream. */
export interface Opening {
  readonly response: Response;
  readonly lasting: HeaderList;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

export interface RunningAnswerOptions {
  /** Of the request that is being answered. */
  readonly exchange: Exchange;
  readonly fingerprint: string;
  readonly ticker: Ticker;
  readonly space: RecordingSpace;
  /** Larger answers are not kept. */
  readonly maxBytes: number;
  readonly waitMs: number;
  /** Called once: with what is to be kept, or with nothing. What follows waits for it. Never rejects. */
  readonly onOver: (answer: KeptAnswer | undefined) => void | Promise<void>;
}

/**
 * An answer under way, and everybody who gets it. It is read as fast as the fastest of them takes it, goes on while one
 * of them is there, and a little longer.
 */
export class RunningAnswer {
  readonly requestId: string;
  readonly fingerprint: string;
  readonly #options: RunningAnswerOptions;
  readonly #audience: Audience;
  readonly #recording: Recording;
  readonly #streams = new Set<ClientStream>();
  readonly #abort = new AbortController();
  readonly #opening = Promise.withResolvers<Opening>();
  readonly #settled = Promise.withResolvers<void>();
  #opened: Opening | undefined;
  #reader: ByteReader | undefined;
  #reading: Promise<void> | undefined;
  #isDeserted = false;
  #isEnding = false;
  #ending: Ending | undefined;

  constructor(options: RunningAnswerOptions) {
    const { exchange, fingerprint, ticker, space, maxBytes, waitMs } = options;
    this.requestId = exchange.requestId;
    this.fingerprint = fingerprint;
    this.#options = options;
    this.#recording = new Recording(space, maxBytes);
    this.#audience = new Audience({ ticker, waitMs, onDeserted: () => this.desert() });
    this.#opening.promise.catch(() => undefined);
  }

  /** What is known of the request that is answered: why it failed, if it did. */
  get exchange(): Exchange {
    return this.#options.exchange;
  }

  /** Whether a client that comes now can be given all of it. */
  get isOpen(): boolean {
    return !this.#isDeserted && this.#recording.isWhole;
  }

  /** Status and headers, as soon as there are some. */
  get opening(): Promise<Opening> {
    return this.#opening.promise;
  }

  /** Resolves when it is over and, if it is to be, kept. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** `run` makes the answer; its signal aborts when nobody is left to get it. */
  start(run: (signal: AbortSignal) => Promise<Response>): void {
    void this.#open(run);
  }

  /** A client waits for it from here on. Only while it is open. */
  join(signal: AbortSignal): Seat {
    return this.#audience.join(signal);
  }

  /** The answer's stream from its first byte, for one client. `onEnd` is called once, with the bytes it was given. */
  stream(seat: Seat, onEnd: (how: Ending | 'left', bytes: number) => void): ReadableStream<Uint8Array> {
    const stream: ClientStream = new ClientStream({
      ticker: this.#options.ticker,
      read: (position) => this.#recording.read(position) ?? this.#ending,
      more: () => this.#more(),
      onEnd: (how, bytes) => {
        this.#streams.delete(stream);
        if (how === 'left') seat.leave();
        else seat.rest();
        this.#freeRoom();
        onEnd(how, bytes);
      },
    });
    this.#streams.add(stream);
    return stream.open();
  }

  /** Ends it: there is nobody to get it. */
  desert(): void {
    if (this.#isEnding) return;
    this.#isDeserted = true;
    // A stream that nobody reads does not see the signal.
    this.#reader?.cancel().catch(() => undefined);
    this.#abort.abort();
    if (this.#opened !== undefined) void this.#end('cut');
  }

  async #open(run: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    try {
      const response = await run(this.#abort.signal);
      const lasting = lastingHeaders(response.headers);
      if (isStream(response)) {
        this.#reader = readerOf(response.body as ReadableStream);
        this.#opened = { response, lasting, body: undefined };
        // It opened in the moment it was given up.
        if (this.#isDeserted) await this.#reader.cancel().catch(() => undefined);
      } else {
        this.#opened = { response, lasting, body: (await response.bytes()) as Uint8Array<ArrayBuffer> };
      }
      if (this.#isDeserted) await this.#end('cut');
      else if (this.#opened.body !== undefined) await this.#end('whole');
      this.#opening.resolve(this.#opened);
    } catch (cause) {
      await this.#end('cut');
      this.#opening.reject(cause);
    }
  }

  /** Resolves when there is more to read, or no more will come. Everybody who waits waits for the same read. */
  #more(): Promise<void> {
    if (this.#isEnding) return this.settled;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const { done, value } = await (this.#reader as ByteReader).read();
      if (this.#isEnding) return;
      if (done) await this.#end('whole');
      else this.#recording.append(value, this.#slowest());
    } catch {
      await this.#end('cut');
    }
  }

  #slowest(): Position {
    let slowest = Number.POSITIVE_INFINITY;
    for (const { position } of this.#streams) slowest = Math.min(slowest, position);
    return slowest;
  }

  async #end(ending: Ending): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#audience.close();
    const kept = this.#options.onOver(ending === 'whole' ? this.#toKeep() : undefined);
    if (kept instanceof Promise) await kept;
    this.#ending = ending;
    this.#freeRoom();
    this.#settled.resolve();
  }

  #toKeep(): KeptAnswer | undefined {
    const { exchange, maxBytes } = this.#options;
    const { response, lasting, body } = this.#opened as Opening;
    if (!isFinal(exchange, response.status)) return undefined;
    if (body === undefined ? !this.#recording.isWhole : body.length > maxBytes) return undefined;
    const { requestId } = this;
    return { requestId, status: response.status, headers: lasting, body: body ?? this.#recording.all() };
  }

  #freeRoom(): void {
    if (this.#ending !== undefined && this.#streams.size === 0) this.#recording.release();
  }
}

function isStream({ headers, body }: Response): boolean {
  return body !== null && headers.get('content-type')?.startsWith('text/event-stream') === true;
}

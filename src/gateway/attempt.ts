import { ApiError } from '../protocol/api-error.ts';
import type { Target } from './routing/catalogue.ts';
import type { Ticker, Ticking } from './ticker.ts';
import { type ByteReader, readerOf } from './byte-reader.ts';
import { connectionError, readErrorAnswer } from './upstream/errors.ts';
import type { UpstreamRequest } from './upstream/port.ts';
import type { UpstreamFault } from '../protocol/transcode/upstream-error.ts';
import { type AnswerForm, sniffForm } from './sniff.ts';

/** The client left: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Generated images come as base64 within a JSON answer; nothing that is an answer comes near this. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** How long the body of an error may take: without it, the client is told the status alone. */
const ERROR_BODY_MS = 5000;

/** Well below the runtime's idle timeout; asking for more time on every request would be a system call on each. */
const SLOW_AFTER_MS = 5000;

/**
 * One try at one upstream, with the one controller that closes its socket: alive until the body has ended, aborted by
 * the client's leaving, by a deadline or by a shutdown. (Cancelling a body's reader alone leaves the socket open.)
 */
export class Attempt implements Ticking {
  readonly target: Target;
  readonly #controller = new AbortController();
  readonly #ticker: Ticker;
  readonly #client: AbortSignal;
  readonly #onGone = () => this.abort(new ClientGone('the client closed the connection'));
  #dueMs = Number.POSITIVE_INFINITY;
  #waitedFor = '';
  readonly #endMs: number;
  readonly #slowMs: number;
  readonly #onSlow: () => void;
  #slow = false;

  /** `onSlow` is called once when the upstream takes so long that the client's connection must be kept from idling out. */
  constructor(target: Target, ticker: Ticker, client: AbortSignal, onSlow: () => void) {
    this.target = target;
    this.#ticker = ticker;
    this.#client = client;
    const now = ticker.time();
    this.#endMs = now + target.provider.timeouts.totalMs;
    this.#slowMs = now + SLOW_AFTER_MS;
    this.#onSlow = onSlow;
    client.addEventListener('abort', this.#onGone);
    if (client.aborted) this.#onGone();
  }

  /** Resolves with the status line and headers. Rejects with an `ApiError` or {@link ClientGone}. */
  async send(request: Omit<UpstreamRequest, 'signal'>): Promise<Response> {
    const { firstByteMs } = this.target.provider.timeouts;
    this.#arm(firstByteMs, 'did not answer');
    this.#ticker.watch(this);
    try {
      const signal = this.#controller.signal;
      signal.throwIfAborted();
      return await this.target.provider.upstream.send({ ...request, signal });
    } catch (cause) {
      throw this.reasonOf(cause);
    } finally {
      this.#dueMs = Number.POSITIVE_INFINITY;
    }
  }

  /** The whole body of a JSON answer, under the idle and total deadlines. */
  async readBody(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
    this.#expectMore();
    try {
      // With a declared length nothing is sent but the answer, and the stream is never made (20 µs).
      if (answer.body === null || answer.headers.has('content-length')) {
        return (await answer.bytes()) as Uint8Array<ArrayBuffer>;
      }
      return await this.collect(readerOf(answer.body));
    } catch (cause) {
      throw this.reasonOf(cause);
    }
  }

  /** Which form a 2xx answer has, and its body, under the same deadlines. */
  async sniff(answer: Response): Promise<{ readonly form: AnswerForm; readonly reader: ByteReader }> {
    try {
      return await sniffForm(answer, () => this.#expectMore());
    } catch (cause) {
      throw this.reasonOf(cause);
    } finally {
      this.#dueMs = Number.POSITIVE_INFINITY;
    }
  }

  /** The error that an answer other than a 2xx tells; `tell`: what the client may know of it. */
  async readError(answer: Response, tell: (fault: UpstreamFault) => UpstreamFault): Promise<ApiError> {
    // The status says that the request failed: its words are not worth a long wait.
    this.#arm(Math.min(this.target.provider.timeouts.idleMs, ERROR_BODY_MS), 'did not finish its error');
    return readErrorAnswer(answer, tell, Date.now());
  }

  /** All of a JSON answer's body. */
  async collect(reader: ByteReader): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = [];
    await this.readAll(reader, (chunk) => chunks.push(chunk));
    return Buffer.concat(chunks);
  }

  /** Read by read: some vendors send white space for minutes to keep a connection alive until the answer is there. */
  async readAll(reader: ByteReader, take: (chunk: Uint8Array) => void): Promise<void> {
    let length = 0;
    for (;;) {
      this.#expectMore();
      const { done, value } = await this.#read(reader);
      if (done) return;
      length += value.length;
      if (length > MAX_ANSWER_BYTES) throw new ApiError('upstream_error', 'The upstream sent an answer without end');
      take(value);
    }
  }

  async #read(reader: ByteReader): ReturnType<ByteReader['read']> {
    try {
      return await reader.read();
    } catch (cause) {
      throw this.reasonOf(cause);
    }
  }

  #expectMore(): void {
    this.#arm(this.target.provider.timeouts.idleMs, 'stopped sending within its answer');
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** Takes back the deadlines and the listener. To be called exactly when the attempt is over. */
  close(): void {
    this.#ticker.unwatch(this);
    this.#client.removeEventListener('abort', this.#onGone);
  }

  check(now: number): void {
    if (!this.#slow && now >= this.#slowMs) {
      this.#slow = true;
      this.#onSlow();
    }
    if (now < this.#dueMs && now < this.#endMs) return;
    const what = now < this.#dueMs ? 'did not finish' : this.#waitedFor;
    const seconds = now < this.#dueMs ? this.target.provider.timeouts.totalMs / 1000 : undefined;
    this.abort(
      new ApiError('upstream_timeout', `The upstream ${what}${seconds === undefined ? '' : ` within ${seconds} s`}`),
    );
  }

  /** Why the attempt failed: the reason it was aborted for, if it was. */
  reasonOf(cause: unknown): Error {
    const { signal } = this.#controller;
    return signal.aborted ? (signal.reason as Error) : connectionError(cause);
  }

  #arm(afterMs: number, what: string): void {
    this.#dueMs = this.#ticker.time() + afterMs;
    this.#waitedFor = `${what} within ${afterMs / 1000} s`;
  }
}

import { ApiError } from '../../protocol/api-error.ts';
import type { Target } from '../routing/catalogue.ts';
import type { Ticker, Ticking } from '../ticker.ts';
import { type ByteReader, readerOf } from '../byte-reader.ts';
import { connectionError, readErrorAnswer } from '../upstream/errors.ts';
import type { UpstreamRequest } from '../upstream/port.ts';
import type { UpstreamFault } from '../../protocol/transcode/upstream-error.ts';
import { type AnswerForm, sniffForm } from '../sniff.ts';

/** The client left: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Generated images come as base64 within a JSON answer; nothing that is an answer comes near this. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * The part of `connect` after which a connection of our own is opened to see whether one can be; the rest is for that.
 * At the default of 5 s it has time for three SYNs (at 0, 1 and 3 s), and most streams have begun before it is needed.
 */
const PROBE_AFTER = 0.2;

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
  /** When to see whether the upstream can be reached at all; for ever, but while there is no answer. */
  #probeMs = Number.POSITIVE_INFINITY;
  #isSending = false;
  #waitedFor = '';
  readonly #sentMs: number;
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
    this.#sentMs = now;
    this.#endMs = now + target.provider.timeouts.totalMs;
    this.#slowMs = now + SLOW_AFTER_MS;
    this.#onSlow = onSlow;
    client.addEventListener('abort', this.#onGone);
    if (client.aborted) this.#onGone();
  }

  /** Resolves with the status line and headers. Rejects with an `ApiError` or {@link ClientGone}. */
  async send(request: Omit<UpstreamRequest, 'signal'>): Promise<Response> {
    const { upstream, timeouts } = this.target.provider;
    this.#arm(timeouts.firstByteMs, 'did not answer');
    this.#isSending = true;
    if (upstream.probe !== undefined) this.#probeMs = this.#sentMs + timeouts.connectMs * PROBE_AFTER;
    this.#ticker.watch(this);
    try {
      const signal = this.#controller.signal;
      signal.throwIfAborted();
      return await upstream.send({ ...request, signal });
    } catch (cause) {
      throw this.reasonOf(cause);
    } finally {
      this.#isSending = false;
      this.#dueMs = this.#probeMs = Number.POSITIVE_INFINITY;
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
    if (now >= this.#probeMs) void this.#probe();
    if (now < this.#dueMs && now < this.#endMs) return;
    const what = now < this.#dueMs ? 'did not finish' : this.#waitedFor;
    const seconds = now < this.#dueMs ? this.target.provider.timeouts.totalMs / 1000 : undefined;
    this.abort(
      new ApiError('upstream_timeout', `The upstream ${what}${seconds === undefined ? '' : ` within ${seconds} s`}`),
    );
  }

  /** Once: a server that could be reached is only slow, and `first_byte` bounds that. */
  async #probe(): Promise<void> {
    this.#probeMs = Number.POSITIVE_INFINITY;
    const { upstream, timeouts } = this.target.provider;
    const withinMs = timeouts.connectMs * (1 - PROBE_AFTER);
    const isReachable = await upstream.probe?.isReachable(this.#sentMs, withinMs, this.#ticker);
    if (isReachable !== false || !this.#isSending) return;
    const what = `The upstream could not be connected to within ${timeouts.connectMs / 1000} s`;
    this.abort(new ApiError('upstream_unavailable', what, { failover: 'next' }));
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

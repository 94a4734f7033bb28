import { ApiError } from '../../protocol/api-error.ts';
import { ClientGone } from '../attempts/attempt.ts';
import type { Exchange } from '../exchange.ts';
import type { Outcome } from '../outcome.ts';
import type { Sealer } from '../reasoning/seal.ts';
import type { Ticker } from '../ticker.ts';
import { fingerprint } from './fingerprint.ts';
import { decodeKeptAnswer, encodeKeptAnswer, type KeptAnswer } from './kept-answer.ts';
import { entryName, IDEMPOTENCY_HEADER } from './key.ts';
import { type EntryName, entryBytes, type ReplayLimits, type ReplayStore } from './ports.ts';
import { RecordingSpace } from './recording.ts';
import { replayedHeaders } from './replayed-headers.ts';
import { RunningAnswer } from './running-answer.ts';

/**
 * How long an answer goes on when its last client has left: the official SDKs send a request again within half a second
 * of a connection that broke, then within one, then two.
 */
const RETURN_MS = 3000;

export interface IdempotencyOptions {
  readonly store: ReplayStore;
  /** What is kept is sealed to its name: under any other it cannot be read. */
  readonly sealer: Sealer;
  readonly ticker: Ticker;
  readonly limits: () => ReplayLimits;
  readonly onFault: (what: string, cause: unknown, requestId: string) => void;
}

/** A request that bears a key. */
export interface KeyedRequest {
  readonly key: string;
  readonly request: Pick<Request, 'headers' | 'signal'>;
  readonly exchange: Exchange;
  readonly body: Uint8Array;
  /** Keeps the client's connection from idling out. */
  readonly holdOpen: () => void;
  /** The request is over without an upstream of its own. */
  readonly tell: (outcome: Outcome) => void;
}

/**
 * Requests that bear an `Idempotency-Key`: each is answered once, however often it is sent. Keeping an answer of a
 * kilobyte takes 6 µs, giving it again 4 µs; a mebibyte takes 0.4 ms and 0.2 ms. Requests without a key pay for looking
 * for one (0.1 µs).
 */
export class Idempotency {
  readonly #options: IdempotencyOptions;
  readonly #space: RecordingSpace;
  readonly #running = new Map<string, RunningAnswer>();

  constructor(options: IdempotencyOptions) {
    this.#options = options;
    this.#space = new RecordingSpace(() => options.limits().totalBytes);
  }

  /**
   * The answer to a request: what was kept of it, what is being answered now, or, for a key that is new, what `run`
   * makes; its signal aborts when nobody is left to get it. Rejects with the 422 or 409 that says why there is none, or
   * with {@link ClientGone}.
   */
  async answer(asked: KeyedRequest, run: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
    const { request, exchange, body } = asked;
    if (request.signal.aborted) throw new ClientGone('the client closed the connection');
    const name = entryName(exchange.principal?.keyId ?? '', asked.key);
    const { route, shape } = exchange;
    const print = fingerprint({ route, shape, headers: request.headers }, body);
    if (!this.#running.has(name.id)) {
      const claimed = this.#options.store.claim(name, print, exchange.requestId);
      const claim = claimed instanceof Promise ? await claimed : claimed;
      if (claim.state === 'claimed') return this.#begin(asked, name, print, run);
      checkSame(claim.fingerprint, print);
      if (claim.state === 'kept') return this.#replay(asked, this.#open(name, claim.answer));
    }
    const running = this.#running.get(name.id);
    if (running !== undefined) checkSame(running.fingerprint, print);
    // Where it is being given up, is too large to be given twice, or is another process's.
    if (running?.isOpen !== true) throw inProgress();
    return this.#attach(asked, running);
  }

  /** Ends what is answered for nobody; resolves when that has been told. For the end of the process. */
  async abandon(): Promise<void> {
    const running = [...this.#running.values()];
    for (const answer of running) answer.desert();
    await Promise.all(running.map(({ settled }) => settled));
  }

  async #begin(
    { request, exchange }: KeyedRequest,
    name: EntryName,
    print: string,
    run: (signal: AbortSignal) => Promise<Response>,
  ): Promise<Response> {
    const { ticker, limits } = this.#options;
    const answer: RunningAnswer = new RunningAnswer({
      exchange,
      fingerprint: print,
      ticker,
      space: this.#space,
      maxBytes: entryBytes(limits()),
      waitMs: RETURN_MS,
      onOver: (kept) => {
        const forget = () => {
          if (this.#running.get(name.id) === answer) this.#running.delete(name.id);
        };
        const stored = this.#store(name, exchange.requestId, mayKeep(request.headers) ? kept : undefined);
        return stored === undefined ? forget() : stored.then(forget);
      },
    });
    this.#running.set(name.id, answer);
    const seat = answer.join(request.signal);
    answer.start(run);
    const { response, body } = await answer.opening;
    const { status, headers } = response;
    if (body !== undefined) seat.rest();
    if (seat.hasLeft) return new Response(null, { status: 499 });
    return new Response(body ?? answer.stream(seat, () => undefined), { status, headers });
  }

  async #attach({ request, exchange, holdOpen, tell }: KeyedRequest, running: RunningAnswer): Promise<Response> {
    holdOpen();
    const seat = running.join(request.signal);
    const { response, lasting, body } = await Promise.race([running.opening, seat.left]);
    if (seat.hasLeft) throw new ClientGone('the client closed the connection');
    const { status } = response;
    exchange.status = status;
    exchange.replayOf = running.requestId;
    const headers = replayedHeaders(exchange.headers(), lasting, running.requestId);
    if (body !== undefined) {
      seat.rest();
      exchange.bytesOut = body.length;
      exchange.error = running.exchange.failure;
      tell('replayed');
      return new Response(body, { status, headers });
    }
    const stream = running.stream(seat, (how, bytes) => {
      exchange.bytesOut = bytes;
      exchange.error = running.exchange.failure;
      tell(how === 'whole' ? 'replayed' : how === 'cut' ? 'upstream_cut' : 'client_abort');
    });
    return new Response(stream, { status, headers });
  }

  #replay({ exchange, tell }: KeyedRequest, { requestId, status, headers: lasting, body }: KeptAnswer): Response {
    exchange.status = status;
    exchange.replayOf = requestId;
    exchange.bytesOut = body.length;
    const headers = replayedHeaders(exchange.headers(), lasting, requestId);
    tell('replayed');
    return new Response(body, { status, headers });
  }

  #open(name: EntryName, sealed: Uint8Array): KeptAnswer {
    const bytes = this.#options.sealer.openBytes(sealed, contextOf(name));
    if (bytes === undefined) throw new Error('an answer that was kept cannot be opened');
    return decodeKeptAnswer(bytes);
  }

  /** Keeps the answer, or frees its name. A store that fails costs the replay, never the answer. */
  #store(name: EntryName, holder: string, answer: KeptAnswer | undefined): Promise<void> | undefined {
    const { store, sealer, onFault } = this.#options;
    const onError = (cause: unknown) => onFault('an answer could not be kept for its idempotency key', cause, holder);
    try {
      const stored =
        answer === undefined
          ? store.release(name, holder)
          : store.keep(name, holder, sealer.seal(encodeKeptAnswer(answer), contextOf(name)));
      return stored instanceof Promise ? stored.catch(onError) : undefined;
    } catch (cause) {
      onError(cause);
      return undefined;
    }
  }
}

function contextOf({ owner, id }: EntryName): string {
  return `${owner}\n${id}`;
}

/** Nothing of what a client sent is kept for it if it says so. */
function mayKeep(headers: Headers): boolean {
  return headers.get('x-th-store')?.toLowerCase() !== 'off';
}

function checkSame(first: string, present: string): void {
  if (first === present) return;
  throw new ApiError(
    'idempotency_mismatch',
    `This ${IDEMPOTENCY_HEADER} was sent before with another request. Use a new key for each new request`,
    { param: IDEMPOTENCY_HEADER },
  );
}

function inProgress(): ApiError {
  return new ApiError(
    'idempotency_in_progress',
    `The first request with this ${IDEMPOTENCY_HEADER} has not ended yet, and its answer cannot be shared; send it again later`,
    { param: IDEMPOTENCY_HEADER, retryAfterS: 1 },
  );
}

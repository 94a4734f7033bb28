/**
 * A model server made of raw sockets. It records every request byte for byte and answers by script, so a test
 * can send what no HTTP library would: a cut in the middle of an event, a reset, one byte a packet, a flood.
 *
 * Which script answers is chosen by the `model` in the request's body, so tests that share one gateway (and run
 * at the same time) do not disturb each other:
 *
 *     const upstream = await ScriptedUpstream.start();
 *     upstream.on('model-a', (exchange) => exchange.json(200, openaiCompletion()));
 */
import net from 'node:net';
import { bytesOf, concat, dechunk, endOfHead, header, parseHead, type HeaderList } from './http-message.ts';

export interface RecordedRequest {
  /** Request line and headers as they came, without the empty line. */
  readonly rawHead: string;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** Running number of the TCP connection it came on. */
  readonly connection: number;
  /** `performance.now()` when it was complete. */
  readonly atMs: number;
  header(name: string): string | undefined;
  text(): string;
}

export type Script = (exchange: Exchange) => Promise<unknown> | unknown;

/** How a body is delimited. `auto` is content-length for `body`, chunked for writes. */
export type AnswerFraming = 'content-length' | 'chunked' | 'close';

export interface AnswerOptions {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: HeaderList;
  readonly framing?: AnswerFraming;
}

export interface StreamOptions extends AnswerOptions {
  /** Wait between two writes. */
  readonly delayMs?: number;
  /**
   * What happens behind the last write: `end` finishes the body properly, `cut` closes the connection without
   * finishing it, `reset` sends a TCP reset, `stall` says nothing more until the peer goes, `keep-open` leaves the
   * rest to the script.
   */
  readonly ending?: 'end' | 'cut' | 'reset' | 'stall' | 'keep-open';
}

export const SSE_HEADERS: HeaderList = [
  ['content-type', 'text/event-stream; charset=utf-8'],
  ['cache-control', 'no-cache'],
];

/** One request and the connection to answer it on. */
export class Exchange {
  readonly request: RecordedRequest;
  readonly socket: net.Socket;
  /** Resolves with `performance.now()` when the peer closed or reset its side. */
  readonly peerClosed: Promise<number>;
  /** Body bytes the kernel has accepted so far. */
  bytesWritten = 0;
  #framing: AnswerFraming = 'close';
  readonly #isGone: () => boolean;

  constructor(request: RecordedRequest, socket: net.Socket, peerClosed: Promise<number>, isGone: () => boolean) {
    this.request = request;
    this.socket = socket;
    this.peerClosed = peerClosed;
    this.#isGone = isGone;
  }

  /** Whether the peer has closed or reset the connection. */
  get gone(): boolean {
    return this.#isGone();
  }

  /** Sends bytes as they are, in a TCP send of their own; resolves once the kernel took them (false: the peer is gone). */
  raw(data: string | Uint8Array): Promise<boolean> {
    if (this.socket.destroyed) return Promise.resolve(false);
    return new Promise((resolve) => {
      let settled = false;
      const settle = (delivered: boolean) => {
        if (settled) return;
        settled = true;
        this.socket.off('close', fail);
        resolve(delivered);
      };
      const fail = () => settle(false);
      this.socket.once('close', fail);
      this.socket.write(bytesOf(data), (error) => settle(error === undefined || error === null));
    });
  }

  /** Status line and headers. With `content-length` framing the length must be among `headers`. */
  head(options: AnswerOptions = {}): Promise<boolean> {
    const { status = 200, reason = 'Scripted', headers = [], framing = 'close' } = options;
    this.#framing = framing;
    const lines = [`HTTP/1.1 ${status} ${reason}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
    if (framing === 'chunked') lines.push('transfer-encoding: chunked');
    if (framing === 'close') lines.push('connection: close');
    return this.raw(`${lines.join('\r\n')}\r\n\r\n`);
  }

  /** One piece of the body, framed as the head promised, in a TCP send of its own. */
  async write(data: string | Uint8Array): Promise<boolean> {
    const bytes = bytesOf(data);
    if (bytes.length === 0) return true;
    const framed =
      this.#framing === 'chunked'
        ? concat([bytesOf(`${bytes.length.toString(16)}\r\n`), bytes, bytesOf('\r\n')])
        : bytes;
    const delivered = await this.raw(framed);
    if (delivered) this.bytesWritten += bytes.length;
    return delivered;
  }

  /** Finishes the body properly. */
  async end(): Promise<void> {
    if (this.#framing === 'chunked') await this.raw('0\r\n\r\n');
    if (this.#framing === 'close') this.socket.end();
  }

  /** Closes the connection (FIN) without finishing the body. */
  cut(): void {
    this.socket.end();
  }

  /** Sends a TCP reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Says nothing more; resolves when the peer goes. */
  stall(): Promise<number> {
    return this.peerClosed;
  }

  /** A whole answer with a content-length. */
  async answer(status: number, body: string | Uint8Array, headers: HeaderList = []): Promise<void> {
    const bytes = bytesOf(body);
    const length: HeaderList = [['content-length', String(bytes.length)]];
    await this.head({ status, headers: [...headers, ...length], framing: 'content-length' });
    await this.write(bytes);
  }

  async json(status: number, value: unknown, headers: HeaderList = []): Promise<void> {
    await this.answer(status, JSON.stringify(value), [['content-type', 'application/json'], ...headers]);
  }

  /** A streamed answer: each of `writes` is a TCP send of its own. */
  async stream(writes: readonly (string | Uint8Array)[], options: StreamOptions = {}): Promise<void> {
    const { headers = SSE_HEADERS, framing = 'chunked', delayMs = 0, ending = 'end' } = options;
    if (!(await this.head({ ...options, headers, framing }))) return;
    for (const data of writes) {
      if (!(await this.write(data))) return;
      // Without giving way, the kernel would hand several sends to the peer as one read.
      if (delayMs > 0) await Bun.sleep(delayMs);
      else await new Promise((resolve) => setImmediate(resolve));
    }
    if (ending === 'end') await this.end();
    if (ending === 'cut') this.cut();
    if (ending === 'reset') this.reset();
    if (ending === 'stall') await this.stall();
  }

  /** Writes `event` again and again as fast as the peer reads, until it goes or `limitBytes` are through. */
  async flood(event: string | Uint8Array, limitBytes: number): Promise<void> {
    const bytes = bytesOf(event);
    while (!this.gone && this.bytesWritten < limitBytes) {
      if (!(await this.write(bytes))) return;
    }
  }
}

interface Waiter {
  readonly count: number;
  readonly model: string | undefined;
  readonly resolve: () => void;
}

export class ScriptedUpstream {
  readonly requests: RecordedRequest[] = [];
  /** What went wrong in a script; `stop` throws the first, so that a broken script is never a passing test. */
  readonly failures: unknown[] = [];
  /** TCP connections accepted so far. */
  connections = 0;
  /** TCP connections open now. */
  readonly sockets: Set<net.Socket> = new Set();
  readonly #server: net.Server;
  readonly #scripts = new Map<string, Script>();
  #fallback: Script | undefined;
  #waiters: Waiter[] = [];
  #ends: { readonly model: string; readonly done: Promise<void> }[] = [];

  private constructor() {
    this.#server = net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  static async start(fallback?: Script): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream();
    upstream.#fallback = fallback;
    await new Promise<void>((resolve, reject) => {
      upstream.#server.once('error', reject);
      upstream.#server.listen(0, '127.0.0.1', 4096, resolve);
    });
    return upstream;
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  /** `http://127.0.0.1:PORT`, as the Anthropic shape's `base_url`; the OpenAI shape appends `/v1`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers every request for `model` with `script`. */
  on(model: string, script: Script): void {
    this.#scripts.set(model, script);
  }

  /** The requests recorded for one model. */
  requestsFor(model: string): RecordedRequest[] {
    return this.requests.filter((request) => modelOf(request) === model);
  }

  /** Resolves when `count` requests (for `model`, if given) are recorded. */
  async received(count: number, model?: string, timeoutMs = 5_000): Promise<RecordedRequest[]> {
    const matching = () => (model === undefined ? this.requests : this.requestsFor(model));
    if (matching().length < count) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`only ${matching().length} of ${count} requests reached the upstream`)),
          timeoutMs,
        );
        this.#waiters.push({
          count,
          model,
          resolve: () => {
            clearTimeout(timer);
            resolve();
          },
        });
      });
    }
    return matching();
  }

  /** Resolves when every script started for `model` so far has returned. */
  async finished(model: string): Promise<void> {
    await Promise.all(this.#ends.filter((end) => end.model === model).map((end) => end.done));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    if (this.failures.length > 0) throw this.failures[0];
  }

  #accept(socket: net.Socket): void {
    const connection = this.connections++;
    this.sockets.add(socket);
    let gone = false;
    const peerClosed = new Promise<number>((resolve) => {
      const leave = () => {
        if (gone) return;
        gone = true;
        resolve(performance.now());
        // Half of a connection is of no use to a model server: release ours as well.
        socket.destroySoon();
      };
      socket.once('end', leave);
      socket.once('error', leave);
      socket.once('close', () => {
        leave();
        this.sockets.delete(socket);
      });
    });
    let buffer: Uint8Array = new Uint8Array(0);
    let chain = Promise.resolve();
    socket.on('data', (data: Uint8Array) => {
      buffer = buffer.length === 0 ? data : concat([buffer, data]);
      for (;;) {
        const taken = takeRequest(buffer, connection);
        if (taken === undefined) return;
        buffer = buffer.subarray(taken.consumed);
        const exchange = new Exchange(taken.request, socket, peerClosed, () => gone);
        this.requests.push(taken.request);
        chain = chain.then(() => this.#run(exchange));
        this.#ends.push({ model: modelOf(taken.request) ?? '', done: chain });
        this.#notify();
      }
    });
  }

  async #run(exchange: Exchange): Promise<void> {
    const model = modelOf(exchange.request);
    const script = (model === undefined ? undefined : this.#scripts.get(model)) ?? this.#fallback;
    try {
      if (script === undefined) throw new Error(`no script for model ${JSON.stringify(model)}`);
      await script(exchange);
    } catch (error) {
      this.failures.push(error);
      exchange.reset();
    }
  }

  #notify(): void {
    this.#waiters = this.#waiters.filter((waiter) => {
      const seen = waiter.model === undefined ? this.requests.length : this.requestsFor(waiter.model).length;
      if (seen < waiter.count) return true;
      waiter.resolve();
      return false;
    });
  }
}

const models = new WeakMap<RecordedRequest, string | undefined>();

/** The `model` of a request's JSON body, decoded; undefined when there is none. */
export function modelOf(request: RecordedRequest): string | undefined {
  if (!models.has(request)) models.set(request, readModel(request));
  return models.get(request);
}

function readModel(request: RecordedRequest): string | undefined {
  try {
    const body: unknown = JSON.parse(request.text());
    if (typeof body !== 'object' || body === null || !('model' in body)) return undefined;
    return typeof body.model === 'string' ? body.model : undefined;
  } catch {
    return undefined; // a body that is not JSON has no model; the fallback script decides
  }
}

function takeRequest(
  buffer: Uint8Array,
  connection: number,
): { readonly request: RecordedRequest; readonly consumed: number } | undefined {
  const bodyStart = endOfHead(buffer);
  if (bodyStart < 0) return undefined;
  const rawHead = Buffer.from(buffer.subarray(0, bodyStart - 4)).toString('latin1');
  const { headers, startLine } = parseHead(rawHead);
  const [method = '', target = ''] = startLine.split(' ');
  let body: Uint8Array;
  let consumed: number;
  if (header(headers, 'transfer-encoding')?.toLowerCase() === 'chunked') {
    const dechunked = dechunk(buffer.subarray(bodyStart));
    if (dechunked === undefined) return undefined;
    body = dechunked.body;
    consumed = bodyStart + dechunked.consumed;
  } else {
    const length = Number(header(headers, 'content-length') ?? 0);
    if (buffer.length < bodyStart + length) return undefined;
    body = buffer.slice(bodyStart, bodyStart + length);
    consumed = bodyStart + length;
  }
  const request: RecordedRequest = {
    rawHead,
    method,
    target,
    headers,
    body,
    connection,
    atMs: performance.now(),
    header: (name) => header(headers, name),
    text: () => new TextDecoder().decode(body),
  };
  return { request, consumed };
}

/** A client made of one raw socket, for requests no HTTP library would send and answers no library would show. */
import net from 'node:net';
import { bytesOf, concat, dechunk, endOfHead, header, parseHead, type HeaderList } from './http-message.ts';

export interface RawResponse {
  readonly rawHead: string;
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  header(name: string): string | undefined;
  text(): string;
}

export class RawClient {
  readonly socket: net.Socket;
  /** Resolves with `performance.now()` when the server closed its side or the connection broke. */
  readonly closed: Promise<number>;
  /** When the first byte came, by `performance.now()`. */
  firstByteMs: number | undefined;
  bytesRead = 0;
  #buffer: Uint8Array = new Uint8Array(0);
  #ended = false;
  #waiters: (() => void)[] = [];

  private constructor(socket: net.Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      const end = () => {
        if (this.#ended) return;
        this.#ended = true;
        resolve(performance.now());
        this.#wake();
      };
      socket.once('end', end);
      socket.once('close', end);
      socket.on('error', end);
    });
    socket.on('data', (data: Uint8Array) => {
      this.firstByteMs ??= performance.now();
      this.bytesRead += data.length;
      this.#buffer = this.#buffer.length === 0 ? data : concat([this.#buffer, data]);
      this.#wake();
    });
  }

  /** `allowHalfOpen` keeps our side of the connection usable after the server closed its own. */
  static connect(port: number, allowHalfOpen = true): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Everything received and not taken yet, as text. */
  get pending(): string {
    return Buffer.from(this.#buffer).toString('utf8');
  }

  /** Sends bytes as they are; resolves when the kernel took them or the connection is gone. */
  send(data: string | Uint8Array): Promise<void> {
    if (this.socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.socket.off('close', done);
        resolve();
      };
      this.socket.once('close', done);
      this.socket.write(bytesOf(data), done);
    });
  }

  /** Closes our side (FIN) and keeps reading. */
  halfClose(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  close(): void {
    this.socket.destroy();
  }

  /** Resolves when `predicate` holds of the text received and not taken; rejects when it cannot any more. */
  async until(predicate: (text: string) => boolean, timeoutMs = 5_000): Promise<string> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const text = this.pending;
      if (predicate(text)) return text;
      if (this.#ended) throw new Error(`the connection ended after ${JSON.stringify(text.slice(0, 2_000))}`);
      await this.#change(
        deadline,
        () => `nothing fitting within ${timeoutMs} ms: ${JSON.stringify(text.slice(0, 2_000))}`,
      );
    }
  }

  /** The next whole response; a 1xx counts as one of its own. Undefined when the connection ended without one. */
  async response(
    options: { readonly timeoutMs?: number; readonly method?: string } = {},
  ): Promise<RawResponse | undefined> {
    const { timeoutMs = 5_000, method = 'GET' } = options;
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const taken = takeResponse(this.#buffer, method, this.#ended);
      if (taken !== undefined) {
        this.#buffer = this.#buffer.slice(taken.consumed);
        return taken.response;
      }
      if (this.#ended) {
        if (this.#buffer.length === 0) return undefined;
        throw new Error(`the connection ended within a response: ${JSON.stringify(this.pending.slice(0, 2_000))}`);
      }
      await this.#change(
        deadline,
        () => `no whole response within ${timeoutMs} ms: ${JSON.stringify(this.pending.slice(0, 2_000))}`,
      );
    }
  }

  /** Whether the server closes the connection within the time. */
  async closesWithin(timeoutMs: number): Promise<boolean> {
    return Promise.race([this.closed.then(() => true), Bun.sleep(timeoutMs).then(() => false)]);
  }

  #change(deadline: number, describe: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(describe())), Math.max(0, deadline - performance.now()));
      this.#waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}

export interface RawRequestOptions {
  readonly method?: string;
  readonly headers?: HeaderList;
  readonly body?: string | Uint8Array;
  readonly host?: string | null;
}

/** A well-formed request as bytes: the base from which a test makes a malformed one. */
export function rawRequest(target: string, options: RawRequestOptions = {}): Uint8Array {
  const { method = 'GET', headers = [], body, host = '127.0.0.1' } = options;
  const lines = [`${method} ${target} HTTP/1.1`];
  if (host !== null) lines.push(`Host: ${host}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${bytesOf(body).length}`);
  return concat([bytesOf(`${lines.join('\r\n')}\r\n\r\n`), bytesOf(body ?? '')]);
}

/** Sends bytes on a connection of their own and waits for one response. */
export async function exchangeRaw(
  port: number,
  request: string | Uint8Array,
  options: { readonly timeoutMs?: number; readonly method?: string } = {},
): Promise<RawResponse | undefined> {
  const client = await RawClient.connect(port);
  try {
    await client.send(request);
    return await client.response(options);
  } finally {
    client.close();
  }
}

function takeResponse(
  buffer: Uint8Array,
  method: string,
  ended: boolean,
): { readonly response: RawResponse; readonly consumed: number } | undefined {
  const bodyStart = endOfHead(buffer);
  if (bodyStart < 0) return undefined;
  const rawHead = Buffer.from(buffer.subarray(0, bodyStart - 4)).toString('latin1');
  const { startLine, headers } = parseHead(rawHead);
  const status = Number(startLine.split(' ')[1]);
  const rest = buffer.subarray(bodyStart);
  const length = header(headers, 'content-length');
  let body: Uint8Array;
  let used: number;
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) {
    body = new Uint8Array(0);
    used = 0;
  } else if (header(headers, 'transfer-encoding')?.toLowerCase() === 'chunked') {
    const dechunked = dechunk(rest);
    if (dechunked === undefined) return undefined;
    ({ body, consumed: used } = dechunked);
  } else if (length !== undefined) {
    if (rest.length < Number(length)) return undefined;
    used = Number(length);
    body = rest.slice(0, used);
  } else {
    if (!ended) return undefined;
    body = rest.slice();
    used = rest.length;
  }
  const response: RawResponse = {
    rawHead,
    status,
    headers,
    body,
    header: (name) => header(headers, name),
    text: () => new TextDecoder().decode(body),
  };
  return { response, consumed: bodyStart + used };
}

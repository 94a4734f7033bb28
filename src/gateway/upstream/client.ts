import { ApiError } from '../../protocol/api-error.ts';
import type { Shape } from '../../protocol/shape.ts';
import { ConnectProbe } from './connect-probe.ts';
import type { Dialect } from './dialects.ts';
import { connectionError } from './errors.ts';
import type { Upstream, UpstreamRequest } from './port.ts';

export interface HttpUpstreamOptions {
  readonly shape: Shape;
  /** As the shape's official SDK takes it; no trailing slash. */
  readonly baseUrl: string;
  /** A request names one by its position. */
  readonly apiKeys: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: Dialect;
  readonly userAgent: string;
  /** How this gateway signs what it sends on, so that it recognises a request that comes back to it. */
  readonly via: string;
}

/** Bun's own options of `fetch`; other runtimes ignore them. */
interface FetchInit extends RequestInit {
  /** Upstream bytes pass as they are: a decoded body under the encoding's headers would be a lie. */
  readonly decompress: false;
  /** Bun gives up on a silent upstream after 300 s; our own deadlines decide. */
  readonly timeout: false;
}

/**
 * Deno's client sends bytes once more when the kept connection that took them breaks, and tells nobody: a request that was
 * done and charged would be done and charged again. A `Blob` it sends once, by its length as well.
 */
const SENDS_TWICE = 'Deno' in globalThis;

const ENCODINGS = new Set(['gzip', 'deflate', 'deflate-raw', 'brotli', 'zstd']);
const ENCODING_NAMES: ReadonlyMap<string, string> = new Map([
  ['br', 'brotli'],
  ['x-gzip', 'gzip'],
]);

/**
 * A model server over HTTP. The only place that calls `fetch`: the origin is the configured one whatever the request
 * says, headers are built from scratch, redirects are not followed.
 */
export class HttpUpstream implements Upstream {
  readonly probe: ConnectProbe;
  readonly #base: URL;
  readonly #prepared: readonly Headers[];
  readonly #urls = new Map<string, string>();

  constructor(options: HttpUpstreamOptions) {
    this.#base = new URL(options.baseUrl);
    this.probe = new ConnectProbe(this.#base);
    this.#prepared = prepareHeaders(options);
  }

  async send(request: UpstreamRequest): Promise<Response> {
    const init: FetchInit = {
      method: 'POST',
      headers: this.#headers(request),
      body: SENDS_TWICE ? new Blob([request.body]) : request.body,
      signal: request.signal,
      redirect: 'manual',
      decompress: false,
      timeout: false,
    };
    let answer: Response;
    try {
      answer = await fetch(this.#url(request.path), init);
    } catch (cause) {
      request.signal.throwIfAborted();
      throw connectionError(cause);
    }
    const encoding = answer.headers.get('content-encoding');
    return encoding === null || encoding === 'identity' ? answer : decode(answer, encoding);
  }

  #url(path: string): string {
    const known = this.#urls.get(path);
    if (known !== undefined) return known;
    const url = new URL(this.#base.pathname.replace(/\/$/, '') + path, this.#base);
    url.search = this.#base.search;
    if (url.origin !== this.#base.origin) throw new ApiError('internal_error', 'The upstream address left its origin');
    this.#urls.set(path, url.href);
    return url.href;
  }

  /** The key's headers; a copy only where the client has something to add. */
  #headers({ key, headers: client }: UpstreamRequest): Headers {
    const prepared = this.#prepared[key % this.#prepared.length] as Headers;
    if (client === undefined) return prepared;
    const headers = new Headers(prepared);
    for (const [name, value] of Object.entries(client)) headers.set(name, value);
    return headers;
  }
}

/** One set of headers for each key, made once: making them anew costs more than all else done to a request (28 µs). */
function prepareHeaders(options: HttpUpstreamOptions): Headers[] {
  const { apiKeys, dialect, shape, userAgent, via, headers: configured } = options;
  const common = {
    'content-type': 'application/json',
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': userAgent,
    ...(shape === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
    ...configured,
    // Whatever is configured: without it a request that comes back would go round for ever.
    via: configured['via'] === undefined ? via : `${configured['via']}, ${via}`,
  };
  if (dialect.auth === 'none' || apiKeys.length === 0) return [new Headers(common)];
  return apiKeys.map((key) => {
    const headers = new Headers(common);
    if (dialect.auth === 'bearer') headers.set('authorization', `Bearer ${key}`);
    else headers.set(dialect.auth, key);
    return headers;
  });
}

/** An upstream that compresses although it was asked not to. */
async function decode(answer: Response, encoding: string): Promise<Response> {
  const name = ENCODING_NAMES.get(encoding.toLowerCase()) ?? encoding.toLowerCase();
  if (!ENCODINGS.has(name) || answer.body === null) {
    await answer.body?.cancel();
    throw new ApiError('upstream_error', 'The upstream answered in an encoding that was not asked for');
  }
  const headers = new Headers(answer.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  const body = answer.body.pipeThrough(
    new DecompressionStream(name as ConstructorParameters<typeof DecompressionStream>[0]),
  );
  return new Response(body, { status: answer.status, headers });
}

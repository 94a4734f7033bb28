import type { Listener, ListenOptions } from './listener.ts';

/** The part of Deno's server that is used here; its types are not part of this project's. */
interface DenoServer {
  readonly addr: { readonly hostname?: string; readonly port?: number };
  shutdown(): Promise<void>;
}

interface DenoInfo {
  readonly remoteAddr: { readonly hostname?: string };
}

interface DenoNamespace {
  serve(
    options: { hostname?: string; port?: number; path?: string; onListen: () => void; signal: AbortSignal },
    handle: (request: Request, info: DenoInfo) => Response | Promise<Response>,
  ): DenoServer;
}

/** As much as Bun takes, in bytes. */
const MAX_ADDRESS = 16_384;
const MAX_HEADERS = 16_384;

export function listen({ listen: at, handle }: ListenOptions): Listener {
  const { Deno } = globalThis as unknown as { Deno: DenoNamespace };
  const abort = new AbortController();
  const where = at.kind === 'unix' ? { path: at.path } : { hostname: at.host, port: at.port };
  const infos = new WeakMap<Request, DenoInfo>();
  const take = (request: Request, info: DenoInfo) => {
    const status = refusal(request);
    if (status !== undefined) return new Response(null, { status, headers: { connection: 'close' } });
    // What comes by a socket Deno gives a scheme of its own, which no router knows.
    if (at.kind === 'unix') return handle(new Request(request.url.replace(/^http\+unix:/, 'http:'), request));
    infos.set(request, info);
    return handle(request);
  };
  let server: DenoServer;
  try {
    server = Deno.serve({ ...where, onListen: () => undefined, signal: abort.signal }, take);
  } catch (cause) {
    // It says this before it asks the system, whose code it would be.
    if (/SUN_LEN/.test((cause as Error).message)) Object.assign(cause as Error, { code: 'ENAMETOOLONG' });
    throw cause;
  }
  let isDown = false;
  return {
    url: at.kind === 'unix' ? `unix:${at.path}` : addressOf(at.host, server.addr.port),
    // Deno closes no connection for being quiet.
    holdOpen: () => undefined,
    peerOf: (request) => infos.get(request)?.remoteAddr.hostname,
    async drain() {
      await server.shutdown();
      isDown = true;
    },
    async close() {
      // Aborting a server that is down is an uncaught error of Deno's own.
      if (!isDown) abort.abort();
    },
  };
}

/** What Deno's server lets through, and Bun's refuses before any code of ours runs: the status it is refused with. */
function refusal(request: Request): number | undefined {
  // Any other coding leaves readers in doubt where the request ends, and what comes after it.
  const coding = request.headers.get('transfer-encoding');
  if (coding !== null && coding.toLowerCase() !== 'chunked') return 400;
  if (request.url.length > MAX_ADDRESS) return 414;
  let size = 0;
  for (const [name, value] of request.headers) size += name.length + value.length;
  return size > MAX_HEADERS ? 431 : undefined;
}

function addressOf(host: string, port = 0): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

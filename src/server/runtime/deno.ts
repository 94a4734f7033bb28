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

export function listen({ listen: at, handle }: ListenOptions): Listener {
  const { Deno } = globalThis as unknown as { Deno: DenoNamespace };
  const abort = new AbortController();
  const where = at.kind === 'unix' ? { path: at.path } : { hostname: at.host, port: at.port };
  // What comes by a socket Deno gives a scheme of its own, which no router knows.
  const infos = new WeakMap<Request, DenoInfo>();
  const take =
    at.kind === 'unix'
      ? (request: Request) => handle(new Request(request.url.replace(/^http\+unix:/, 'http:'), request))
      : (request: Request, info: DenoInfo) => {
          infos.set(request, info);
          return handle(request);
        };
  const server = Deno.serve({ ...where, onListen: () => undefined, signal: abort.signal }, take);
  const { hostname = '127.0.0.1', port = 0 } = server.addr;
  let isDown = false;
  return {
    url:
      at.kind === 'unix' ? `unix:${at.path}` : `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`,
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

import type { Listener, ListenOptions } from './listener.ts';

/** The body limit is the gateway's own, told in the caller's shape; the runtime's would answer without a body. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export function listen({ listen: at, handle, idleTimeoutS, isShared = false }: ListenOptions): Listener {
  const common = {
    // The connection's idle timeout must never be 0: a body that trickles in would then live for ever.
    idleTimeout: idleTimeoutS,
    maxRequestBodySize: NO_LIMIT,
    development: false,
    // Said aloud, because outside development Bun's default lets a second server share the port, silently.
    reusePort: isShared,
    fetch: handle,
    error: () => new Response(null, { status: 500 }),
  };
  const server =
    at.kind === 'unix'
      ? Bun.serve({ ...common, unix: at.path } as unknown as Parameters<typeof Bun.serve>[0])
      : Bun.serve({ ...common, hostname: at.host, port: at.port });
  return {
    url: at.kind === 'unix' ? `unix:${at.path}` : `http://${server.url.host}`,
    holdOpen: (request) => server.timeout(request, 0),
    peerOf: (request) => server.requestIP(request)?.address || undefined,
    drain: () => server.stop(false),
    close: () => server.stop(true),
  };
}

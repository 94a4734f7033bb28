import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can lose everything without a word, as a network does that is cut in two. */
export interface NetworkPath {
  readonly url: string;
  /** Nothing gets through from now on, and nobody is told. */
  drop(): void;
  heal(): void;
  close(): void;
}

export function openPath(url: string): Promise<NetworkPath> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isDropping = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!isDropping) to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        if (!isDropping) to.destroy();
      });
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const own = typeof address === 'object' ? address?.port : undefined;
      resolve({
        url: `redis://127.0.0.1:${own}/0`,
        drop: () => {
          isDropping = true;
        },
        heal: () => {
          isDropping = false;
        },
        close: () => {
          for (const socket of sockets) socket.destroy();
          server.close();
        },
      });
    });
  });
}

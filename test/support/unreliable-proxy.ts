/** A way to a server that can be cut, or go silent, at a chosen moment. */
import { connect, createServer, type Socket } from 'node:net';

export interface UnreliableProxy {
  readonly port: number;
  /** Told what goes to the server: `cut` ends both ways once it has gone there, `lose` before it does. */
  onSent: (text: string) => 'pass' | 'lose' | 'cut';
  /** Told when something is sent after something was answered. */
  onTurn: () => void;
  /** Nothing gets through, and nobody is told. */
  isSilent: boolean;
  close(): void;
}

/** How long the server has for what it does with the last it was sent. */
const CUT_AFTER_MS = 100;

export async function startUnreliableProxy(toPort: number): Promise<UnreliableProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(toPort, '127.0.0.1');
    let isCut = false;
    let isAnswered = true;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk) => {
      if (proxy.isSilent) return;
      if (isAnswered) proxy.onTurn();
      isAnswered = false;
      const verdict = proxy.onSent(chunk.toString('latin1'));
      if (verdict === 'lose') return end();
      upstream.write(chunk);
      if (verdict === 'pass') return;
      isCut = true;
      setTimeout(end, CUT_AFTER_MS);
    });
    upstream.on('data', (chunk) => {
      isAnswered = true;
      if (!isCut && !proxy.isSilent) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: UnreliableProxy = {
    port: (server.address() as { readonly port: number }).port,
    onSent: () => 'pass',
    onTurn: () => undefined,
    isSilent: false,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}

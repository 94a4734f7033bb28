import net from 'node:net';

/** A port that listens and does not answer: what a host behind a firewall that drops packets looks like. */
export interface FullSocket {
  readonly port: number;
  stop(): Promise<void>;
}

const SERVER = `const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

/** More than the queue takes: the kernel drops the SYNs of the others, and of whoever comes later. */
const CALLERS = 8;

/** Linux drops a SYN for a full accept queue, so a server is stopped and its queue filled. Node: Bun ignores `backlog`. */
export async function startFullSocket(): Promise<FullSocket> {
  const server = Bun.spawn(['node', '-e', SERVER], { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  const { value } = await server.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  server.kill('SIGSTOP');
  let connected = 0;
  const callers = Array.from({ length: CALLERS }, () => {
    const caller = net.connect({ host: '127.0.0.1', port });
    caller.on('connect', () => connected++);
    caller.on('error', () => undefined);
    return caller;
  });
  // Those that are let in are let in at once.
  while (connected === 0) await Bun.sleep(5);
  const stop = async () => {
    for (const caller of callers) caller.destroy();
    server.kill('SIGKILL');
    await server.exited;
  };
  await Bun.sleep(50);
  if (connected < CALLERS) return { port, stop };
  await stop();
  throw new Error('this system lets everybody in to a socket whose queue is full');
}

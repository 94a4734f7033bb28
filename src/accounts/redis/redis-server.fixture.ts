import { freePorts } from '../../../test/support/free-ports.ts';
import { connectToRedis } from './connection.ts';
import { RedisLink } from './link.ts';

const PROGRAM = Bun.which('redis-server') ?? Bun.which('valkey-server');

/** Whether a server can be started; says loudly when not. */
export const HAS_REDIS = PROGRAM !== null;
if (!HAS_REDIS) {
  console.warn('\nSKIPPED: the tests of limits in Redis. They need redis-server: apt-get install redis-server\n');
}

/** A Redis of one test's own on a port of the loopback, with nothing on disk. */
export interface RedisServer {
  readonly url: string;
  /** Ends it without a word; what it held is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  /** Halts it: it takes connections and commands, and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Sends one command over a connection of its own. */
  command(...args: readonly string[]): Promise<unknown>;
}

export async function startRedis(...flags: readonly string[]): Promise<RedisServer> {
  const [port = 0] = await freePorts(1);
  const url = `redis://127.0.0.1:${port}/0`;
  let running = start(port, flags);
  await untilUp(url);
  return {
    url,
    async kill() {
      running.kill('SIGKILL');
      await running.exited;
    },
    async restart() {
      running = start(port, flags);
      await untilUp(url);
    },
    freeze: () => running.kill('SIGSTOP'),
    thaw: () => running.kill('SIGCONT'),
    command: (...args) => ask(url, args),
  };
}

function start(port: number, flags: readonly string[]) {
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    '/tmp',
    ...flags,
  ];
  return Bun.spawn([PROGRAM ?? 'redis-server', ...args], { stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' });
}

async function untilUp(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isUp = await ask(url, ['PING']).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await Bun.sleep(25);
  }
  throw new Error('no Redis came up');
}

async function ask(url: string, args: readonly string[]): Promise<unknown> {
  const connection = await connectToRedis(url, () => undefined);
  try {
    return await connection.send(args);
  } finally {
    connection.destroy();
  }
}

/** A link that waits as long as a busy machine needs. */
export async function openLink(url: string, timeoutMs = 5000): Promise<RedisLink> {
  const link = new RedisLink({ url, timeoutMs });
  if (await link.tried()) return link;
  link.close();
  throw new Error('Redis is not of use');
}

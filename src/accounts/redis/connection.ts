import { inTime } from './in-time.ts';

/** What a server answers, as far as it is used here. */
export type Reply = string | number | null | readonly Reply[];

/** One connection, from its opening to its first failure. */
export interface Connection {
  /** Rejects when the server answers with an error, or when the connection is lost first. */
  send(args: readonly string[]): Promise<Reply>;
  /** Takes messages of a channel from now on; nothing else can be sent afterwards. */
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>;
  /** Ends it at once. What is under way rejects. */
  destroy(): void;
}

/** Opens a connection to `redis://` or `rediss://`. `onLost` is told once that it broke, unless it was destroyed. */
export type Connect = (url: string, onLost: (error: unknown) => void) => Promise<Connection>;

const CONNECT_TIMEOUT_MS = 1000;
const HANDSHAKE_MS = 500;

/**
 * Connects with the Redis project's own driver. Of what that can do, reconnecting and keeping commands for later stay
 * off: a request cannot wait for either. The driver is loaded here, so that who has no such server does not pay for it.
 */
export const connectToRedis: Connect = async (url, onLost) => {
  const { createClient } = await import('@redis/client');
  const client = createClient({
    url,
    // What Valkey, KeyDB and the proxies before them all speak.
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // A timer of the driver's for each command would not reach those already sent.
    commandOptions: { timeout: 0 },
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false },
  });
  let isOver = false;
  const destroy = (): void => {
    isOver = true;
    client.destroy();
  };
  client.on('error', (error: unknown) => {
    if (isOver) return;
    destroy();
    onLost(error);
  });
  try {
    // The driver's own limit ends where the connection stands; a server that is stopped takes it and says nothing.
    await inTime(client.connect(), CONNECT_TIMEOUT_MS + HANDSHAKE_MS);
  } catch (error) {
    destroy();
    throw error;
  }
  return {
    send: (args) => client.sendCommand(args as string[]),
    subscribe: (channel, onMessage) => client.subscribe(channel, onMessage),
    destroy,
  };
};

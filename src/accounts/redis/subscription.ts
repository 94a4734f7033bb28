import { clearTimeout, setTimeout } from 'node:timers';
import { type Connect, type Connection, connectToRedis } from './connection.ts';

export interface SubscriptionOptions {
  readonly url: string;
  readonly channel: string;
  readonly onMessage: (message: string) => void;
  readonly connect?: Connect;
}

const PAUSE_MS = 1000;

/**
 * Listens to a channel, over a connection of its own and new ones when that is lost. What is said in between is missed, so
 * whoever must not miss anything has to ask besides.
 */
export class RedisSubscription {
  readonly #options: SubscriptionOptions;
  #connection: Connection | undefined;
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.destroy();
    this.#wake();
  }

  /** One connection after the other. Never rejects. */
  async #run(): Promise<void> {
    const { url, channel, onMessage, connect = connectToRedis } = this.#options;
    while (!this.#isClosed) {
      const over = Promise.withResolvers<void>();
      this.#wake = over.resolve;
      try {
        this.#connection = await connect(url, () => over.resolve());
        if (this.#isClosed) break;
        await Promise.race([this.#connection.subscribe(channel, onMessage), over.promise]);
        await over.promise;
      } catch {
        // A link to the same server tells what is wrong with it.
      }
      await this.#pause();
    }
    this.#connection?.destroy();
  }

  async #pause(): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

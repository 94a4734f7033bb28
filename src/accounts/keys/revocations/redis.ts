import { clearInterval, setInterval } from 'node:timers';
import type { Reply } from '../../redis/connection.ts';
import type { RedisLink } from '../../redis/link.ts';
import { Script } from '../../redis/script.ts';
import { RedisSubscription } from '../../redis/subscription.ts';
import { Listeners } from './listeners.ts';
import type { Revocations } from './ports.ts';

export interface RedisRevocationsOptions {
  /** Of the server `link` leads to. */
  readonly url: string;
  readonly link: RedisLink;
  /** How often is asked for what a lost connection may have missed. */
  readonly pollMs?: number;
}

/** With the time a look-up takes, a revoked key is refused everywhere within 5 s even where no message arrives. */
const POLL_MS = 2000;
/** Remembered, for nodes that were cut off. */
const MOST_KEPT = 10_000;
const CHANNEL = 'tokenharbor:{revocations}:told';
const KEPT = 'tokenharbor:{revocations}:kept';

/** The highest number given; by a count and not by a clock, which may be set back. */
const LATEST = `
local latest = tonumber(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2] or '0')
`;

const PUBLISH = new Script(`${LATEST}
redis.call('ZADD', KEYS[1], latest + 1, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -(tonumber(ARGV[2]) + 1))
redis.call('PUBLISH', ARGV[3], ARGV[1])
return 1
`);

/** The highest number, and what came after another one; everything where that was never given, since it all began anew. */
const MISSED = new Script(`${LATEST}
local after = tonumber(ARGV[1])
if latest == after then return {latest, {}} end
if latest < after then after = 0 end
return {latest, redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. after, '+inf')}
`);

/** For all nodes that share a Redis: told at once, and looked up every so often by those who were not reached. */
export class RedisRevocations implements Revocations {
  readonly #link: RedisLink;
  readonly #listeners = new Listeners();
  readonly #subscription: RedisSubscription;
  readonly #timer: ReturnType<typeof setInterval>;
  #seen = 0;
  #isPolling = false;

  constructor({ url, link, pollMs = POLL_MS }: RedisRevocationsOptions) {
    this.#link = link;
    const onMessage = (keyId: string): void => this.#listeners.tell(keyId);
    this.#subscription = new RedisSubscription({ url, channel: CHANNEL, onMessage });
    this.#timer = setInterval(() => void this.#poll(), pollMs);
    this.#timer.unref();
  }

  async publish(keyId: string): Promise<void> {
    this.#listeners.tell(keyId);
    await PUBLISH.run(this.#link, [KEPT], [keyId, MOST_KEPT, CHANNEL]);
  }

  subscribe(listener: (keyId: string) => void): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#subscription.close();
    this.#listeners.clear();
  }

  async #poll(): Promise<void> {
    if (this.#isPolling || !this.#link.isUp) return;
    this.#isPolling = true;
    try {
      const [latest, missed] = (await MISSED.run(this.#link, [KEPT], [this.#seen])) as readonly [
        number,
        readonly Reply[],
      ];
      this.#seen = latest;
      for (const keyId of missed) this.#listeners.tell(String(keyId));
    } catch {
      // The link has told of it, and the next time asks for the same.
    } finally {
      this.#isPolling = false;
    }
  }
}

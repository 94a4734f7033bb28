import { clearInterval, setInterval } from 'node:timers';
import { MemoryRevocations } from '../accounts/keys/revocations/memory.ts';
import type { Revocations } from '../accounts/keys/revocations/ports.ts';
import { RedisRevocations } from '../accounts/keys/revocations/redis.ts';
import { openLedger } from '../accounts/ledger/ledger.ts';
import type { Ledger } from '../accounts/ledger/ports.ts';
import { ClosedLimiter } from '../accounts/limits/closed.ts';
import { MemoryLimiter } from '../accounts/limits/memory.ts';
import type { Limiter } from '../accounts/limits/ports.ts';
import { RedisLimiter } from '../accounts/limits/redis/limiter.ts';
import { RedisLink } from '../accounts/redis/link.ts';
import type { Stores } from '../accounts/store/ports.ts';
import type { Config } from '../config/config.ts';
import type { Events } from '../telemetry/events.ts';

/** What a request is counted with. */
export interface Accounting {
  readonly ledger: Ledger;
  readonly limiter: Limiter;
  readonly revocations: Revocations;
  /** The Redis that processes share, where there is one. */
  readonly redis: RedisLink | undefined;
  /** Writes all there is. Rejects when it cannot; what was not settled is then for the next start to recover. */
  close(): Promise<void>;
}

/** How often what other processes may have left behind is looked for. */
const RECOVER_MS = 30_000;

/**
 * Opens the ledger and settles what a process that died has left; connects to Redis where there is one. `onCommit`:
 * told how long each commit of the ledger takes.
 */
export async function openAccounting(
  config: Config,
  stores: Stores,
  events: Events,
  onCommit?: (tookMs: number) => void,
): Promise<Accounting> {
  const ledger = await openLedger({
    store: stores.ledger,
    spoolDirectory: config.dataDir,
    onFault: (what, cause) => events.fault(what, cause),
    now: Date.now,
    ...(onCommit === undefined ? {} : { onCommit }),
  });
  await ledger.recover();
  const timer = setInterval(() => {
    ledger.recover().catch((cause: unknown) => events.fault('what dead processes left could not be settled', cause));
  }, RECOVER_MS);
  timer.unref();
  const { limiter, revocations, redis } = openLimits(config, events);
  return {
    ledger,
    limiter,
    revocations,
    redis,
    async close() {
      clearInterval(timer);
      await limiter.close();
      await revocations.close();
      redis?.close();
      await ledger.close();
    },
  };
}

function openLimits({ redis, limits }: Config, events: Events) {
  const now = () => performance.now();
  if (redis === undefined) {
    return {
      limiter: new MemoryLimiter({ now }),
      revocations: new MemoryRevocations(),
      redis: undefined,
    };
  }
  const link = new RedisLink({
    url: redis,
    timeoutMs: limits.timeoutMs,
    onChange: (isUp, reason) => {
      if (!isUp) events.fault(`Redis is of no use (${reason}); ${INSTEAD[limits.onFailure]}`, undefined);
      else events.notice('Redis is of use: limits and kept answers are shared');
    },
  });
  const fallback = limits.onFailure === 'local' ? new MemoryLimiter({ now }) : new ClosedLimiter();
  return {
    limiter: new RedisLimiter({ link, now, fallback }),
    revocations: new RedisRevocations({ url: redis, link }),
    redis: link,
  };
}

const INSTEAD = {
  local: "this process's own limits hold meanwhile",
  closed: 'requests with limits or an Idempotency-Key are refused meanwhile',
} as const;

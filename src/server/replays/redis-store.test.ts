import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { RedisLink } from '../../accounts/redis/link.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../../accounts/redis/redis-server.fixture.ts';
import { MemoryReplayStore } from '../../gateway/idempotency/memory-store.ts';
import type { ReplayLimits, ReplayStore } from '../../gateway/idempotency/ports.ts';
import { describeReplayStore } from '../../gateway/idempotency/replay-store.contract.ts';
import { RedisReplayStore } from './redis-store.ts';

setDefaultTimeout(60_000);

const LIMITS: ReplayLimits = { ttlMs: 60_000, totalBytes: 1024 * 1024 };
const NAME = { owner: 'key_a', id: 'digest' };
const ANSWER = new Uint8Array([0, 1, 2, 255]);

describe.skipIf(!HAS_REDIS)('in Redis', () => {
  let server: RedisServer;
  const closing: (() => void)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.kill());
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function open(
    limits = LIMITS,
    more: { readonly fallback?: ReplayStore; readonly leaseMs?: number } = {},
  ): Promise<RedisReplayStore> {
    const link = new RedisLink({ url: server.url, timeoutMs: 500 });
    for (let i = 0; i < 1000 && !link.isUp; i++) await Bun.sleep(10);
    const store = new RedisReplayStore({ link, limits: () => limits, fallback: undefined, ...more });
    closing.push(
      () => store.close(),
      () => link.close(),
    );
    return store;
  }

  describeReplayStore('Redis', async (limits) => {
    await server.command('FLUSHALL');
    return { store: await open(limits), pass: (ms) => Bun.sleep(ms) };
  });

  test('what one process keeps another one gives, and what it holds another one may not take', async () => {
    await server.command('FLUSHALL');
    const [one, two] = [await open(), await open()];
    expect(await one.claim(NAME, 'print', 'a')).toEqual({ state: 'claimed' });
    expect(await two.claim(NAME, 'print', 'b')).toEqual({ state: 'held', fingerprint: 'print' });
    await one.keep(NAME, 'a', ANSWER);
    expect(await two.claim(NAME, 'print', 'b')).toEqual({ state: 'kept', fingerprint: 'print', answer: ANSWER });
  });

  test('a claim lives as long as its process gives signs of life, and a lease longer', async () => {
    await server.command('FLUSHALL');
    const [one, two] = [await open(LIMITS, { leaseMs: 600 }), await open()];
    await one.claim(NAME, 'print', 'a');
    await Bun.sleep(1500);
    expect(await two.claim(NAME, 'print', 'b')).toMatchObject({ state: 'held' });
    one.close();
    await Bun.sleep(1000);
    expect(await two.claim(NAME, 'print', 'b')).toEqual({ state: 'claimed' });
  });

  test('fault 60: while it does not answer, requests with a key are refused, or remembered here', async () => {
    const memory = new MemoryReplayStore({ now: () => performance.now(), limits: () => LIMITS });
    const [closed, local] = [await open(), await open(LIMITS, { fallback: memory })];
    server.freeze();
    try {
      const refusal = await Promise.resolve(closed.claim(NAME, 'print', 'a')).catch((cause: unknown) => cause);
      expect(refusal).toMatchObject({ code: 'service_unavailable', details: { retryAfterS: 1 } });
      expect(await local.claim(NAME, 'here', 'a')).toEqual({ state: 'claimed' });
      await local.keep(NAME, 'a', ANSWER);
      expect(await local.claim(NAME, 'here', 'b')).toMatchObject({ state: 'kept' });
    } finally {
      server.thaw();
    }
  });

  test('an answer that finds no room is told as a failure, and its name is free after a lease', async () => {
    await server.command('FLUSHALL');
    const store = await open(LIMITS, { leaseMs: 500 });
    await store.claim(NAME, 'print', 'a');
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    try {
      await expect(Promise.resolve(store.keep(NAME, 'a', ANSWER))).rejects.toThrow('OOM');
    } finally {
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
    }
    await Bun.sleep(1000);
    const fresh = await open();
    expect(await fresh.claim(NAME, 'print', 'b')).toEqual({ state: 'claimed' });
  });

  test('everything it writes ends by itself', async () => {
    await server.command('FLUSHALL');
    const store = await open();
    await store.claim(NAME, 'print', 'a');
    await store.keep(NAME, 'a', ANSWER);
    await store.claim({ owner: 'key_b', id: 'digest' }, 'print', 'b');
    const keys = ((await server.command('KEYS', 'tokenharbor:replays:*')) as string[]).sort();
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(await server.command('PTTL', key)).toBeGreaterThan(0);
  });
});

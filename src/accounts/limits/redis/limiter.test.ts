import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { RedisLink } from '../../redis/link.ts';
import { HAS_REDIS, openLink, type RedisServer, startRedis } from '../../redis/redis-server.fixture.ts';
import { ClosedLimiter } from '../closed.ts';
import { describeLimiter } from '../limiter.contract.ts';
import { asking, leaseOf, limits } from '../requests.fixture.ts';
import { RedisLimiter } from './limiter.ts';

setDefaultTimeout(60_000);

describe.skipIf(!HAS_REDIS)('on a real server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.kill());

  const LEASE_MS = 2000;

  /** A node of its own: nothing but the server is shared. */
  async function openNode(leaseMs = LEASE_MS) {
    const link = await openLink(server.url);
    const now = () => performance.now();
    const limiter = new RedisLimiter({ link, now, leaseMs, fallback: new ClosedLimiter() });
    return { link, limiter };
  }

  describeLimiter('Redis', async () => {
    await server.command('FLUSHALL');
    const opened: { link: RedisLink; limiter: RedisLimiter }[] = [await openNode()];
    const latest = () => opened.at(-1) as { link: RedisLink; limiter: RedisLimiter };
    return {
      limiter: latest().limiter,
      leaseMs: LEASE_MS,
      // The server's clock has whole milliseconds, and may be in the last one.
      elapse: (ms) => Bun.sleep(ms + 5),
      async orphan() {
        latest().link.close();
        opened.push(await openNode());
        return latest().limiter;
      },
      async close() {
        for (const { limiter, link } of opened) {
          await limiter.close();
          link.close();
        }
      },
    };
  });

  describe('several nodes', () => {
    async function withNodes(count: number, work: (nodes: readonly RedisLimiter[]) => Promise<void>): Promise<void> {
      await server.command('FLUSHALL');
      const nodes = await Promise.all(Array.from({ length: count }, () => openNode()));
      try {
        await work(nodes.map(({ limiter }) => limiter));
      } finally {
        for (const { limiter, link } of nodes) {
          await limiter.close();
          link.close();
        }
      }
    }

    test('fault 58: of a thousand requests over five nodes exactly as many get through as are allowed', () =>
      withNodes(5, async (nodes) => {
        const request = asking({ keyLimits: limits({ rpm: 10, concurrency: 50 }), accountLimits: limits({ rpm: 12 }) });
        const other = { ...request, keyId: 'key_2' };
        const outcomes = await Promise.all(
          Array.from({ length: 1000 }, async (_, i) => {
            const node = nodes[i % nodes.length] as RedisLimiter;
            return (await node.admit(i % 2 === 0 ? request : other)).outcome;
          }),
        );
        expect(outcomes.filter((outcome) => outcome === 'admitted')).toHaveLength(12);
        expect(outcomes.filter((outcome) => outcome === 'denied')).toHaveLength(988);
      }));

    test('a place taken on one node is taken on all, as long as it is held, and free on all afterwards', () =>
      withNodes(2, async ([one, two]) => {
        if (one === undefined || two === undefined) throw new Error('there are two');
        const request = asking({ keyLimits: limits({ concurrency: 1 }) });
        const lease = leaseOf(await one.admit(request));
        // Longer than a lease: only the signs of life keep it.
        for (let i = 0; i < 6; i++) {
          expect((await two.admit(request)).outcome).toBe('denied');
          await Bun.sleep(LEASE_MS / 4);
        }
        lease.release();
        // A node's commands are carried out in their order, those of two nodes are not.
        expect((await one.admit(asking({ keyLimits: limits({ rpm: 100 }) }))).outcome).toBe('admitted');
        expect((await two.admit(request)).outcome).toBe('admitted');
      }));

    test('a debt made on one node bars on all', () =>
      withNodes(2, async ([one, two]) => {
        if (one === undefined || two === undefined) throw new Error('there are two');
        const request = asking({ keyLimits: limits({ tpm: 600 }), tokens: 10 });
        leaseOf(await one.admit(request)).correct(6000);
        await one.admit(asking({ keyLimits: limits({ rpm: 100 }) }));
        expect(await two.admit(request)).toMatchObject({ outcome: 'denied', by: { kind: 'tokens', remaining: 0 } });
      }));
  });

  test('a node that stops gives its places back', async () => {
    await server.command('FLUSHALL');
    const request = asking({ keyLimits: limits({ concurrency: 1 }) });
    const [stopping, going] = [await openNode(600_000), await openNode()];
    leaseOf(await stopping.limiter.admit(request));
    await stopping.limiter.close();
    stopping.link.close();
    expect((await going.limiter.admit(request)).outcome).toBe('admitted');
    await going.limiter.close();
    going.link.close();
  });

  test('a server that forgot the scripts is told them again', async () => {
    const { link, limiter } = await openNode();
    const request = asking({ keyLimits: limits({ rpm: 5 }) });
    await limiter.admit(request);
    await server.command('SCRIPT', 'FLUSH');
    expect((await limiter.admit(request)).outcome).toBe('admitted');
    await limiter.close();
    link.close();
  });

  test('everything it stores goes away by itself, and all of one account lies in one slot', async () => {
    await server.command('FLUSHALL');
    const { link, limiter } = await openNode();
    const all = { rpm: 60_000, tpm: 60_000, concurrency: 5 };
    const request = asking({ account: 'ac}{me', keyLimits: all, accountLimits: all, tokens: 5 });
    const lease = leaseOf(await limiter.admit(request));
    lease.correct(600);
    await limiter.admit(request);
    const keys = (await link.send(['KEYS', 'tokenharbor:limits:*'])) as readonly string[];
    expect(keys).toHaveLength(4);
    expect(new Set(keys.map((key) => /^tokenharbor:limits:(\{[^{}]+\})/.exec(key)?.[1]))).toEqual(
      new Set(['{ac%7D%7Bme}']),
    );
    for (const key of keys) {
      expect(await link.send(['PTTL', key])).toBeWithin(1, LEASE_MS + 1001);
    }
    await limiter.close();
    link.close();
  });
});

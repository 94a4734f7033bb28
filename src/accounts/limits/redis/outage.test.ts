import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { RedisLink } from '../../redis/link.ts';
import { openPath } from '../../redis/network-path.fixture.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../../redis/redis-server.fixture.ts';
import { ClosedLimiter } from '../closed.ts';
import { MemoryLimiter } from '../memory.ts';
import type { Admission, Limiter } from '../ports.ts';
import { asking, leaseOf, limits } from '../requests.fixture.ts';
import { RedisLimiter } from './limiter.ts';

setDefaultTimeout(60_000);

const now = () => performance.now();
/** More than the product's own: a machine with other work to do is late now and then. */
const TIMEOUT_MS = 500;
/** What it may add to that: nothing hangs. */
const SLACK_MS = 5000;

describe.skipIf(!HAS_REDIS)('fault 60: while Redis does not answer', () => {
  let server: RedisServer;
  let link: RedisLink;
  let changes: string[];
  let limiter: Limiter;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.kill());
  beforeEach(async () => {
    await server.command('FLUSHALL');
    changes = [];
  });
  afterEach(async () => {
    await limiter.close();
    link.close();
  });

  async function open(onFailure: 'local' | 'closed'): Promise<void> {
    link = new RedisLink({
      url: server.url,
      timeoutMs: TIMEOUT_MS,
      onChange: (isUp, reason) => changes.push(isUp ? 'up' : reason),
    });
    const fallback = onFailure === 'local' ? new MemoryLimiter({ now }) : new ClosedLimiter();
    limiter = new RedisLimiter({ link, now, fallback });
    await untilUp();
  }

  async function untilUp(): Promise<void> {
    for (let i = 0; i < 1000 && !link.isUp; i++) await Bun.sleep(10);
    expect(link.isUp).toBe(true);
  }

  const request = asking({ keyLimits: limits({ rpm: 5, tpm: 100, concurrency: 5 }) });

  /** An admission, and how long it took. */
  async function timed(): Promise<{ admission: Admission; ms: number }> {
    const startedMs = now();
    const admission = await limiter.admit(request);
    return { admission, ms: now() - startedMs };
  }

  /** The least of some admissions' times: one that waits for an answer takes the whole limit, whatever else the machine does. */
  async function quickest(outcome: Admission['outcome']): Promise<number> {
    let leastMs = Infinity;
    for (let i = 0; i < 2; i++) {
      const { admission, ms } = await timed();
      expect(admission.outcome).toBe(outcome);
      leastMs = Math.min(leastMs, ms);
    }
    return leastMs;
  }

  for (const onFailure of ['local', 'closed'] as const) {
    const expected = onFailure === 'local' ? 'admitted' : 'unavailable';

    test(`halted (SIGSTOP): ${expected} in time, then at once; as before when it goes on`, async () => {
      await open(onFailure);
      expect((await limiter.admit(request)).outcome).toBe('admitted');
      server.freeze();
      try {
        const first = await timed();
        expect(first.admission.outcome).toBe(expected);
        expect(first.ms).toBeWithin(TIMEOUT_MS - 10, TIMEOUT_MS + SLACK_MS);
        expect(await quickest(expected)).toBeLessThan(TIMEOUT_MS - 10);
        // Long enough to be given up, and to find a server that takes connections and says nothing.
        await Bun.sleep(2000);
        expect(await quickest(expected)).toBeLessThan(TIMEOUT_MS - 10);
      } finally {
        server.thaw();
      }
      await untilUp();
      const after = await limiter.admit(request);
      if (after.outcome !== 'admitted') throw new Error(after.outcome);
      // Two before and now; what the halted one was asked may have been counted when it went on.
      expect(after.states[0]?.remaining).toBeWithin(2, 4);
      expect(changes[1]).toMatch(/no answer within 500 ms/);
    });

    test(`killed and started again: ${expected} meanwhile, and counted by it again afterwards`, async () => {
      await open(onFailure);
      for (let i = 0; i < 5; i++) await limiter.admit(request);
      expect((await limiter.admit(request)).outcome).toBe('denied');
      await server.kill();
      const outcomes: string[] = [];
      for (let i = 0; i < 7; i++) {
        const { admission, ms } = await timed();
        outcomes.push(admission.outcome);
        expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      }
      // Its own limits are limits too.
      const own = [...Array<string>(5).fill('admitted'), 'denied', 'denied'];
      expect(outcomes).toEqual(onFailure === 'local' ? own : Array<string>(7).fill('unavailable'));
      await server.restart();
      await untilUp();
      // What it held is lost: the bucket is full again.
      const after = await limiter.admit(request);
      expect(after).toMatchObject({ outcome: 'admitted', states: [{ remaining: 4 }, {}, { remaining: 4 }] });
      const slow = await timed();
      expect(slow.admission.outcome).toBe('admitted');
    });
  }

  test('never there: refused or counted here from the start, and by it as soon as it comes', async () => {
    await server.kill();
    link = new RedisLink({ url: server.url, timeoutMs: TIMEOUT_MS });
    limiter = new RedisLimiter({ link, now, fallback: new ClosedLimiter() });
    expect(await limiter.admit(request)).toEqual({ outcome: 'unavailable', retryAfterMs: 1000 });
    expect(await link.tried()).toBe(false);
    expect(await quickest('unavailable')).toBeLessThan(TIMEOUT_MS - 10);
    await server.restart();
    await untilUp();
    expect((await limiter.admit(request)).outcome).toBe('admitted');
  });

  test('leases of an outage are corrected and given back where they came from', async () => {
    await open('local');
    await server.kill();
    const held = [];
    for (let i = 0; i < 5; i++) held.push(leaseOf(await limiter.admit(request)));
    expect((await limiter.admit(request)).outcome).toBe('denied');
    await server.restart();
    await untilUp();
    for (const lease of held) {
      lease.correct(50);
      lease.release();
    }
    const after = await limiter.admit(request);
    expect(after).toMatchObject({
      outcome: 'admitted',
      states: [{ remaining: 4 }, { remaining: 99 }, { remaining: 4 }],
    });
  });

  test('leases from before an outage throw nothing during it, and their places come back', async () => {
    await open('local');
    const lease = leaseOf(await limiter.admit(request));
    await server.kill();
    lease.correct(50);
    lease.release();
    lease.release();
    await server.restart();
    await untilUp();
    expect(await limiter.admit(request)).toMatchObject({ states: [{}, {}, { remaining: 4 }] });
  });

  test('what it answers too late holds no place and no tokens', async () => {
    await open('closed');
    server.freeze();
    try {
      expect((await limiter.admit(request)).outcome).toBe('unavailable');
    } finally {
      server.thaw();
    }
    await untilUp();
    const after = await limiter.admit({ ...request, tokens: 10 });
    expect(after).toMatchObject({ outcome: 'admitted', states: [{}, { remaining: 90 }, { remaining: 4 }] });
  });

  test('fault 62: a node that is cut off adds its own limits to the shared ones, once, and no more', async () => {
    await open('local');
    const path = await openPath(server.url);
    const farLink = new RedisLink({ url: path.url, timeoutMs: TIMEOUT_MS });
    const far = new RedisLimiter({ link: farLink, now, fallback: new MemoryLimiter({ now }) });
    expect(await farLink.tried()).toBe(true);
    let admitted = 0;
    const ask = async (node: Limiter) => {
      if ((await node.admit(asking({ keyLimits: limits({ rpm: 6 }) }))).outcome === 'admitted') admitted++;
    };
    for (let i = 0; i < 2; i++) for (const node of [limiter, far]) await ask(node);
    expect(admitted).toBe(4);
    path.drop();
    for (let i = 0; i < 20; i++) for (const node of [limiter, far]) await ask(node);
    // Six that are shared, six of the one cut off, and none for what it was asked as it was cut.
    expect(admitted).toBe(12);
    path.heal();
    for (let i = 0; i < 1000 && !farLink.isUp; i++) await Bun.sleep(10);
    for (let i = 0; i < 5; i++) for (const node of [limiter, far]) await ask(node);
    expect(admitted).toBe(12);
    await far.close();
    farLink.close();
    path.close();
  });

  test('a password that is asked for and wrong is told, and is not in what is told', async () => {
    await open('closed');
    await server.command('CONFIG', 'SET', 'requirepass', 'hunter22hunter22');
    const told: string[] = [];
    const openWith = async (password: string) => {
      const url = server.url.replace('//', `//:${password}@`);
      const one = new RedisLink({
        url,
        timeoutMs: TIMEOUT_MS,
        onChange: (isUp, reason) => told.push(`${isUp}: ${reason}`),
      });
      const isUp = await one.tried();
      one.close();
      return isUp;
    };
    expect(await openWith('hunter22hunter22')).toBe(true);
    expect(await openWith('hunter33hunter33')).toBe(false);
    expect(told[1]).toMatch(/^false: WRONGPASS/);
    expect(told.join()).not.toContain('hunter');
    await server.kill();
    await server.restart();
  });

  test('full (noeviction), then emptied', async () => {
    await open('closed');
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    const storing = asking({ keyLimits: limits({ rpm: 5 }) });
    expect((await limiter.admit(storing)).outcome).toBe('unavailable');
    expect(changes[1]).toContain('OOM');
    await server.command('CONFIG', 'SET', 'maxmemory', '0');
    await untilUp();
    expect((await limiter.admit(storing)).outcome).toBe('admitted');
  });

  test('turned into a replica by a failover, then back', async () => {
    await open('closed');
    await server.command('REPLICAOF', '127.0.0.1', '1');
    expect((await limiter.admit(request)).outcome).toBe('unavailable');
    expect((await timed()).ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    await server.command('REPLICAOF', 'NO', 'ONE');
    await untilUp();
    expect((await limiter.admit(request)).outcome).toBe('admitted');
  });
});

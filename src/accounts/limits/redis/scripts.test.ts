import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import type { RedisLink } from '../../redis/link.ts';
import { HAS_REDIS, openLink, type RedisServer, startRedis } from '../../redis/redis-server.fixture.ts';
import { Script } from '../../redis/script.ts';
import { MemoryLimiter } from '../memory.ts';
import type { Lease, Limits } from '../ports.ts';
import { asking } from '../requests.fixture.ts';
import { ADMIT_LUA, CORRECT_LUA } from './scripts.ts';
import { storedConsumers } from './stored-consumer.ts';

setDefaultTimeout(60_000);

/** The scripts as they run, but for the clock: the last argument is the time. */
const ADMIT_AT = new Script(`${ADMIT_LUA}return admit(tonumber(ARGV[#ARGV]))`);
const CORRECT_AT = new Script(`${CORRECT_LUA}return correct(tonumber(ARGV[#ARGV]))`);
const LEASE_MS = 500_000_000;

const limit = fc.option(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000_000 })));
const limits: fc.Arbitrary<Limits> = fc.record({
  rpm: limit,
  tpm: limit,
  concurrency: fc.option(fc.integer({ min: 1, max: 6 })),
});
const step = fc.record({
  afterMs: fc.oneof(fc.constant(0), fc.nat(500), fc.nat(100_000)),
  keyId: fc.constantFrom('a', 'b'),
  act: fc.constantFrom('admit', 'admit', 'admit', 'correct', 'release'),
  tokens: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 2_000_000_000 })),
});

describe.skipIf(!HAS_REDIS)('the scripts', () => {
  let server: RedisServer;
  let link: RedisLink;
  beforeAll(async () => {
    server = await startRedis();
    link = await openLink(server.url);
  });
  afterAll(async () => {
    link.close();
    await server.kill();
  });

  test('decide and count as the limiter in memory does, step by step, to the unit', async () => {
    await fc.assert(
      fc.asyncProperty(limits, limits, fc.array(step, { maxLength: 40 }), async (keyLimits, accountLimits, steps) => {
        await link.send(['FLUSHALL']);
        let now = 1_800_000_000_000;
        const memory = new MemoryLimiter({ now: () => now, longestLeaseMs: LEASE_MS });
        const running: { lease: Lease; id: string; keyId: string; at: number; charged: number }[] = [];
        for (const [index, { afterMs, keyId, act, tokens }] of steps.entries()) {
          now += afterMs;
          const request = asking({ keyId, keyLimits, accountLimits, tokens });
          const consumers = storedConsumers(request);
          if (act === 'admit' && consumers.length > 0) {
            const keys = consumers.flatMap(({ buckets, places }) => [buckets, places]);
            const rates = consumers.flatMap(({ limits: of }) => [of.rpm ?? 0, of.tpm ?? 0, of.concurrency ?? 0]);
            const cost = Math.min(tokens, 1_000_000_000);
            const id = `lease_${index}`;
            const reply = (await ADMIT_AT.run(link, keys, [cost, id, LEASE_MS, ...rates, now])) as readonly number[];
            const admission = memory.admit(request);
            expect(reply[0] === 1).toBe(admission.outcome === 'admitted');
            expect(reply[1]).toBe(now);
            if (admission.outcome === 'admitted') {
              running.push({ lease: admission.lease, id, keyId, at: now, charged: cost });
            } else if (admission.outcome === 'denied') {
              // What the state tells is made of what was used, so equal states mean equal counts.
              const used = reply.slice(2).filter((value) => value >= 0);
              expect(used).toHaveLength(admission.states.length);
              for (const [at, state] of admission.states.entries()) {
                const found = used[at] ?? 0;
                if (state.kind === 'concurrency') expect(state.limit - found).toBe(state.remaining);
                else expect(Math.ceil(found / state.limit)).toBe(state.resetMs);
              }
            }
          } else if (act === 'correct' && running.length > 0) {
            const one = running[tokens % running.length];
            if (one === undefined) continue;
            const cost = Math.min(tokens, 1_000_000_000);
            const counted = storedConsumers({ ...request, keyId: one.keyId }).filter(
              ({ limits: of }) => of.tpm !== null,
            );
            const args = [one.charged, cost, one.at, ...counted.map(({ limits: of }) => of.tpm ?? 0), now];
            if (counted.length > 0)
              await CORRECT_AT.run(
                link,
                counted.map(({ buckets }) => buckets),
                args,
              );
            one.lease.correct(tokens);
            one.charged = cost;
          } else if (act === 'release' && running.length > 0) {
            const [one] = running.splice(tokens % running.length, 1);
            if (one === undefined) continue;
            one.lease.release();
            for (const { places } of storedConsumers({ ...request, keyId: one.keyId }))
              await link.send(['ZREM', places, one.id]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('fault 56: a clock that is set back bars nobody longer, and gives nothing', async () => {
    await link.send(['FLUSHALL']);
    const leaseMs = 60_000;
    const admit = async (now: number, id: string) => {
      const args = [1, id, leaseMs, 60, 0, 2, now];
      return ((await ADMIT_AT.run(link, ['{a}:used', '{a}:places'], args)) as readonly number[])[0];
    };
    const later = 1_800_000_000_000;
    const earlier = later - 3_600_000;
    expect([await admit(later, 'one'), await admit(later, 'two')]).toEqual([1, 1]);
    expect(await admit(earlier, 'three')).toBe(0);
    // Those two hold their places for the length of a lease from then on, and no hour longer.
    expect(await admit(earlier + leaseMs - 1, 'three')).toBe(0);
    expect(await admit(earlier + leaseMs, 'three')).toBe(1);
    expect(await link.send(['HGET', '{a}:used', 'r'])).toBe('60000');
  });

  test('no number is written with an exponent', async () => {
    await link.send(['FLUSHALL']);
    const most = 1_000_000_000;
    for (let i = 0; i < 3; i++)
      await CORRECT_AT.run(link, ['{a}:used'], [0, most, 1_800_000_000_000, 1, 1_800_000_000_000]);
    const stored = (await link.send(['HGETALL', '{a}:used'])) as readonly string[];
    expect(stored).toEqual(['t', '180000000000000', 'tAt', '1800000000000', 'tIdle', '1800000000000']);
    for (let i = 0; i < 100; i++)
      await CORRECT_AT.run(link, ['{a}:used'], [0, most, 1_800_000_000_000, 1, 1_800_000_000_000]);
    expect(await link.send(['HGET', '{a}:used', 't'])).toBe('4000000000000000');
  });
});

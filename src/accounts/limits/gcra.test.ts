import { afterEach, describe, expect, setSystemTime, test } from 'bun:test';
import fc from 'fast-check';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { charge, credit, drain, emptyBucket, MAX_USED, remaining, resetMs, UNIT, waitMs, wholeCost } from './gcra.ts';

/** Takes if there is room; how long until there is, else. */
function take(bucket: ReturnType<typeof emptyBucket>, now: number, perMinute: number, cost = 1): number {
  drain(bucket, now, perMinute);
  const wait = waitMs(bucket.used, cost, perMinute);
  if (wait === 0) charge(bucket, cost);
  return wait;
}

/** The algorithm as it is published, in theoretical arrival times: exact fractions of a millisecond, as multiples of 1/N. */
class TextbookGcra {
  #tat = 0n;
  readonly #perMinute: bigint;
  constructor(perMinute: number) {
    this.#perMinute = BigInt(perMinute);
  }
  take(nowMs: number, cost: number): boolean {
    const now = BigInt(nowMs) * this.#perMinute;
    const minute = 60_000n * this.#perMinute;
    const arrival = this.#tat > now ? this.#tat : now;
    const after = arrival + BigInt(cost) * 60_000n;
    if (after - now > minute) return false;
    this.#tat = after;
    return true;
  }
}

const rate = fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 1_000_000_000 }));
const start = fc.integer({ min: 0, max: 4_000_000_000_000 });

describe('the bucket', () => {
  test('decides as the published algorithm does, for any rate, cost and arrivals', () => {
    const arrivals = fc.array(fc.tuple(fc.nat(70_000), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 200 });
    fc.assert(
      fc.property(rate, start, arrivals, (perMinute, from, steps) => {
        const bucket = emptyBucket(from);
        const textbook = new TextbookGcra(perMinute);
        let now = from;
        for (const [afterMs, share] of steps) {
          now += afterMs % 7 === 0 ? 0 : afterMs;
          const cost = Math.max(1, Math.round(share * perMinute));
          expect(take(bucket, now, perMinute, cost) === 0).toBe(textbook.take(now, cost));
        }
      }),
    );
  });

  test('never holds anything but exact integers', () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: -100_000, max: 5_000_000 }), fc.nat(1_000_000_000), fc.boolean()),
      {
        maxLength: 100,
      },
    );
    fc.assert(
      fc.property(rate, start, steps, (perMinute, from, list) => {
        const bucket = emptyBucket(from);
        let now = from;
        for (const [afterMs, cost, isCharge] of list) {
          now += afterMs;
          drain(bucket, now, perMinute);
          if (isCharge) charge(bucket, cost);
          else credit(bucket, cost, now - 1000);
          for (const value of [bucket.used, bucket.at, bucket.idleAt, resetMs(bucket.used, perMinute)]) {
            expect(Number.isSafeInteger(value)).toBe(true);
          }
          expect(bucket.used).toBeWithin(0, MAX_USED + 1);
          expect(remaining(bucket.used, perMinute)).toBeWithin(0, perMinute + 1);
        }
      }),
    );
  });

  test('the wait it tells is enough, and a millisecond less is not', () => {
    fc.assert(
      fc.property(rate, fc.nat(3_000_000), fc.nat(2_000_000), (perMinute, used, cost) => {
        const bucket = { used: used * UNIT, at: 0, idleAt: -1 };
        const wait = waitMs(bucket.used, cost, perMinute);
        const at = (ms: number) => {
          const copy = { ...bucket };
          drain(copy, ms, perMinute);
          return waitMs(copy.used, cost, perMinute);
        };
        expect(at(wait)).toBe(0);
        if (wait > 0) expect(at(wait - 1)).toBe(1);
      }),
    );
  });

  test('in no minute more than two minutes’ worth, and never more than the first minute and what has drained since', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.array(fc.nat(2000), { maxLength: 1500 }), (perMinute, gaps) => {
        const bucket = emptyBucket(0);
        const taken: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap % 3 === 0 ? 0 : gap;
          if (take(bucket, now, perMinute) === 0) taken.push(now);
        }
        expect(taken.length).toBeLessThanOrEqual(perMinute + Math.floor((now * perMinute) / UNIT));
        for (const [at, time] of taken.entries()) {
          const inMinute = taken.slice(at).findIndex((later) => later >= time + UNIT);
          expect(inMinute < 0 ? taken.length - at : inMinute).toBeLessThanOrEqual(2 * perMinute);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a correction upward is all owed, one downward gives back no more than is still there', () => {
    fc.assert(
      fc.property(
        rate,
        fc.nat(1_000_000),
        fc.nat(1_000_000),
        fc.nat(90_000),
        (perMinute, estimate, actual, afterMs) => {
          const bucket = emptyBucket(0);
          charge(bucket, estimate);
          drain(bucket, afterMs, perMinute);
          const before = bucket.used;
          if (actual > estimate) charge(bucket, actual - estimate);
          else credit(bucket, estimate - actual, 0);
          if (actual > estimate) expect(bucket.used).toBe(before + (actual - estimate) * UNIT);
          else expect(bucket.used).toBe(Math.max(0, before - (estimate - actual) * UNIT));
        },
      ),
    );
  });

  test('a bucket that was all drained once gives nothing back for what was charged before', () => {
    const bucket = emptyBucket(0);
    charge(bucket, 10);
    drain(bucket, 60_000, 60);
    charge(bucket, 5);
    credit(bucket, 10, 0);
    expect(bucket.used).toBe(5 * UNIT);
    credit(bucket, 2, 60_000);
    expect(bucket.used).toBe(3 * UNIT);
  });
});

describe('fault 58: beside rate-limiter-flexible', () => {
  afterEach(() => {
    setSystemTime();
  });

  const allowedBy = async (limiter: RateLimiterMemory): Promise<boolean> =>
    limiter.consume('key').then(
      () => true,
      () => false,
    );

  test('one a minute: the same verdict for any arrivals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(90_000), { maxLength: 60 }), async (gaps) => {
        const oracle = new RateLimiterMemory({ points: 1, duration: 60 });
        const bucket = emptyBucket(1_800_000_000_000);
        let now = 1_800_000_000_000;
        for (const gap of gaps) {
          now += gap;
          setSystemTime(now);
          expect(take(bucket, now, 1) === 0).toBe(await allowedBy(oracle));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('bursts a minute apart: as many get through, whatever their size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.tuple(fc.integer({ min: 60_000, max: 200_000 }), fc.nat(300)), { maxLength: 6 }),
        async (perMinute, bursts) => {
          const oracle = new RateLimiterMemory({ points: perMinute, duration: 60 });
          const bucket = emptyBucket(1_800_000_000_000);
          let now = 1_800_000_000_000;
          for (const [gap, size] of bursts) {
            now += gap;
            setSystemTime(now);
            let [ours, theirs] = [0, 0];
            for (let i = 0; i < size; i++) {
              if (take(bucket, now, perMinute) === 0) ours++;
              if (await allowedBy(oracle)) theirs++;
            }
            expect({ perMinute, size, ours }).toEqual({ perMinute, size, ours: theirs });
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

test.each([
  [NaN, 1],
  [Infinity, 1],
  [-3, 1],
  [0.2, 1],
  [1.2, 2],
  [7, 7],
  [1e12, 1e9],
])('%p tokens cost %p', (tokens, cost) => expect(wholeCost(tokens, 1)).toBe(cost));

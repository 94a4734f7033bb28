import { describe, expect, test } from 'bun:test';
import { describeLimiter } from './limiter.contract.ts';
import { MemoryLimiter } from './memory.ts';
import { asking, leaseOf, limits } from './requests.fixture.ts';

const HOUR = 3_600_000;

function openAt(start: number, maxConsumers?: number) {
  let time = start;
  const limiter = new MemoryLimiter({
    now: () => time,
    longestLeaseMs: HOUR,
    ...(maxConsumers === undefined ? {} : { maxConsumers }),
  });
  return {
    limiter,
    leaseMs: HOUR,
    elapse: (ms: number) => {
      time += ms;
    },
    // In one process nobody else can vanish: a lease that is forgotten is all there is.
    orphan: () => limiter,
    close: () => limiter.close(),
  };
}

describeLimiter('memory', () => openAt(0.7));
describeLimiter('memory, after a hundred days', () => openAt(100 * 24 * HOUR));

describe('MemoryLimiter', () => {
  test('exact to the millisecond: one request comes back every 60/N s', () => {
    const { limiter, elapse } = openAt(1000);
    const request = asking({ keyLimits: limits({ rpm: 7 }) });
    for (let i = 0; i < 7; i++) leaseOf(limiter.admit(request));
    expect(limiter.admit(request)).toMatchObject({ outcome: 'denied', retryAfterMs: 8572 });
    elapse(8571);
    expect(limiter.admit(request)).toMatchObject({ outcome: 'denied', retryAfterMs: 1 });
    elapse(1);
    leaseOf(limiter.admit(request));
    expect(limiter.admit(request)).toMatchObject({ outcome: 'denied', retryAfterMs: 8571 });
  });

  test('what has drained is not given back: a late correction cannot free what came after', () => {
    const { limiter, elapse } = openAt(0);
    const request = asking({ keyLimits: limits({ tpm: 60 }), tokens: 60 });
    const early = leaseOf(limiter.admit(request));
    elapse(61_000);
    leaseOf(limiter.admit({ ...request, tokens: 50 }));
    early.correct(0);
    expect(limiter.admit({ ...request, tokens: 11 })).toMatchObject({ outcome: 'denied' });
    leaseOf(limiter.admit({ ...request, tokens: 10 }));
  });

  test('a debt outlives the release, and what is idle meanwhile', () => {
    const { limiter, elapse } = openAt(0, 4);
    const request = asking({ keyLimits: limits({ tpm: 60 }), tokens: 1 });
    const lease = leaseOf(limiter.admit(request));
    lease.release();
    elapse(HOUR);
    for (let i = 0; i < 20; i++) {
      leaseOf(limiter.admit(asking({ keyId: `other_${i}`, keyLimits: limits({ rpm: 1 }) }))).release();
      elapse(HOUR);
    }
    lease.correct(600);
    expect(limiter.admit(request)).toMatchObject({ outcome: 'denied' });
  });

  test('idle keys and accounts are forgotten, those in use are not', () => {
    const { limiter, elapse } = openAt(0);
    const of = (id: number) =>
      asking({
        keyId: `key_${id}`,
        account: `account_${id}`,
        keyLimits: limits({ rpm: 5 }),
        accountLimits: limits({ rpm: 5 }),
      });
    const running = leaseOf(limiter.admit(asking({ keyId: 'running', keyLimits: limits({ concurrency: 1 }) })));
    for (let id = 0; id < 50_000; id++) {
      leaseOf(limiter.admit(of(id))).release();
      elapse(10);
    }
    // Ten milliseconds each, a minute to drain: 6,000 of either kind are in use at any time.
    expect(limiter.size).toBeLessThan(26_000);
    expect(limiter.admit(asking({ keyId: 'running', keyLimits: limits({ concurrency: 1 }) })).outcome).toBe('denied');
    running.release();
    for (let i = 0; i < 4; i++) leaseOf(limiter.admit(of(49_999)));
    expect(limiter.admit(of(49_999)).outcome).toBe('denied');
  });

  test('of more keys than are to be remembered, the first are forgotten, but none whose requests run', () => {
    const { limiter } = openAt(0, 100);
    const of = (id: number) => asking({ keyId: `key_${id}`, keyLimits: limits({ rpm: 1, concurrency: 1 }) });
    leaseOf(limiter.admit(of(0)));
    for (let id = 1; id < 1000; id++) leaseOf(limiter.admit(of(id))).release();
    expect(limiter.size).toBeLessThanOrEqual(100);
    expect(limiter.admit(of(0)).outcome).toBe('denied');
    expect(limiter.admit(of(999)).outcome).toBe('denied');
    expect(limiter.admit(of(1)).outcome).toBe('admitted');
  });

  test('fault 56: a clock that stands still or goes back takes nothing and gives nothing', () => {
    const { limiter, elapse } = openAt(HOUR);
    const request = asking({ keyLimits: limits({ rpm: 60, tpm: 60 }), tokens: 1 });
    for (let i = 0; i < 60; i++) leaseOf(limiter.admit(request));
    elapse(-HOUR / 2);
    expect(limiter.admit(request)).toMatchObject({ outcome: 'denied', retryAfterMs: 1000 });
    elapse(1000);
    leaseOf(limiter.admit(request));
    expect(limiter.admit(request).outcome).toBe('denied');
  });
});

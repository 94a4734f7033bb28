import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Admission, AdmissionRequest, Denied, Limiter, LimitState } from './ports.ts';
import { asking, leaseOf, limits } from './requests.fixture.ts';

export interface OpenLimiter {
  readonly limiter: Limiter;
  /** Lets at least that much time go by for the limiter. */
  elapse(ms: number): void | Promise<void>;
  /** After how long without a sign of life a place is free again. */
  readonly leaseMs: number;
  /** Makes the holder of every lease so far vanish, and gives a limiter that counts on with what it left behind. */
  orphan(): Limiter | Promise<Limiter>;
  close(): Promise<void>;
}

/**
 * What every limiter does, whatever is behind it. Limits are chosen so that what a slow machine adds in time changes no
 * result: what must not come back takes seconds to, and what must is waited for.
 */
export function describeLimiter(name: string, open: () => OpenLimiter | Promise<OpenLimiter>): void {
  describe(`${name} as a limiter`, () => {
    let opened: OpenLimiter;
    let limiter: Limiter;
    beforeEach(async () => {
      opened = await open();
      limiter = opened.limiter;
    });
    afterEach(() => opened.close());

    const admit = async (request: AdmissionRequest): Promise<Admission> => limiter.admit(request);
    const deny = async (request: AdmissionRequest): Promise<Denied> => {
      const admission = await limiter.admit(request);
      if (admission.outcome !== 'denied') throw new Error(`it was ${admission.outcome}`);
      return admission;
    };
    const stateOf = ({ outcome, ...rest }: Admission, scope: string, kind: string): LimitState => {
      const states = 'states' in rest ? rest.states : [];
      const found = states.find((state) => state.scope === scope && state.kind === kind);
      if (found === undefined) throw new Error(`${outcome}, with no state of ${scope} ${kind}`);
      return found;
    };

    test('without limits everything is let through, and nothing is said of limits', async () => {
      for (let i = 0; i < 100; i++) {
        const admission = await admit(asking({ tokens: 1_000_000 }));
        expect(admission).toMatchObject({ outcome: 'admitted', states: [] });
        leaseOf(admission).correct(5);
        leaseOf(admission).release();
      }
    });

    test('fault 58: of ten times the requests allowed, from 50 connections, exactly the allowed ones get through', async () => {
      const request = asking({ keyLimits: limits({ rpm: 10 }) });
      const connections = Array.from({ length: 50 }, async () => [await admit(request), await admit(request)]);
      const outcomes = (await Promise.all(connections)).flat().map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'admitted')).toHaveLength(10);
      expect(outcomes.filter((outcome) => outcome === 'denied')).toHaveLength(90);
    });

    test('an admission tells what is left and when all is back', async () => {
      const request = asking({ keyLimits: limits({ rpm: 10, tpm: 600, concurrency: 7 }), tokens: 100 });
      await admit(request);
      const second = await admit(request);
      expect(stateOf(second, 'key', 'requests')).toMatchObject({ limit: 10, remaining: 8 });
      expect(stateOf(second, 'key', 'requests').resetMs).toBeWithin(6001, 12_001);
      expect(stateOf(second, 'key', 'tokens')).toMatchObject({ limit: 600 });
      expect(stateOf(second, 'key', 'tokens').remaining).toBeWithin(400, 450);
      expect(stateOf(second, 'key', 'tokens').resetMs).toBeWithin(15_000, 20_001);
      expect(stateOf(second, 'key', 'concurrency')).toEqual({
        scope: 'key',
        kind: 'concurrency',
        limit: 7,
        remaining: 5,
        resetMs: 0,
      });
    });

    test('a denial tells which limit, and waiting as long as it says is enough', async () => {
      const request = asking({ keyLimits: limits({ rpm: 120 }) });
      for (let i = 0; i < 120; i++) await admit(request);
      let denial = await limiter.admit(request);
      for (let i = 0; denial.outcome !== 'denied' && i < 20; i++) denial = await limiter.admit(request);
      if (denial.outcome !== 'denied') throw new Error('it was never denied');
      expect(denial.by).toMatchObject({ scope: 'key', kind: 'requests', limit: 120, remaining: 0 });
      expect(denial.retryAfterMs).toBeWithin(1, 501);
      expect(denial.by.resetMs).toBeWithin(55_000, 60_001);
      await opened.elapse(denial.retryAfterMs);
      expect((await admit(request)).outcome).toBe('admitted');
    });

    test('the account bounds all of its keys together, and no other account', async () => {
      const of = (keyId: string, account: string) =>
        asking({ keyId, account, accountLimits: limits({ rpm: 3 }), keyLimits: limits({ rpm: 2 }) });
      for (const keyId of ['a', 'b', 'a']) expect((await admit(of(keyId, 'acme'))).outcome).toBe('admitted');
      expect((await deny(of('b', 'acme'))).by).toMatchObject({ scope: 'account', kind: 'requests', limit: 3 });
      expect((await admit(of('c', 'other'))).outcome).toBe('admitted');
    });

    test('H4: a denial counts towards nothing, whichever limit it comes from', async () => {
      const full = limits({ rpm: 10, tpm: 1000, concurrency: 10 });
      const barred = limits({ tpm: 10 });
      await admit(asking({ keyId: 'full', accountLimits: barred, tokens: 10 }));
      for (let i = 0; i < 20; i++) {
        const denial = await deny(asking({ keyLimits: full, accountLimits: barred, tokens: 10 }));
        expect(denial.by).toMatchObject({ scope: 'account', kind: 'tokens' });
      }
      const admission = await admit(asking({ keyLimits: full, tokens: 10 }));
      expect(stateOf(admission, 'key', 'requests').remaining).toBe(9);
      expect(stateOf(admission, 'key', 'tokens').remaining).toBe(990);
      expect(stateOf(admission, 'key', 'concurrency').remaining).toBe(9);
    });

    test('of several limits the one that bars longest is told', async () => {
      const both = { keyLimits: limits({ rpm: 60, concurrency: 1 }), accountLimits: limits({ rpm: 1 }) };
      await admit(asking(both));
      const denial = await deny(asking(both));
      expect(denial.by).toMatchObject({ scope: 'account', kind: 'requests', remaining: 0 });
      expect(denial.retryAfterMs).toBeWithin(50_000, 60_001);
      expect(denial.states).toHaveLength(3);
    });

    test('no more requests at once than there are places; a place given back is free, once', async () => {
      const request = asking({ keyLimits: limits({ concurrency: 2 }) });
      const [first, second] = [await admit(request), await admit(request)];
      const denial = await deny(request);
      expect(denial.by).toMatchObject({ scope: 'key', kind: 'concurrency', limit: 2, remaining: 0 });
      expect(denial.retryAfterMs).toBeGreaterThan(0);
      leaseOf(first).release();
      leaseOf(first).release();
      const third = await admit(request);
      expect(third.outcome).toBe('admitted');
      expect((await admit(request)).outcome).toBe('denied');
      leaseOf(second).release();
      leaseOf(third).release();
      expect(stateOf(await admit(request), 'key', 'concurrency').remaining).toBe(1);
    });

    test('H3: places that nobody gives back are free again after a while', async () => {
      const request = asking({ keyLimits: limits({ concurrency: 1 }), accountLimits: limits({ concurrency: 2 }) });
      await admit(request);
      await deny(request);
      limiter = await opened.orphan();
      await deny(request);
      await opened.elapse(opened.leaseMs);
      expect((await admit(request)).outcome).toBe('admitted');
    });

    test('H2: what runs counts with its estimate, and what was too much comes back', async () => {
      const request = asking({ keyLimits: limits({ tpm: 1000 }), tokens: 500 });
      const first = await admit(request);
      await admit(request);
      expect((await deny(request)).by.kind).toBe('tokens');
      leaseOf(first).correct(20);
      const third = await admit({ ...request, tokens: 480 });
      expect(third.outcome).toBe('admitted');
      expect(stateOf(third, 'key', 'tokens').remaining).toBeWithin(0, 250);
    });

    test('fault 59: what was too little is owed, by key and account, and the next one waits for it', async () => {
      const both = { keyLimits: limits({ tpm: 1000 }), accountLimits: limits({ tpm: 2000 }) };
      const lease = leaseOf(await admit(asking({ ...both, tokens: 300 })));
      lease.correct(3000);
      lease.release();
      const denial = await deny(asking({ ...both, tokens: 1 }));
      expect(denial.by).toMatchObject({ scope: 'key', kind: 'tokens', remaining: 0 });
      // Two minutes' worth too much, and room for one token.
      expect(denial.retryAfterMs).toBeWithin(115_000, 120_061);
      expect((await deny(asking({ ...both, keyId: 'other', tokens: 1 }))).by.scope).toBe('account');
    });

    test('corrections replace each other, before and after the release', async () => {
      const request = asking({ keyLimits: limits({ tpm: 100 }), tokens: 40 });
      const lease = leaseOf(await admit(request));
      for (const tokens of [90, 10, 70]) lease.correct(tokens);
      lease.release();
      lease.correct(20);
      const left = stateOf(await admit({ ...request, tokens: 1 }), 'key', 'tokens').remaining;
      expect(left).toBeWithin(79, 90);
    });

    test('a request for more than a minute allows needs all of it, and owes the rest', async () => {
      const request = asking({ keyLimits: limits({ tpm: 100 }), tokens: 250 });
      expect((await admit(request)).outcome).toBe('admitted');
      const denial = await deny(request);
      expect(denial.retryAfterMs).toBeWithin(140_000, 150_001);
    });

    test('a limit that is changed counts on with what was used', async () => {
      const at = (rpm: number) => asking({ keyLimits: limits({ rpm }) });
      for (let i = 0; i < 6; i++) await admit(at(10));
      await deny(at(3));
      expect(stateOf(await admit(at(20)), 'key', 'requests').remaining).toBeWithin(13, 14);
    });

    test.each(['key', '{}', '{acme', 'a:b', '*', '\u{1f511}', "'; return 1"])('ids are text: %j', async (keyId) => {
      const request = asking({
        keyId,
        keyLimits: limits({ rpm: 1, concurrency: 1 }),
        accountLimits: limits({ rpm: 9 }),
      });
      expect((await admit(request)).outcome).toBe('admitted');
      expect((await deny(request)).by.limit).toBe(1);
      expect((await admit({ ...request, keyId: `${keyId}2` })).outcome).toBe('admitted');
    });

    test('the highest limits are counted exactly', async () => {
      const most = 1_000_000_000;
      const request = asking({ keyLimits: limits({ tpm: most }), tokens: most });
      expect(stateOf(await admit(request), 'key', 'tokens')).toMatchObject({
        limit: most,
        remaining: 0,
        resetMs: 60_000,
      });
      expect((await deny(request)).retryAfterMs).toBeWithin(50_000, 60_001);
    });

    test.each([NaN, -5, 0, 0.4, Infinity])(
      '%p tokens count as a token at least, and correct nothing away',
      async (tokens) => {
        const request = asking({ keyLimits: limits({ tpm: 10 }), tokens });
        const admission = await admit(request);
        expect(stateOf(admission, 'key', 'tokens').remaining).toBe(9);
        leaseOf(admission).correct(tokens);
        expect((await admit({ ...request, tokens: 10 })).outcome).not.toBe('unavailable');
      },
    );
  });
}

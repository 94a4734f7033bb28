import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { LedgerStore } from '../ledger/ports.ts';
import { settleRequests } from '../ledger/settled-requests.fixture.ts';
import { NO_LIMITS } from '../limits/ports.ts';
import type { AccountStore } from './ports.ts';

export interface OpenAccountStore {
  readonly accounts: AccountStore;
  readonly ledger: LedgerStore;
  close(): Promise<void>;
}

/** What every account store does, whatever is behind it. */
export function describeAccountStore(name: string, open: () => OpenAccountStore | Promise<OpenAccountStore>): void {
  describe(`${name} as an account store`, () => {
    let opened: OpenAccountStore;
    let store: AccountStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.accounts;
    });
    afterEach(() => opened.close());

    const plain = { id: 'default', prepaid: false, budget: null, limits: NO_LIMITS, createdAt: 5 };
    const acme = {
      id: 'acme',
      prepaid: true,
      budget: { period: 'week', limitNano: 10n ** 17n },
      limits: { rpm: 60, tpm: 1_000_000_000, concurrency: 1 },
      createdAt: 7,
    } as const;

    test('gives back what was put in, by id and in the order of ids', async () => {
      expect(await store.create(plain)).toEqual({ ...plain, creditedNano: 0n });
      expect(await store.create(acme)).toEqual({ ...acme, creditedNano: 0n });
      expect(await store.find('acme')).toEqual({ ...acme, creditedNano: 0n });
      expect(await store.find("' OR 1=1--")).toBeUndefined();
      expect((await store.list()).map(({ id }) => id)).toEqual(['acme', 'default']);
    });

    test('refuses an id that is taken, and changes nothing', async () => {
      await store.create(acme);
      await expect(store.create({ ...acme, prepaid: false })).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.list()).toEqual([{ ...acme, creditedNano: 0n }]);
    });

    test('changes budget and limits, and nothing else', async () => {
      await store.create(acme);
      await store.create(plain);
      await store.credit({ account: 'acme', amountNano: 5n, note: '', atMs: 8 });
      const free = { budget: null, limits: { ...NO_LIMITS, tpm: 7 } };
      const seen: unknown[] = [];
      const changed = await store.change('acme', (account) => {
        seen.push(account);
        return free;
      });
      expect(seen).toEqual([{ ...acme, creditedNano: 5n }]);
      expect(changed).toEqual({ ...acme, ...free, creditedNano: 5n });
      expect(await store.find('acme')).toEqual(changed);
      const budget = { period: 'day', limitNano: 9_007_199_254_740_993n } as const;
      await store.change('acme', ({ limits }) => ({ limits, budget }));
      expect(await store.find('acme')).toMatchObject({ ...free, budget });
      expect(await store.find('default')).toEqual({ ...plain, creditedNano: 0n });
      expect(await store.change('nobody', () => free)).toBeUndefined();
    });

    test('changes nothing where a change is refused, or is none a store can keep', async () => {
      await store.create(acme);
      const refusal = new Error('not that one');
      await expect(store.change('acme', () => refusal)).rejects.toBe(refusal);
      for (const limits of [
        { ...NO_LIMITS, rpm: 0 },
        { ...NO_LIMITS, tpm: 1_000_000_001 },
      ]) {
        await expect(store.change('acme', () => ({ budget: null, limits }))).rejects.toThrow();
      }
      expect(await store.list()).toEqual([{ ...acme, creditedNano: 0n }]);
    });

    test('adds up what is paid in and back, exactly, and keeps each', async () => {
      await store.create(acme);
      const [first, second] = [
        { account: 'acme', amountNano: 9_007_199_254_740_993n, note: 'invoice \u{1f4b6}', atMs: 8 },
        { account: 'acme', amountNano: -2n, note: '', atMs: 9 },
      ] as const;
      expect(await store.credit(first)).toMatchObject({ creditedNano: 9_007_199_254_740_993n });
      expect(await store.credit(second)).toMatchObject({ creditedNano: 9_007_199_254_740_991n });
      expect(await store.credits('acme')).toEqual([first, second]);
      expect(await store.credits('default')).toEqual([]);
    });

    test('credits nothing and nobody it does not know', async () => {
      expect(await store.credit({ account: 'nobody', amountNano: 1n, note: '', atMs: 1 })).toBeUndefined();
      await store.create(acme);
      await expect(store.credit({ account: 'acme', amountNano: 0n, note: '', atMs: 1 })).rejects.toThrow();
      for (const nobody of ['acme', 'acme\0', '\0']) expect(await store.credits(nobody)).toEqual([]);
      expect(await store.find('acme\0')).toBeUndefined();
      expect((await store.find('acme'))?.creditedNano).toBe(0n);
    });

    test('an account that becomes prepaid begins with a balance of 0, whatever it spent', async () => {
      await settleRequests(opened.ledger, [
        { account: 'acme', costNano: 70n },
        { account: 'acme', costNano: 7n },
        { account: 'default', costNano: 5n },
      ]);
      expect((await store.create(acme)).creditedNano).toBe(77n);
      expect(await store.credits('acme')).toMatchObject([{ amountNano: 77n, atMs: 7 }]);
      expect((await store.create(plain)).creditedNano).toBe(0n);
    });
  });
}

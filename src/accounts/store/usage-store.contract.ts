import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { MAX_COST_NANO } from '../ledger/bounds.ts';
import type { LedgerStore } from '../ledger/ports.ts';
import { settleRequests } from '../ledger/settled-requests.fixture.ts';
import type { UsageStore } from './ports.ts';

export interface OpenUsageStore {
  readonly usage: UsageStore;
  readonly ledger: LedgerStore;
  close(): Promise<void>;
}

const usage = { inputTokens: 12, outputTokens: 200, cacheReadTokens: 3, cacheWriteTokens: 4, reasoningTokens: 5 };

const noonOf = (day: string): number => Date.parse(`${day}T12:00:00Z`);

/** What every usage store does, whatever is behind it. */
export function describeUsageStore(name: string, open: () => OpenUsageStore | Promise<OpenUsageStore>): void {
  describe(`${name} as a usage store`, () => {
    let opened: OpenUsageStore;
    let store: UsageStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.usage;
    });
    afterEach(() => opened.close());

    test('adds up what belongs together and keeps the rest apart', async () => {
      await settleRequests(opened.ledger, [{ usage }, { usage, estimated: true }, { usage, model: 'other' }]);
      await settleRequests(opened.ledger, [{ usage }]);
      const by = ['day', 'key', 'account', 'model'] as const;
      const place = { day: '2026-03-04', keyId: 'key_a', account: 'default' };
      expect(await store.totals({ by })).toEqual([
        { ...place, model: 'other', requests: 1, ...usage, costNano: 1_214_400n, estimated: 0 },
        {
          ...place,
          model: 'tokenharbor/qwen3-max',
          requests: 3,
          inputTokens: 36,
          outputTokens: 600,
          cacheReadTokens: 9,
          cacheWriteTokens: 12,
          reasoningTokens: 15,
          costNano: 3_643_200n,
          estimated: 1,
        },
      ]);
    });

    test('sums up whatever is not asked for', async () => {
      await settleRequests(opened.ledger, [
        { keyId: 'key_a', model: 'm', atMs: noonOf('2026-03-01') },
        { keyId: 'key_b', model: 'm', atMs: noonOf('2026-03-02'), account: 'acme' },
        { keyId: 'key_b', model: 'n', atMs: noonOf('2026-03-02'), account: 'acme' },
      ]);
      const requests = async (by: Parameters<UsageStore['totals']>[0]['by']) =>
        (await store.totals({ by })).map((total) => [
          total.day ?? total.keyId ?? total.account ?? total.model,
          total.requests,
        ]);
      expect(await requests(['day'])).toEqual([
        ['2026-03-01', 1],
        ['2026-03-02', 2],
      ]);
      expect(await requests(['key'])).toEqual([
        ['key_a', 1],
        ['key_b', 2],
      ]);
      expect(await requests(['account'])).toEqual([
        ['acme', 2],
        ['default', 1],
      ]);
      expect(await requests(['model'])).toEqual([
        ['m', 2],
        ['n', 1],
      ]);
      expect(await requests([])).toEqual([[null, 3]]);
    });

    test('narrows by model', async () => {
      await settleRequests(opened.ledger, [{ model: 'm' }, { model: 'n', costNano: 7n }]);
      const [total, ...more] = await store.totals({ by: ['key'], model: 'n' });
      expect(total).toMatchObject({ keyId: 'key_a', model: null, requests: 1, costNano: 7n });
      expect(more).toEqual([]);
      expect(await store.totals({ by: ['key'], model: 'unknown' })).toEqual([]);
    });

    test('a name that holds a character 0 is one that is not there, and no fault of the store', async () => {
      await settleRequests(opened.ledger, [{ model: 'm' }]);
      for (const filter of [{ model: 'm\0' }, { keyId: '\0' }, { account: '\0default' }]) {
        expect(await store.totals({ by: ['key'], ...filter })).toEqual([]);
      }
    });

    test('narrows by key, account and days; the last day is the one before until', async () => {
      await settleRequests(opened.ledger, [
        { atMs: noonOf('2026-02-28') },
        { atMs: noonOf('2026-03-01'), keyId: 'key_b', account: 'acme' },
        { atMs: noonOf('2026-04-01') },
      ]);
      const days = async (query: Omit<Parameters<UsageStore['totals']>[0], 'by'>) =>
        (await store.totals({ by: ['day'], ...query })).map((total) => total.day);
      expect(await days({ since: '2026-03-01', until: '2026-04-01' })).toEqual(['2026-03-01']);
      expect(await days({ since: '2026-03-01' })).toEqual(['2026-03-01', '2026-04-01']);
      expect(await days({ until: '2026-03-01' })).toEqual(['2026-02-28']);
      expect(await days({ keyId: 'key_a' })).toEqual(['2026-02-28', '2026-04-01']);
      expect(await days({ account: 'acme' })).toEqual(['2026-03-01']);
      expect(await days({ keyId: "' OR 1=1--" })).toEqual([]);
    });

    test('nothing recorded is no row, not a row of nulls', async () => {
      expect(await store.totals({ by: ['key', 'model'] })).toEqual([]);
      expect(await store.totals({ by: [] })).toEqual([]);
    });

    test('money beyond 2^53 stays exact', async () => {
      const costs = [...Array<bigint>(9).fill(MAX_COST_NANO), 7_199_254_740_993n];
      await settleRequests(
        opened.ledger,
        costs.map((costNano) => ({ costNano })),
      );
      expect((await store.totals({ by: ['key'] }))[0]?.costNano).toBe(9_007_199_254_740_993n);
      await settleRequests(opened.ledger, [{ costNano: 2n }]);
      expect((await store.totals({ by: ['key'] }))[0]?.costNano).toBe(9_007_199_254_740_995n);
    });
  });
}

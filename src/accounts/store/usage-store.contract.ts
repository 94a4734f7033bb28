import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { UsageRow, UsageStore } from './ports.ts';

export interface OpenUsageStore {
  readonly usage: UsageStore;
  close(): Promise<void>;
}

function makeRow(changes: Partial<UsageRow> = {}): UsageRow {
  return {
    day: '2026-03-01',
    keyId: 'key_a',
    account: 'default',
    model: 'tokenharbor/qwen3-max',
    requests: 1,
    inputTokens: 12,
    outputTokens: 200,
    cacheReadTokens: 3,
    cacheWriteTokens: 4,
    reasoningTokens: 5,
    costNano: 1_214_400n,
    estimated: 0,
    ...changes,
  };
}

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
      await store.add([makeRow(), makeRow({ estimated: 1 }), makeRow({ model: 'other' })]);
      await store.add([makeRow()]);
      const by = ['day', 'key', 'account', 'model'] as const;
      expect(await store.totals({ by })).toEqual([
        makeRow({ model: 'other' }),
        {
          day: '2026-03-01',
          keyId: 'key_a',
          account: 'default',
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
      await store.add([
        makeRow({ keyId: 'key_a', model: 'm', day: '2026-03-01' }),
        makeRow({ keyId: 'key_b', model: 'm', day: '2026-03-02', account: 'acme' }),
        makeRow({ keyId: 'key_b', model: 'n', day: '2026-03-02', account: 'acme' }),
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

    test('narrows by key, account and days; the last day is the one before until', async () => {
      await store.add([
        makeRow({ day: '2026-02-28' }),
        makeRow({ day: '2026-03-01', keyId: 'key_b', account: 'acme' }),
        makeRow({ day: '2026-04-01' }),
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
      await store.add([makeRow({ costNano: 9_007_199_254_740_993n }), makeRow({ costNano: 2n })]);
      expect((await store.totals({ by: ['key'] }))[0]?.costNano).toBe(9_007_199_254_740_995n);
    });

    test('all rows of a call are added, or none', async () => {
      await store.add([makeRow()]);
      const bad = makeRow({ model: 'bad', inputTokens: -1 });
      await expect(store.add([makeRow(), bad])).rejects.toThrow();
      expect((await store.totals({ by: [] }))[0]?.requests).toBe(1);
    });
  });
}

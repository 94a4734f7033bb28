import { afterEach, beforeEach, expect, test } from 'bun:test';
import { settleRequests } from '../ledger/settled-requests.fixture.ts';
import type { BudgetTerms, KeyRecord } from '../store/ports.ts';
import { makeRecord, openTemporaryStores, type TemporaryStores } from '../store/temporary-stores.fixture.ts';
import { KeySpending } from './spending.ts';

const NOW = Date.parse('2026-03-18T12:00:00Z');
const DAY_MS = 86_400_000;
const PERIODS = [null, 'day', 'week', 'month', 'total'] as const;
/** Today, this week, this month, before it, and so long ago that it is summed up once a day. */
const AGES = [0, 1, 5, 20, 100, 400];

let stores: TemporaryStores;
beforeEach(() => {
  stores = openTemporaryStores();
});
afterEach(() => stores.close());

async function makeKeys(count: number): Promise<KeyRecord[]> {
  const keys = Array.from({ length: count }, (_, at) => {
    const period = PERIODS[at % PERIODS.length] ?? null;
    const budget: BudgetTerms | null = period === null ? null : { period, limitNano: 10n ** 18n };
    return makeRecord({ id: `key_${at}`, createdAt: at, budget });
  });
  for (const key of keys) await stores.keys.insert(key);
  await stores.keys.rotate('key_2', makeRecord({ id: 'key_next', createdAt: count }), NOW + DAY_MS);
  const requests = [...keys.keys()].flatMap((at) =>
    AGES.map((age) => ({ keyId: `key_${at}`, atMs: NOW - age * DAY_MS })),
  );
  await settleRequests(stores.ledger, [...requests, { keyId: 'key_next', atMs: NOW }]);
  return [...(await stores.keys.list())];
}

test.each([5, 40])('%d keys have spent what the ledger says of each', async (count) => {
  const keys = await makeKeys(count);
  const spending = new KeySpending(stores.usage);
  // Later that day what is old is known; the next day it is summed up anew.
  for (const now of [NOW, NOW + 3_600_000, NOW + DAY_MS]) {
    const spent = await spending.of(keys, now);
    for (const { budget, budgetId } of keys) {
      const standings = await stores.ledger.standings('key', budgetId, now);
      const period = budget?.period ?? 'total';
      const wanted = standings.find((standing) => standing.period === period)?.spentNano ?? 0n;
      expect([budgetId, period, spent.get(budgetId) ?? 0n]).toEqual([budgetId, period, wanted]);
    }
    await settleRequests(stores.ledger, [{ keyId: 'key_0', atMs: now }]);
  }
  expect((await spending.of(keys, NOW)).get('key_0')).toBeGreaterThan(0n);
});

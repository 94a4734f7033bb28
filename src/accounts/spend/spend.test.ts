import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { EntrySumQuery } from '../ledger/entry-store.ts';
import { settleRequests } from '../ledger/settled-requests.fixture.ts';
import { COST, DAY, NOON } from '../ledger/work.fixture.ts';
import { openTemporaryStores, type TemporaryStores } from '../store/temporary-stores.fixture.ts';
import { Spending, type SpendQuery, TooManyEntries } from './spend.ts';

describe('what was spent', () => {
  let stores: TemporaryStores;
  beforeEach(async () => {
    stores = openTemporaryStores();
    await settleRequests(stores.ledger, [
      { atMs: NOON },
      { atMs: NOON + DAY, keyId: 'key_b' },
      { atMs: NOON + DAY },
      { atMs: NOON + 2 * DAY, account: 'acme' },
    ]);
  });
  afterEach(() => stores.close());

  const march = { since: '2026-03-01', until: '2026-04-01' };
  const spend = (query: Partial<SpendQuery>, most?: number) =>
    new Spending(stores, most).of({ by: [], ...march, ...query });

  test('is of the roll-ups where they keep apart what is asked for', async () => {
    expect(await spend({ by: ['key'] }, 0)).toMatchObject([
      { keyId: 'key_a', provider: null, requests: 3, costNano: 3n * COST },
      { keyId: 'key_b', provider: null, requests: 1 },
    ]);
  });

  test('is of the entries of every day where it is asked by provider or of one', async () => {
    expect(await spend({ by: ['provider'] })).toMatchObject([
      { provider: 'dashscope', requests: 4, costNano: 4n * COST },
    ]);
    expect(await spend({ by: ['day', 'provider'], since: '2026-03-05' })).toMatchObject([
      { day: '2026-03-05', provider: 'dashscope', requests: 2 },
      { day: '2026-03-06', provider: 'dashscope', requests: 1 },
    ]);
    expect(await spend({ by: ['key'], provider: 'dashscope', until: '2026-03-06' })).toMatchObject([
      { keyId: 'key_a', provider: null, requests: 2 },
      { keyId: 'key_b', provider: null, requests: 1 },
    ]);
    expect(await spend({ by: ['provider'], provider: 'another' })).toEqual([]);
    expect(await spend({ by: ['provider'], account: 'nobody' })).toEqual([]);
  });

  test('days are read again when there is more on them, and not before', async () => {
    const read: string[] = [];
    const entries = {
      ...stores.entries,
      daySums: (query: EntrySumQuery) => (read.push(query.day), stores.entries.daySums(query)),
    };
    const spending = new Spending({ usage: stores.usage, entries }, 3);
    const ask = (query: Partial<SpendQuery> = {}) => spending.of({ by: ['provider'], ...march, ...query });
    await ask({ since: '2026-03-05' });
    expect(read.splice(0)).toEqual(['2026-03-05', '2026-03-06']);
    // What was read is not counted: four entries in all.
    const all = await ask();
    expect(read.splice(0)).toEqual(['2026-03-04']);
    expect(await ask()).toEqual(all);
    expect(read).toEqual([]);
    await settleRequests(stores.ledger, [{ atMs: NOON + DAY, provider: 'up' }]);
    expect(await ask()).toMatchObject([
      { provider: 'dashscope', requests: 4 },
      { provider: 'up', requests: 1 },
    ]);
    expect(read.splice(0)).toEqual(['2026-03-05']);
    // Another question is another sum.
    await ask({ keyId: 'key_b' });
    expect(read).toEqual(['2026-03-05']);
  });

  test('by provider is refused where there are too many entries, with the days that are possible', async () => {
    const refused = async (query: Partial<SpendQuery>, most: number) => {
      const error = await spend({ by: ['provider'], ...query }, most).catch((cause: unknown) => cause);
      if (!(error instanceof TooManyEntries)) throw new TypeError('it was not refused');
      return [error.entries, error.possibleSince];
    };
    expect(await refused({}, 3)).toEqual([4, '2026-03-05']);
    expect(await refused({}, 2)).toEqual([4, '2026-03-06']);
    expect(await refused({}, 0)).toEqual([4, undefined]);
    // Whole days are read, but none on which there is nothing.
    expect(await refused({ keyId: 'key_b' }, 1)).toEqual([2, undefined]);
    expect(await spend({ by: ['provider'], keyId: 'key_b' }, 2)).toMatchObject([{ requests: 1 }]);
  });
});

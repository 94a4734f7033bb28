import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { UsageStore } from '../store/ports.ts';
import type { EntryQuery, EntryStore, EntrySumQuery } from './entry-store.ts';
import { sortSums } from './entry-sums.ts';
import type { LedgerStore, LedgerWork, Reservation, Settlement } from './ports.ts';
import { COST, DAY, makeReservation, makeSettlement, NOON, requestIdAt } from './work.fixture.ts';

export interface OpenEntryStore {
  readonly entries: EntryStore;
  readonly ledger: LedgerStore;
  readonly usage: UsageStore;
  close(): Promise<void>;
}

type Asked = Partial<Pick<Reservation, 'keyId' | 'account' | 'model' | 'price'>> &
  Partial<Pick<Settlement, 'outcome' | 'provider' | 'costNano' | 'estimated'>> & {
    readonly atMs: number;
    /** How long before it was held for its head came, ms. */
    readonly wait?: number;
  };

/** What every entry store does, whatever is behind it. */
export function describeEntryStore(name: string, open: () => OpenEntryStore | Promise<OpenEntryStore>): void {
  describe(`${name} as an entry store`, () => {
    let opened: OpenEntryStore;
    let store: EntryStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.entries;
    });
    afterEach(() => opened.close());

    /** Settles requests; returns their ids. */
    async function settle(...requests: readonly Asked[]): Promise<string[]> {
      const boot = await opened.ledger.openBoot(NOON);
      const ids: string[] = [];
      const work = requests.flatMap(
        ({ wait = 0, outcome, provider, costNano = COST, estimated, ...held }): LedgerWork[] => {
          const requestId = requestIdAt(held.atMs - wait);
          ids.push(requestId);
          const settlement = makeSettlement(requestId, {
            costNano,
            ...(outcome === undefined ? {} : { outcome }),
            ...(estimated === undefined ? {} : { estimated }),
            ...(provider === undefined ? {} : { provider }),
          });
          return [
            { kind: 'reserve', bootId: boot.id, reservation: makeReservation({ ...held, requestId }) },
            { kind: 'settle', settlement },
          ];
        },
      );
      for (const result of await opened.ledger.apply(work)) if (result instanceof Error) throw result;
      await boot.close();
      return ids;
    }

    /** Every page of a query, one after the other. */
    async function all(query: EntryQuery): Promise<string[]> {
      const found: string[] = [];
      let before = query.before;
      for (;;) {
        const { entries, end } = await store.page({ ...query, ...(before === undefined ? {} : { before }) });
        found.push(...entries.map(({ requestId }) => requestId));
        if (end === undefined) return found;
        before = end;
      }
    }

    describe('pages', () => {
      test('newest first, whole entries, each once', async () => {
        const ids = await settle(...Array.from({ length: 7 }, (_, at) => ({ atMs: NOON + at * 1000 })));
        const newest = ids.toReversed();
        const first = await store.page({ limit: 3 });
        expect(first.entries).toEqual(
          await Promise.all(newest.slice(0, 3).map(async (id) => (await opened.ledger.entry(id)) as never)),
        );
        expect(first.end).toBe(newest[2]);
        const second = await store.page({ limit: 3, before: newest[2] as string });
        expect(second.entries.map(({ requestId }) => requestId)).toEqual(newest.slice(3, 6));
        expect(await all({ limit: 3 })).toEqual(newest);
        expect(await all({ limit: 7 })).toEqual(newest);
        expect(await all({ limit: 100 })).toEqual(newest);
      });

      test('an empty ledger has an empty page, and no other', async () => {
        const empty = { entries: [], end: undefined };
        expect(await store.page({ limit: 10 })).toEqual(empty);
        expect(await store.page({ limit: 10, keyId: 'key_a', provider: 'p' })).toEqual(empty);
        expect(await store.page({ limit: 10, outcome: { notAmong: ['answered'] } })).toEqual(empty);
        expect(await store.page({ limit: 0 })).toEqual(empty);
      });

      test('narrow by whose, which, where and how it ended', async () => {
        const [plain, other, acme, model, provider, cut] = await settle(
          { atMs: NOON },
          { atMs: NOON + 1, keyId: "O'Brien \u{1f511}" },
          { atMs: NOON + 2, account: 'acme' },
          { atMs: NOON + 3, model: 'm' },
          { atMs: NOON + 4, provider: 'vendor' },
          { atMs: NOON + 5, outcome: 'upstream_cut' },
        );
        const found = (query: Omit<EntryQuery, 'limit'>) => all({ limit: 2, ...query });
        expect(await found({ keyId: "O'Brien \u{1f511}" })).toEqual([other as string]);
        expect(await found({ account: 'acme' })).toEqual([acme as string]);
        expect(await found({ model: 'm' })).toEqual([model as string]);
        expect(await found({ provider: 'vendor' })).toEqual([provider as string]);
        expect(await found({ outcome: { among: ['upstream_cut', 'never_heard_of'] } })).toEqual([cut as string]);
        expect(await found({ outcome: { among: ['never_heard_of'] } })).toEqual([]);
        const answered = [provider, model, acme, other, plain] as string[];
        expect(await found({ outcome: { among: ['answered'] } })).toEqual(answered);
        expect(await found({ outcome: { notAmong: ['answered'] } })).toEqual([cut as string]);
        expect(await found({ outcome: { notAmong: ['never_heard_of'] } })).toEqual([cut as string, ...answered]);
        expect(await found({ account: 'acme', model: 'm' })).toEqual([]);
        for (const field of ['keyId', 'account', 'model', 'provider']) {
          expect(await found({ [field]: "' OR 1=1--" })).toEqual([]);
          expect(await found({ [field]: 'nul\0' })).toEqual([]);
        }
      });

      test('narrow by when it was held for, however long its body took', async () => {
        const ids = await settle(
          { atMs: NOON - 1 },
          { atMs: NOON, wait: 1_800_000 },
          { atMs: NOON + 1 },
          { atMs: NOON + 999, wait: 900 },
          { atMs: NOON + 1000 },
        );
        const [, first, second, third] = ids as [string, string, string, string];
        const expected = [third, second, first].sort().reverse();
        expect(await all({ limit: 10, sinceMs: NOON, untilMs: NOON + 1000 })).toEqual(expected);
        expect(await all({ limit: 1, sinceMs: NOON, untilMs: NOON + 1000 })).toEqual(expected);
        expect(await all({ limit: 1, sinceMs: NOON, untilMs: NOON + 1000, keyId: 'key_a' })).toEqual(expected);
        expect(await all({ limit: 10, untilMs: NOON })).toEqual([ids[0] as string]);
        expect(await all({ limit: 10, sinceMs: NOON + DAY })).toEqual([]);
      });

      test('find what is many days before anything else, and days at whose turn there was none', async () => {
        const others = Array.from({ length: 40 }, (_, at) => ({ atMs: NOON + at * DAY }));
        const midnight = NOON + 10 * DAY - DAY / 2;
        const asked = [NOON - 300 * DAY, midnight - 1, midnight, midnight + 1].map((atMs) => ({ atMs, keyId: 'rare' }));
        await settle(...others);
        const rare = await settle(...asked, { atMs: midnight, wait: 5000, keyId: 'rare' });
        expect(await all({ limit: 1, keyId: 'rare' })).toEqual(rare.toSorted().reverse());
        expect(await all({ limit: 10, keyId: 'rare', model: 'tokenharbor/qwen3-max' })).toEqual(
          rare.toSorted().reverse(),
        );
      });

      test('come to an end where there is more to look at than is looked at in one go', async () => {
        const many = 12_000;
        const requests = Array.from({ length: many }, (_, at) => ({
          atMs: NOON + at,
          ...(at === 5 || at === 11_000 ? { provider: 'rare' } : {}),
        }));
        const ids = await settle(...requests);
        expect(await all({ limit: 1, provider: 'rare' })).toEqual([ids[11_000], ids[5]] as string[]);
        expect(await all({ limit: 50, provider: 'rare' })).toEqual([ids[11_000], ids[5]] as string[]);
        expect((await all({ limit: 5000, outcome: { among: ['answered'] } })).length).toBe(many);
      }, 30_000);
    });

    describe('sums of a day', () => {
      const midnight = NOON - DAY / 2;

      test('are those of the roll-ups, and of providers too', async () => {
        await settle(
          { atMs: midnight - 1 },
          { atMs: midnight, provider: 'a', wait: 2000 },
          { atMs: NOON, provider: 'a', keyId: 'key_b', estimated: true },
          { atMs: NOON, provider: 'b', model: 'm', account: 'acme', costNano: 7n },
          { atMs: midnight + DAY - 1, provider: 'b', outcome: 'upstream_cut' },
          { atMs: midnight + DAY, provider: 'b' },
        );
        const day = '2026-03-04';
        const ask = (query: Omit<EntrySumQuery, 'day'>) => store.daySums({ day, ...query });
        const byProvider = await ask({ by: ['provider'] });
        expect(
          byProvider.map(({ provider, requests, costNano, estimated }) => [provider, requests, costNano, estimated]),
        ).toEqual([
          ['a', 2, 2n * COST, 1],
          ['b', 2, COST + 7n, 0],
        ]);
        for (const by of [[], ['key'], ['model', 'account'], ['day', 'key', 'account', 'model']] as const) {
          const rolledUp = await opened.usage.totals({ by, since: day, until: '2026-03-05' });
          expect(await ask({ by })).toEqual(sortSums(rolledUp.map((total) => ({ ...total, provider: null }))));
        }
        expect(await ask({ by: ['key', 'provider'], account: 'acme' })).toMatchObject([
          { keyId: 'key_a', provider: 'b', account: null, requests: 1, costNano: 7n },
        ]);
        expect(await ask({ by: ['provider'], provider: 'a', keyId: 'key_b' })).toMatchObject([
          { provider: 'a', requests: 1 },
        ]);
        expect(await ask({ by: [], provider: 'unknown' })).toEqual([]);
        expect(await store.daySums({ by: ['provider'], day: '2026-03-09' })).toEqual([]);
        expect(await store.daySums({ by: [], day: '2026-03-09' })).toEqual([]);
      });

      test('hold all of more entries than are added up in one go', async () => {
        const many = 9000;
        await settle(
          ...Array.from({ length: many }, (_, at) => ({ atMs: midnight + at * 1000, provider: `p${at % 3}` })),
        );
        const sums = await store.daySums({ by: ['provider'], day: '2026-03-04' });
        expect(sums.map(({ provider, requests, costNano }) => [provider, requests, costNano])).toEqual(
          ['p0', 'p1', 'p2'].map((provider) => [provider, many / 3, BigInt(many / 3) * COST]),
        );
      }, 30_000);
    });
  });
}

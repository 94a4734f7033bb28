import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { NO_LIMITS } from '../limits/ports.ts';
import type { KeyStore } from './ports.ts';
import { makeRecord } from './temporary-stores.fixture.ts';

export interface OpenKeyStore {
  readonly keys: KeyStore;
  close(): Promise<void>;
}

/** What every key store does, whatever is behind it. */
export function describeKeyStore(name: string, open: () => OpenKeyStore | Promise<OpenKeyStore>): void {
  describe(`${name} as a key store`, () => {
    let opened: OpenKeyStore;
    let store: KeyStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.keys;
    });
    afterEach(() => opened.close());

    test('gives back what was put in, by digest and by id', async () => {
      const plain = makeRecord();
      const full = makeRecord({
        account: 'acme',
        name: "O'Brien; DROP TABLE keys; -- \u{1f511}",
        models: ['anthropic/*', 'openai/gpt-5'],
        limits: { rpm: 60, tpm: 1_000_000_000, concurrency: 1 },
        budget: { period: 'week', limitNano: 9_007_199_254_740_993n },
        createdAt: 1_700_000_000_123,
        expiresAt: 1_800_000_000_456,
        revokedAt: 1_750_000_000_789,
        lastUsedAt: 1_740_000_000_001,
        rotatedFrom: plain.id,
        budgetId: plain.id,
      });
      await store.insert(plain);
      await store.insert(full);
      for (const record of [plain, full]) {
        expect(await store.findByDigest(record.digest)).toEqual(record);
        expect(await store.findById(record.id)).toEqual(record);
      }
    });

    test('keeps each limit apart from the others, and none from zero', async () => {
      for (const name of ['rpm', 'tpm', 'concurrency'] as const) {
        const record = makeRecord({ limits: { ...NO_LIMITS, [name]: 7 } });
        await store.insert(record);
        expect((await store.findById(record.id))?.limits).toEqual({ ...NO_LIMITS, [name]: 7 });
        await expect(store.insert(makeRecord({ limits: { ...NO_LIMITS, [name]: 0 } }))).rejects.toThrow();
      }
    });

    test('keeps a budget of nothing apart from none', async () => {
      for (const budget of [
        { period: 'total', limitNano: 0n },
        { period: 'day', limitNano: 10n ** 18n },
        null,
      ] as const) {
        const record = makeRecord({ budget });
        await store.insert(record);
        expect((await store.findById(record.id))?.budget).toEqual(budget);
      }
      await expect(store.insert(makeRecord({ budget: { period: 'day', limitNano: -1n } }))).rejects.toThrow();
    });

    test('an empty list of models is not the same as none', async () => {
      const record = makeRecord({ models: [] });
      await store.insert(record);
      expect((await store.findById(record.id))?.models).toEqual([]);
    });

    test('knows nothing of other keys, and takes quotes for text', async () => {
      await store.insert(makeRecord());
      for (const odd of ['', 'unknown', '\0', "' OR 1=1--", '%', '*', makeRecord().digest.toUpperCase()]) {
        expect(await store.findByDigest(odd)).toBeUndefined();
        expect(await store.findById(odd)).toBeUndefined();
        expect(await store.revoke(odd, 1)).toBeUndefined();
      }
    });

    test('finds a digest only as a whole', async () => {
      const record = makeRecord();
      await store.insert(record);
      expect(await store.findByDigest(record.digest.slice(0, 63))).toBeUndefined();
      expect(await store.findByDigest(record.digest.toUpperCase())).toBeUndefined();
    });

    test('refuses an id or a digest that is taken, and changes nothing', async () => {
      const record = makeRecord();
      await store.insert(record);
      await expect(store.insert(makeRecord({ id: record.id }))).rejects.toMatchObject({ code: 'conflict' });
      await expect(store.insert(makeRecord({ digest: record.digest }))).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.list()).toEqual([record]);
    });

    test('lists the oldest first', async () => {
      const [third, first, second] = [3, 1, 2].map((createdAt) => makeRecord({ createdAt }));
      for (const record of [third, first, second]) if (record !== undefined) await store.insert(record);
      expect((await store.list()).map((record) => record.createdAt)).toEqual([1, 2, 3]);
    });

    test('revoking sets the time once', async () => {
      const record = makeRecord();
      const bystander = makeRecord({ createdAt: 2_000_000 });
      await store.insert(record);
      await store.insert(bystander);
      expect(await store.revoke(record.id, 5_000_000)).toEqual({ ...record, revokedAt: 5_000_000 });
      expect(await store.revoke(record.id, 6_000_000)).toEqual({ ...record, revokedAt: 5_000_000 });
      expect(await store.revoke('key_unknown', 5_000_000)).toBeUndefined();
      expect(await store.findById(bystander.id)).toEqual(bystander);
    });

    test('rotating adds a successor with the terms of the old key, and ends that', async () => {
      const old = makeRecord({
        account: 'acme',
        name: 'ci',
        models: ['a/*'],
        limits: { rpm: 60, tpm: null, concurrency: 5 },
        budget: { period: 'month', limitNano: 7n },
        expiresAt: 99_000_000,
        lastUsedAt: 2_000_000,
      });
      const [next, last] = [makeRecord({ createdAt: 5_000_000 }), makeRecord({ createdAt: 6_000_000 })];
      await store.insert(old);
      const successor = await store.rotate(old.id, next, 9_000_000);
      const { id, prefix, digest, createdAt } = next;
      expect(successor).toEqual({ ...old, id, prefix, digest, createdAt, lastUsedAt: null, rotatedFrom: old.id });
      expect(await store.findById(old.id)).toEqual({ ...old, expiresAt: 9_000_000 });
      expect(await store.findByDigest(digest)).toEqual(successor);
      expect(await store.rotate(id, last, 9_000_000)).toMatchObject({ rotatedFrom: id, budgetId: old.id });
      expect(await store.findById(last.id)).toMatchObject({ rotatedFrom: id, budgetId: old.id });
    });

    test('changes a key, and limits and budget of its whole chain', async () => {
      const [old, next, other] = [makeRecord(), makeRecord({ createdAt: 2_000_000 }), makeRecord()];
      await store.insert(old);
      await store.insert(other);
      await store.rotate(old.id, next, 9_000_000);
      const shared = {
        limits: { rpm: 3, tpm: null, concurrency: 4 },
        budget: { period: 'week', limitNano: 9_007_199_254_740_993n },
      } as const;
      const before = await store.findById(next.id);
      const changed = await store.change(next.id, () => ({ ...shared, name: 'new', models: ['b'] }));
      expect(changed).toEqual({ ...(before as typeof next), ...shared, name: 'new', models: ['b'] });
      expect(await store.findById(next.id)).toEqual(changed);
      expect(await store.findById(old.id)).toEqual({ ...old, ...shared, expiresAt: 9_000_000 });
      expect(await store.findById(other.id)).toEqual(other);
      await store.change(old.id, (key) => ({ ...key, budget: null, limits: NO_LIMITS }));
      expect(await store.findById(next.id)).toMatchObject({
        name: 'new',
        models: ['b'],
        budget: null,
        limits: NO_LIMITS,
      });
      expect(await store.change('key_unknown', (key) => key)).toBeUndefined();
    });

    test('changes nothing where a change is refused, or is none a store can keep', async () => {
      const record = makeRecord();
      await store.insert(record);
      const refusal = new Error('not that one');
      await expect(store.change(record.id, () => refusal)).rejects.toBe(refusal);
      const wrong = { limits: { ...NO_LIMITS, rpm: 0 }, name: 'new' };
      await expect(store.change(record.id, (key) => ({ ...key, ...wrong }))).rejects.toThrow();
      expect(await store.list()).toEqual([record]);
    });

    test('rotating never lengthens a life', async () => {
      const old = makeRecord({ expiresAt: 4_000_000 });
      await store.insert(old);
      await store.rotate(old.id, makeRecord(), 9_000_000);
      expect((await store.findById(old.id))?.expiresAt).toBe(4_000_000);
    });

    test('rotating an unknown, a revoked or a rotated key changes nothing', async () => {
      const revoked = makeRecord({ revokedAt: 2_000_000 });
      const rotated = makeRecord({ createdAt: 2_000_000 });
      const taken = makeRecord({ createdAt: 3_000_000 });
      for (const record of [revoked, rotated, taken]) await store.insert(record);
      await store.rotate(rotated.id, makeRecord({ createdAt: 4_000_000 }), 9_000_000);
      const before = await store.list();

      for (const id of ['key_unknown', revoked.id, rotated.id]) {
        await expect(store.rotate(id, makeRecord(), 8_000_000)).rejects.toMatchObject({ code: 'conflict' });
      }
      const clash = makeRecord({ digest: revoked.digest });
      await expect(store.rotate(taken.id, clash, 8_000_000)).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.list()).toEqual(before);
    });

    test('touching keeps the latest time, and does not mind keys that are gone', async () => {
      const [one, two] = [makeRecord(), makeRecord({ createdAt: 2_000_000 })];
      await store.insert(one);
      await store.insert(two);
      await store.touch(
        new Map([
          [one.id, 3_000_000],
          ['key_unknown', 3_000_000],
        ]),
      );
      await store.touch(new Map([[one.id, 2_500_000]]));
      expect((await store.list()).map((record) => record.lastUsedAt)).toEqual([3_000_000, null]);
    });
  });
}

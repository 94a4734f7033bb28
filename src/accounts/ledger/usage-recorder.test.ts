import { describe, expect, test } from 'bun:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { UsageRow, UsageStore } from '../store/ports.ts';
import { openTemporaryStores } from '../store/temporary-stores.fixture.ts';
import { type SettledUsage, createUsageRecorder } from './usage-recorder.ts';

const MARCH_1 = Date.parse('2026-03-01T23:59:59.999Z');

function makeEntry(changes: Partial<SettledUsage> = {}): SettledUsage {
  return {
    at: MARCH_1,
    keyId: 'key_a',
    account: 'default',
    model: 'm',
    usage: { ...NO_USAGE, inputTokens: 12, outputTokens: 200 },
    costNano: 1_214_400n,
    estimated: false,
    ...changes,
  };
}

/** Records what it is given; each call fails as long as there are failures left. */
function makeStore(failures = 0, delayMs = 0) {
  const added: (readonly UsageRow[])[] = [];
  const store: UsageStore = {
    async add(rows) {
      await sleep(delayMs);
      if (failures-- > 0) throw new Error('the disk is full');
      added.push(rows);
    },
    totals: () => Promise.resolve([]),
  };
  const sum = () => added.flat().reduce((requests, row) => requests + row.requests, 0);
  return { store, added, sum };
}

const unexpected = (error: unknown) => {
  throw error;
};

describe('a usage recorder', () => {
  test('writes one row for each UTC day, key, account and model', async () => {
    const { store, added } = makeStore();
    const recorder = createUsageRecorder({ store, onFlushError: unexpected });
    for (let at = 0; at < 3; at++) recorder.record(makeEntry({ estimated: at === 0 }));
    recorder.record(makeEntry({ at: MARCH_1 + 1 }));
    recorder.record(makeEntry({ keyId: 'key_b' }));
    recorder.record(makeEntry({ model: 'n' }));
    recorder.record(makeEntry({ account: 'acme' }));
    expect(recorder.pendingRequests()).toBe(7);
    await recorder.close();
    expect(recorder.pendingRequests()).toBe(0);
    expect(added).toHaveLength(1);
    expect(added[0]).toHaveLength(5);
    expect(added[0]?.[0]).toEqual({
      day: '2026-03-01',
      keyId: 'key_a',
      account: 'default',
      model: 'm',
      requests: 3,
      inputTokens: 36,
      outputTokens: 600,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      costNano: 3_643_200n,
      estimated: 1,
    });
    expect(added[0]?.[1]?.day).toBe('2026-03-02');
  });

  test('writes by itself, and nothing when there is nothing', async () => {
    const { store, added, sum } = makeStore();
    const recorder = createUsageRecorder({ store, onFlushError: unexpected, flushMs: 10 });
    recorder.record(makeEntry());
    await sleep(60);
    expect(sum()).toBe(1);
    expect(added).toHaveLength(1);
    await recorder.close();
  });

  test('keeps what could not be written, says so, and writes it with the rest', async () => {
    const { store, sum } = makeStore(2);
    const reports: number[] = [];
    const recorder = createUsageRecorder({ store, flushMs: 10, onFlushError: (_, pending) => reports.push(pending) });
    recorder.record(makeEntry());
    recorder.record(makeEntry({ model: 'n' }));
    await sleep(100);
    expect(reports).toEqual([2, 2]);
    expect(sum()).toBe(2);
    await recorder.close();
  });

  test('loses and doubles nothing when a write is slow and fails while more comes in', async () => {
    const { store, sum, added } = makeStore(3, 5);
    const recorder = createUsageRecorder({ store, flushMs: 2, retryMs: 1, onFlushError: () => undefined });
    for (let at = 0; at < 200; at++) {
      recorder.record(makeEntry({ model: `m${at % 3}` }));
      if (at % 10 === 0) await sleep(1);
    }
    await recorder.close();
    expect(sum()).toBe(200);
    expect(added.flat().reduce((cost, row) => cost + row.costNano, 0n)).toBe(200n * 1_214_400n);
  });

  test('close tries for a while, then rejects and still holds what it could not write', async () => {
    const { store, sum } = makeStore(5);
    const reports: number[] = [];
    const recorder = createUsageRecorder({ store, retryMs: 1, onFlushError: (_, pending) => reports.push(pending) });
    recorder.record(makeEntry());
    await expect(recorder.close()).rejects.toThrow('the disk is full');
    expect(reports).toEqual([1, 1, 1, 1, 1]);
    expect(recorder.pendingRequests()).toBe(1);
    await recorder.flush();
    expect(sum()).toBe(1);
  });

  test('survives a store that throws instead of rejecting', async () => {
    let isBroken = true;
    const { store, sum } = makeStore();
    const throwing: UsageStore = {
      ...store,
      add(rows) {
        if (isBroken) throw new Error('at once');
        return store.add(rows);
      },
    };
    const recorder = createUsageRecorder({ store: throwing, onFlushError: unexpected });
    recorder.record(makeEntry());
    await expect(recorder.flush()).rejects.toThrow('at once');
    isBroken = false;
    await recorder.close();
    expect(sum()).toBe(1);
  });

  test('refuses an entry no store could hold, and goes on with the others', async () => {
    const { store, sum } = makeStore();
    const recorder = createUsageRecorder({ store, onFlushError: unexpected });
    for (const count of [NaN, -1, 1.5, Infinity, 2 ** 53]) {
      expect(() => recorder.record(makeEntry({ usage: { ...NO_USAGE, inputTokens: count } }))).toThrow(RangeError);
    }
    expect(() => recorder.record(makeEntry({ costNano: -1n }))).toThrow(RangeError);
    expect(() => recorder.record(makeEntry({ at: NaN }))).toThrow(RangeError);
    recorder.record(makeEntry());
    await recorder.close();
    expect(sum()).toBe(1);
  });

  test('its rows fit the real store', async () => {
    const stores = openTemporaryStores();
    const recorder = createUsageRecorder({ store: stores.usage, onFlushError: unexpected });
    for (let at = 0; at < 3; at++) recorder.record(makeEntry());
    await recorder.flush();
    recorder.record(makeEntry());
    await recorder.close();
    expect((await stores.usage.totals({ by: ['model'] }))[0]).toMatchObject({ requests: 4, costNano: 4_857_600n });
    await stores.close();
  });
});

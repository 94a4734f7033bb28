import { describe, expect, test } from 'bun:test';
import type { MakePlace } from './ledger-store.contract.ts';
import { makeRecord } from '../store/temporary-stores.fixture.ts';
import type { LedgerWork } from './ports.ts';
import { makeReservation, makeSettlement, NOON, oneByOne } from './work.fixture.ts';
import { budget, useSpending } from './spending.fixture.ts';

export function describeSharedBudgets(makePlace: MakePlace): void {
  const { at, isGranted, pay } = useSpending(makePlace);

  describe('budgets that several spend from', () => {
    /** A key and two successors, each rotated from the one before. */
    async function makeChain(): Promise<readonly [string, string, string]> {
      const [first, second, third] = [makeRecord(), makeRecord(), makeRecord()];
      const { keys } = at.all();
      await keys.insert(first);
      await keys.rotate(first.id, second, 2_000_000);
      await keys.rotate(second.id, third, 2_000_000);
      return [first.id, second.id, third.id];
    }

    test('fault 25: a key that was rotated and its successors spend from one budget', async () => {
      const chain = await makeChain();
      const budgets = [budget('key', 'month', 100n)];
      await pay(30n, { keyId: chain[0], budgets });
      await pay(30n, { keyId: chain[2], budgets });
      expect(await isGranted({ keyId: chain[1], amountNano: 30n, budgets })).toBe(true);
      for (const keyId of chain) {
        const denied = await at.work().reserve(makeReservation({ keyId, amountNano: 11n, budgets }));
        expect(denied).toMatchObject({ granted: false, holder: 'key', spentNano: 60n, heldNano: 30n });
        const standing = (await at.store().standings('key', keyId, NOON))[2];
        expect(standing).toMatchObject({ period: 'month', spentNano: 60n, heldNano: 30n });
      }
      expect(await isGranted({ keyId: 'key_other', amountNano: 100n, budgets })).toBe(true);
      expect(await at.store().verify()).toMatchObject({ openHolds: 2, drift: [] });
    });

    test('fault 25: a key rotated while its requests run gets no budget of its own', async () => {
      const [old, successor] = [makeRecord(), makeRecord()];
      const { keys } = at.all();
      await keys.insert(old);
      const budgets = [budget('key', 'total', 100n)];
      const { reserve, settle } = at.work();
      const running = makeReservation({ keyId: old.id, amountNano: 90n, budgets });
      await reserve(running);
      await keys.rotate(old.id, successor, 2_000_000);
      const { id: keyId } = successor;
      expect(await isGranted({ keyId, amountNano: 11n, budgets })).toBe(false);
      await settle(makeSettlement(running.requestId, { costNano: 95n }));
      expect(await isGranted({ keyId, amountNano: 6n, budgets })).toBe(false);
      expect(await isGranted({ keyId, amountNano: 5n, budgets })).toBe(true);
    });

    test('fault 25: a budget that is new counts what the whole chain spent before it', async () => {
      const [first, second, third] = await makeChain();
      // Only the successor was ever used: its first key has no entry that could name it.
      await pay(30n, { keyId: second });
      expect((await at.store().standings('key', third, NOON))[3]).toMatchObject({ spentNano: 30n });
      await at.work().reserve(makeReservation({ keyId: second, amountNano: 5n }));
      const budgets = [budget('key', 'week', 40n)];
      for (const keyId of [third, first]) {
        const denied = await at.work().reserve(makeReservation({ keyId, amountNano: 6n, budgets }));
        expect(denied).toMatchObject({ granted: false, spentNano: 30n, heldNano: 5n });
      }
      const usage = await at.all().usage.totals({ by: ['key'] });
      expect(usage).toMatchObject([{ keyId: second, costNano: 30n }]);
      expect((await at.store().verify()).drift).toEqual([]);
    });

    test('fault 48: of 500 at once for a budget of 100 exactly 100 are granted, whoever asks', async () => {
      const stores = [at.store(), (await at.open()).ledger, (await at.open()).ledger];
      const budgets = [budget('key', 'month', 100n), budget('account', 'total', 1000n)];
      const granted = await Promise.all(
        Array.from({ length: 500 }, async (_, i) => {
          const { reserve } = oneByOne(stores[i % stores.length] as (typeof stores)[0], at.boot().id);
          return ((await reserve(makeReservation({ amountNano: 1n, budgets }))) as { granted: boolean }).granted;
        }),
      );
      expect(granted.filter(Boolean)).toHaveLength(100);
    });

    test('fault 48: and so within one batch, across midnight and with settlements between', async () => {
      const midnight = Date.UTC(2026, 2, 5);
      const budgets = [budget('key', 'month', 10n)];
      const reservations = Array.from({ length: 30 }, (_, i) =>
        makeReservation({ amountNano: 1n, budgets, atMs: midnight - 15 + i }),
      );
      const works = reservations.flatMap((reservation, i): LedgerWork[] => {
        const work: LedgerWork = { kind: 'reserve', bootId: at.boot().id, reservation };
        const { requestId } = reservation;
        return i === 4 ? [work, { kind: 'settle', settlement: makeSettlement(requestId, { costNano: 0n }) }] : [work];
      });
      const results = await at.store().apply(works);
      const granted = results.filter((result) => (result as { granted?: boolean }).granted === true);
      expect(granted).toHaveLength(11);
    });
  });
}

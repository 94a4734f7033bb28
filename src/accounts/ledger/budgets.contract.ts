import { describe, expect, test } from 'bun:test';
import type { MakePlace } from './ledger-store.contract.ts';
import { DAY, makeReservation, makeSettlement, NOON } from './work.fixture.ts';
import { budget, useSpending } from './spending.fixture.ts';

export function describeBudgets(makePlace: MakePlace): void {
  const { at, isGranted, pay } = useSpending(makePlace);

  describe('budgets', () => {
    test('what is held and spent together stays within the limit, to the last nano-dollar', async () => {
      const budgets = [budget('key', 'month', 100n)];
      await pay(30n, { budgets });
      expect(await isGranted({ amountNano: 70n, budgets })).toBe(true);
      const denied = makeReservation({ amountNano: 1n, budgets });
      expect(await at.work().reserve(denied)).toEqual({
        granted: false,
        requestId: denied.requestId,
        holder: 'key',
        limit: 'budget',
        period: 'month',
        amountNano: 1n,
        limitNano: 100n,
        spentNano: 30n,
        heldNano: 70n,
        resetsAtMs: Date.UTC(2026, 3, 1),
      });
      expect(await isGranted({ amountNano: 0n, budgets })).toBe(true);
    });

    test('settling gives back what was held beyond the cost', async () => {
      const budgets = [budget('key', 'total', 100n)];
      const { reserve, settle } = at.work();
      const reservation = makeReservation({ amountNano: 100n, budgets });
      await reserve(reservation);
      expect(await isGranted({ amountNano: 1n, budgets })).toBe(false);
      await settle(makeSettlement(reservation.requestId, { costNano: 40n }));
      expect(await isGranted({ amountNano: 61n, budgets })).toBe(false);
      expect(await isGranted({ amountNano: 60n, budgets })).toBe(true);
    });

    test('what comes to more than was held is charged, and the next request is denied', async () => {
      const budgets = [budget('account', 'day', 100n)];
      const { reserve, settle } = at.work();
      const reservation = makeReservation({ amountNano: 100n, budgets });
      await reserve(reservation);
      await settle(makeSettlement(reservation.requestId, { costNano: 250n }));
      const denied = await reserve(makeReservation({ amountNano: 0n, budgets }));
      expect(denied).toMatchObject({ granted: false, holder: 'account', spentNano: 250n, heldNano: 0n });
    });

    test.each([
      ['day', NOON + DAY, Date.UTC(2026, 2, 5)],
      ['week', Date.UTC(2026, 2, 9), Date.UTC(2026, 2, 9)],
      ['month', Date.UTC(2026, 3, 1), Date.UTC(2026, 3, 1)],
    ] as const)('a budget of a %s begins anew with the next one, by itself', async (period, next, resetsAtMs) => {
      const budgets = [budget('key', period, 10n)];
      await pay(10n, { budgets });
      const last = makeReservation({ amountNano: 1n, budgets, atMs: resetsAtMs - 1 });
      expect(await at.work().reserve(last)).toMatchObject({ granted: false, spentNano: 10n, resetsAtMs });
      expect(await isGranted({ amountNano: 10n, budgets, atMs: next })).toBe(true);
      expect(await isGranted({ amountNano: 1n, budgets, atMs: next })).toBe(false);
      // And the clock set back finds the old one as it was.
      expect(await isGranted({ amountNano: 1n, budgets })).toBe(false);
    });

    test('a total never begins anew', async () => {
      const budgets = [budget('key', 'total', 10n)];
      await pay(10n, { budgets });
      const much = makeReservation({ amountNano: 1n, budgets, atMs: NOON + 4000 * DAY });
      expect(await at.work().reserve(much)).toMatchObject({ granted: false, resetsAtMs: undefined });
    });

    test('what is held in a period is spent in that period', async () => {
      const budgets = [budget('key', 'day', 10n)];
      const { reserve, settle } = at.work();
      const late = makeReservation({ amountNano: 10n, budgets, atMs: Date.UTC(2026, 2, 5) - 1 });
      await reserve(late);
      await settle(makeSettlement(late.requestId, { costNano: 10n, settledAtMs: Date.UTC(2026, 2, 5) + 5000 }));
      expect(await isGranted({ amountNano: 10n, budgets, atMs: Date.UTC(2026, 2, 5) })).toBe(true);
      expect(await isGranted({ amountNano: 1n, budgets, atMs: Date.UTC(2026, 2, 5) - 1 })).toBe(false);
    });

    test('the account limits all its keys together, each key its own', async () => {
      const budgets = [budget('account', 'month', 100n), budget('key', 'month', 60n)];
      expect(await isGranted({ keyId: 'key_a', amountNano: 60n, budgets })).toBe(true);
      const own = await at.work().reserve(makeReservation({ keyId: 'key_a', amountNano: 1n, budgets }));
      expect(own).toMatchObject({ granted: false, holder: 'key', heldNano: 60n });
      const shared = await at.work().reserve(makeReservation({ keyId: 'key_b', amountNano: 41n, budgets }));
      expect(shared).toMatchObject({ granted: false, holder: 'account', heldNano: 60n });
      expect(await isGranted({ keyId: 'key_b', amountNano: 40n, budgets })).toBe(true);
      expect(await isGranted({ keyId: 'key_b', account: 'other', amountNano: 20n, budgets })).toBe(true);
    });

    test('what one limit denies is held in no other', async () => {
      const budgets = [budget('key', 'day', 100n), budget('account', 'total', 10n)];
      expect(await isGranted({ amountNano: 11n, budgets })).toBe(false);
      const standings = await at.store().standings('key', 'key_a', NOON);
      expect(standings.map(({ heldNano }) => heldNano)).toEqual([0n, 0n, 0n, 0n]);
      expect(await isGranted({ amountNano: 100n, budgets: [budget('key', 'day', 100n)] })).toBe(true);
    });

    test('a budget that is new counts what was spent and held before it', async () => {
      await pay(30n);
      await pay(5n, { atMs: NOON - DAY });
      expect(await isGranted({ amountNano: 20n })).toBe(true);
      const denied = await at
        .work()
        .reserve(makeReservation({ amountNano: 51n, budgets: [budget('key', 'day', 100n)] }));
      expect(denied).toMatchObject({ granted: false, spentNano: 30n, heldNano: 20n });
      const all = await at
        .work()
        .reserve(makeReservation({ amountNano: 50n, budgets: [budget('account', 'week', 100n)] }));
      expect(all).toMatchObject({ granted: false, spentNano: 35n, heldNano: 20n });
    });

    test('what is spent while a budget is not asked for counts when it is again', async () => {
      const budgets = [budget('key', 'month', 100n)];
      await pay(30n, { budgets });
      await pay(60n);
      expect(await isGranted({ amountNano: 11n, budgets })).toBe(false);
      const { reserve } = at.work();
      await reserve(makeReservation({ amountNano: 10n }));
      const denied = await reserve(makeReservation({ amountNano: 1n, budgets }));
      expect(denied).toMatchObject({ granted: false, spentNano: 90n, heldNano: 10n });
    });

    test('a limit may be lowered below what is spent, and raised', async () => {
      await pay(50n, { budgets: [budget('key', 'month', 100n)] });
      expect(await isGranted({ amountNano: 0n, budgets: [budget('key', 'month', 20n)] })).toBe(false);
      expect(await isGranted({ amountNano: 150n, budgets: [budget('key', 'month', 200n)] })).toBe(true);
    });

    test('standings are right whether there is a budget or not', async () => {
      await pay(7n);
      await pay(11n, { atMs: NOON - 2 * DAY, budgets: [budget('key', 'month', 100n)] });
      await pay(13n, { atMs: NOON - 40 * DAY });
      await at.work().reserve(makeReservation({ amountNano: 3n }));
      for (const [holder, id] of [
        ['key', 'key_a'],
        ['account', 'default'],
      ] as const) {
        expect(await at.store().standings(holder, id, NOON)).toEqual([
          { holder, period: 'day', spentNano: 7n, heldNano: 3n, resetsAtMs: Date.UTC(2026, 2, 5) },
          { holder, period: 'week', spentNano: 18n, heldNano: 3n, resetsAtMs: Date.UTC(2026, 2, 9) },
          { holder, period: 'month', spentNano: 18n, heldNano: 3n, resetsAtMs: Date.UTC(2026, 3, 1) },
          { holder, period: 'total', spentNano: 31n, heldNano: 3n, resetsAtMs: undefined },
        ]);
      }
      expect((await at.store().standings('key', 'key_unknown', NOON))[3]).toMatchObject({
        spentNano: 0n,
        heldNano: 0n,
      });
    });
  });
}

import { describe, expect, test } from 'bun:test';
import { NO_LIMITS } from '../limits/ports.ts';
import type { MakePlace } from './ledger-store.contract.ts';
import { makeReservation, NOON } from './work.fixture.ts';
import { budget, useSpending } from './spending.fixture.ts';

export function describePrepaid(makePlace: MakePlace): void {
  const { at, isGranted, pay } = useSpending(makePlace);

  describe('prepaid accounts', () => {
    test('a prepaid account spends what was paid in and no more', async () => {
      const { accounts } = at.all();
      await accounts.create({ id: 'acme', prepaid: true, budget: null, limits: NO_LIMITS, createdAt: NOON });
      const terms = { account: 'acme', prepaid: true };
      const denied = makeReservation({ amountNano: 1n, ...terms });
      expect(await at.work().reserve(denied)).toEqual({
        granted: false,
        requestId: denied.requestId,
        holder: 'account',
        limit: 'balance',
        period: 'total',
        amountNano: 1n,
        limitNano: 0n,
        spentNano: 0n,
        heldNano: 0n,
        resetsAtMs: undefined,
      });
      await accounts.credit({ account: 'acme', amountNano: 100n, note: 'invoice 1', atMs: NOON });
      await pay(60n, terms);
      expect(await isGranted({ amountNano: 41n, ...terms })).toBe(false);
      expect(await isGranted({ amountNano: 40n, ...terms })).toBe(true);
      await accounts.credit({ account: 'acme', amountNano: 5n, note: '', atMs: NOON });
      expect(await isGranted({ amountNano: 6n, ...terms })).toBe(false);
      expect(await isGranted({ amountNano: 5n, ...terms })).toBe(true);
      expect(await accounts.find('acme')).toMatchObject({ creditedNano: 105n });
    });

    test('a prepaid account may have a total budget as well: the lower of the two holds', async () => {
      const { accounts } = at.all();
      await accounts.create({ id: 'acme', prepaid: true, budget: null, limits: NO_LIMITS, createdAt: NOON });
      await accounts.credit({ account: 'acme', amountNano: 50n, note: '', atMs: NOON });
      const terms = { account: 'acme', prepaid: true };
      const budgets = [budget('account', 'total', 30n)];
      expect(await isGranted({ amountNano: 30n, budgets, ...terms })).toBe(true);
      const over = await at.work().reserve(makeReservation({ amountNano: 1n, budgets, ...terms }));
      expect(over).toMatchObject({ granted: false, limit: 'budget', limitNano: 30n });
      expect(await isGranted({ amountNano: 20n, ...terms })).toBe(true);
      const broke = await at.work().reserve(makeReservation({ amountNano: 1n, ...terms }));
      expect(broke).toMatchObject({ granted: false, limit: 'balance', limitNano: 50n });
    });
  });
}

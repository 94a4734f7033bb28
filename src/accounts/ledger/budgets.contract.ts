import { describe, expect, test } from 'bun:test';
import { NO_LIMITS } from '../limits/ports.ts';
import type { MakePlace } from './ledger-store.contract.ts';
import type { BudgetPeriod } from './period.ts';
import { makeRecord } from '../store/temporary-stores.fixture.ts';
import { usePlace } from './place.fixture.ts';
import type { Budget, Holder, LedgerWork } from './ports.ts';
import { DAY, makeReservation, makeSettlement, NOON, oneByOne } from './work.fixture.ts';

const budget = (holder: Holder, period: BudgetPeriod, limitNano: bigint): Budget => ({ holder, period, limitNano });

export function describeBudgets(makePlace: MakePlace): void {
  const at = usePlace(makePlace);

  /** Reserves `amountNano` and says whether it was granted. */
  async function isGranted(changes: Parameters<typeof makeReservation>[0]): Promise<boolean> {
    return ((await at.work().reserve(makeReservation(changes))) as { granted: boolean }).granted;
  }

  /** Reserves and settles at `costNano`. */
  async function pay(costNano: bigint, changes: Parameters<typeof makeReservation>[0] = {}): Promise<void> {
    const { reserve, settle } = at.work();
    const reservation = makeReservation({ amountNano: costNano, ...changes });
    await reserve(reservation);
    await settle(makeSettlement(reservation.requestId, { costNano }));
  }

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

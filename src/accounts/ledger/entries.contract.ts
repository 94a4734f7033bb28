import { describe, expect, test } from 'bun:test';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { MakePlace } from './ledger-store.contract.ts';
import { usePlace } from './place.fixture.ts';
import type { LedgerEntry, LedgerWork } from './ports.ts';
import { COST, DAY, makeRequestId, makeReservation, makeSettlement, NOON, PRICE } from './work.fixture.ts';

export function describeEntries(makePlace: MakePlace): void {
  const at = usePlace(makePlace);

  describe('entries', () => {
    test('a request that was held for and settled has one entry, with everything that was told of it', async () => {
      const { reserve, settle } = at.work();
      const reservation = makeReservation({ account: 'acme', keyId: "O'Brien \u{1f511}" });
      const { requestId } = reservation;
      expect(await reserve(reservation)).toEqual({ granted: true, requestId, amountNano: 5_000_000n });
      expect(await at.store().entry(requestId)).toBeUndefined();
      const settlement = makeSettlement(requestId, {
        outcome: 'upstream_cut',
        usage: {
          inputTokens: 1,
          outputTokens: 2,
          cacheReadTokens: 3,
          cacheWriteTokens: 4,
          reasoningTokens: 1,
          cacheWrite1hTokens: 4,
          serverToolUses: 2,
        },
        costNano: 9_007_199_254_740_993n / 10n,
        estimated: true,
        attempts: 3,
        lost: [
          { provider: 'a', upstreamModel: 'b', errorCode: 'upstream_timeout', mayCost: true, costNano: undefined },
          { provider: 'a', upstreamModel: 'b', errorCode: 'upstream_error', mayCost: false, costNano: 7n },
        ],
        steeringTokens: 40,
        settledAtMs: NOON + 123,
      });
      const expected: LedgerEntry = {
        ...settlement,
        keyId: reservation.keyId,
        account: 'acme',
        model: reservation.model,
        price: PRICE,
        heldNano: 5_000_000n,
        atMs: NOON,
      };
      expect(await settle(settlement)).toEqual(expected);
      expect(await at.store().entry(requestId)).toEqual(expected);
      const other = await at.open();
      expect(await other.ledger.entry(requestId)).toEqual(expected);
    });

    test('fault 49: the first settlement wins, later ones give back its entry and change nothing', async () => {
      const { reserve, settle } = at.work();
      const reservation = makeReservation();
      await reserve(reservation);
      const first = await settle(makeSettlement(reservation.requestId));
      const again = makeSettlement(reservation.requestId, { outcome: 'client_abort', costNano: 1n });
      expect(await settle(again)).toEqual(first);
      const [total] = await at.all().usage.totals({ by: [] });
      expect(total).toMatchObject({ requests: 1, costNano: COST });
    });

    test('fault 49: several settlements in one batch are no different', async () => {
      const reservation = makeReservation();
      await at.work().reserve(reservation);
      const settlement = makeSettlement(reservation.requestId);
      const work = [1n, 2n, 3n].map((costNano): LedgerWork => ({
        kind: 'settle',
        settlement: { ...settlement, costNano },
      }));
      const results = await at.store().apply(work);
      expect(results.map((entry) => (entry as LedgerEntry).costNano)).toEqual([1n, 1n, 1n]);
      expect((await at.all().usage.totals({ by: [] }))[0]).toMatchObject({ requests: 1, costNano: 1n });
    });

    test('fault 49: settling what was never held for does nothing', async () => {
      expect(await at.work().settle(makeSettlement(makeRequestId()))).toBeUndefined();
      expect(await at.all().usage.totals({ by: [] })).toEqual([]);
    });

    test('holding twice for one request is an error of the second alone', async () => {
      const { reserve, settle } = at.work();
      const reservation = makeReservation();
      await reserve(reservation);
      expect(await reserve({ ...reservation, amountNano: 9n })).toMatchObject({ name: 'StoreError', code: 'conflict' });
      expect(await settle(makeSettlement(reservation.requestId))).toMatchObject({ heldNano: 5_000_000n });
    });

    test('holding for a request that is settled leaves its entry, and its hold ends with the next settlement', async () => {
      const { reserve, settle } = at.work();
      const reservation = makeReservation();
      await reserve(reservation);
      const first = await settle(makeSettlement(reservation.requestId));
      await reserve(reservation);
      expect(await settle(makeSettlement(reservation.requestId, { costNano: 0n }))).toEqual(first);
      expect(await at.store().openHolds(at.boot().id)).toEqual([]);
    });

    test('a batch is done in its order, hold and settlement of one request too', async () => {
      const reservation = makeReservation();
      const results = await at.store().apply([
        { kind: 'reserve', bootId: at.boot().id, reservation },
        { kind: 'settle', settlement: makeSettlement(reservation.requestId) },
      ]);
      expect(results[1]).toEqual(await at.store().entry(reservation.requestId));
      expect(results[1]).toMatchObject({ keyId: 'key_a', model: reservation.model, price: PRICE });
    });

    test('an item that is wrong does nothing to the others of its batch', async () => {
      const good = [makeReservation(), makeReservation()];
      const wrong = [
        makeReservation({ requestId: 'req_th_short' }),
        makeReservation({ amountNano: -1n }),
        makeReservation({ atMs: Number.NaN }),
        makeReservation({ amountNano: 2n ** 70n }),
      ];
      const all = [good[0], ...wrong, good[1]] as ReturnType<typeof makeReservation>[];
      const results = await at
        .store()
        .apply(all.map((reservation): LedgerWork => ({ kind: 'reserve', bootId: at.boot().id, reservation })));
      expect(results.map((result) => (result instanceof RangeError ? 'wrong' : 'held'))).toEqual([
        'held',
        'wrong',
        'wrong',
        'wrong',
        'wrong',
        'held',
      ]);
      const open = await at.store().openHolds(at.boot().id);
      expect(open.map(({ requestId }) => requestId)).toEqual(good.map(({ requestId }) => requestId));
    });

    test('fault 42: counts and costs that cannot be are cut, and the entry says so', async () => {
      const { reserve, settle } = at.work();
      const reservation = makeReservation();
      await reserve(reservation);
      const usage = {
        ...NO_USAGE,
        inputTokens: -5,
        outputTokens: Number.NaN,
        cacheReadTokens: 2 ** 60,
        reasoningTokens: 1.5,
      };
      const entry = await settle(makeSettlement(reservation.requestId, { usage, costNano: -1n }));
      expect(entry).toMatchObject({
        usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 1e12, cacheWriteTokens: 0, reasoningTokens: 1 },
        costNano: 0n,
        estimated: true,
      });
      expect(await at.store().entry(reservation.requestId)).toEqual(entry as LedgerEntry);
    });

    test('a request counts for the model that answered it where that is another than was reserved under', async () => {
      const { reserve, settle } = at.work();
      const [same, other] = [makeReservation({ model: 'pool/a' }), makeReservation({ model: 'pool/a' })];
      for (const reservation of [same, other]) await reserve(reservation);
      await settle(makeSettlement(same.requestId));
      expect(await settle(makeSettlement(other.requestId, { model: 'pool/b' }))).toMatchObject({ model: 'pool/b' });
      const later = await at.open();
      expect(await later.ledger.entry(same.requestId)).toMatchObject({ model: 'pool/a' });
      expect(await later.ledger.entry(other.requestId)).toMatchObject({ model: 'pool/b' });
      const totals = await later.usage.totals({ by: ['model'] });
      expect(totals.map(({ model, requests, costNano }) => [model, requests, costNano])).toEqual([
        ['pool/a', 1, COST],
        ['pool/b', 1, COST],
      ]);
      expect(await later.ledger.verify()).toMatchObject({ entries: 2, driftCount: 0 });
    });

    test('fault 57: an entry keeps the price of its time; a settlement may name the one of another target', async () => {
      const { reserve, settle } = at.work();
      const dear = { ...PRICE, output: 60_000_000_000n, reasoning: 1n, request: 5n };
      const [one, other, free] = [makeReservation(), makeReservation(), makeReservation({ price: undefined })];
      for (const reservation of [one, other, free]) await reserve(reservation);
      await settle(makeSettlement(one.requestId));
      await settle(makeSettlement(other.requestId, { price: dear }));
      await settle(makeSettlement(free.requestId, { costNano: 0n }));
      const later = await at.open();
      const prices = await Promise.all([one, other, free].map(({ requestId }) => later.ledger.entry(requestId)));
      expect(prices.map((entry) => entry?.price)).toEqual([PRICE, dear, undefined]);
    });

    test('fault 56: a request counts for the UTC day it was held for, however late it is settled', async () => {
      const { reserve, settle } = at.work();
      const midnight = Date.UTC(2026, 2, 5);
      for (const atMs of [midnight - 1, midnight]) {
        const reservation = makeReservation({ atMs });
        await reserve(reservation);
        await settle(makeSettlement(reservation.requestId, { settledAtMs: atMs + 3 * DAY }));
      }
      const totals = await at.all().usage.totals({ by: ['day'] });
      expect(totals.map(({ day, requests }) => [day, requests])).toEqual([
        ['2026-03-04', 1],
        ['2026-03-05', 1],
      ]);
    });

    test('usage is there with the entry, added up and kept apart', async () => {
      const { reserve, settle } = at.work();
      for (const [keyId, model, estimated] of [
        ['key_a', 'm', false],
        ['key_a', 'm', true],
        ['key_b', 'n', false],
      ] as const) {
        const reservation = makeReservation({ keyId, model });
        await reserve(reservation);
        await settle(makeSettlement(reservation.requestId, { estimated }));
      }
      const totals = await at.all().usage.totals({ by: ['key', 'model'] });
      expect(totals).toMatchObject([
        {
          keyId: 'key_a',
          model: 'm',
          requests: 2,
          inputTokens: 24,
          outputTokens: 400,
          costNano: 2n * COST,
          estimated: 1,
        },
        { keyId: 'key_b', model: 'n', requests: 1, inputTokens: 12, outputTokens: 200, costNano: COST, estimated: 0 },
      ]);
    });

    test('a journal is kept as long as the hold is', async () => {
      const { reserve, settle, journal } = at.work();
      const reservation = makeReservation();
      const { requestId } = reservation;
      const usage = { ...NO_USAGE, inputTokens: 12, outputTokens: 7, outputAudioTokens: 3 };
      expect(await journal({ requestId, usage, atMs: NOON })).toBe(false);
      await reserve(reservation);
      expect((await at.store().openHolds(at.boot().id))[0]?.journal).toBeUndefined();
      expect(await journal({ requestId, usage: { ...usage, outputTokens: 5 }, atMs: NOON + 1 })).toBe(true);
      expect(await journal({ requestId, usage, atMs: NOON + 2 })).toBe(true);
      expect(await at.store().openHolds(at.boot().id)).toEqual([
        {
          requestId,
          keyId: 'key_a',
          account: 'default',
          model: reservation.model,
          price: PRICE,
          amountNano: 5_000_000n,
          atMs: NOON,
          journal: { requestId, usage, atMs: NOON + 2 },
        },
      ]);
      await settle(makeSettlement(requestId));
      expect(await journal({ requestId, usage, atMs: NOON })).toBe(false);
    });
  });
}

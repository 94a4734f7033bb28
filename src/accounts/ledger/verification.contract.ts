import { describe, expect, test } from 'bun:test';
import { NO_LIMITS } from '../limits/ports.ts';
import type { MakePlace } from './ledger-store.contract.ts';
import { usePlace } from './place.fixture.ts';
import type { Budget } from './ports.ts';
import { costNano } from '../pricing.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { DAY, makeReservation, makeSettlement, NOON, PRICE } from './work.fixture.ts';

export function describeVerification(makePlace: MakePlace): void {
  const at = usePlace(makePlace);
  const budgets: readonly Budget[] = [
    { holder: 'key', period: 'day', limitNano: 10n ** 12n },
    { holder: 'key', period: 'week', limitNano: 10n ** 12n },
    { holder: 'account', period: 'month', limitNano: 10n ** 12n },
  ];

  /** Requests of several days, keys and kinds; one stays open. */
  async function fill(): Promise<void> {
    const { accounts } = at.all();
    const { reserve, settle } = at.work();
    await accounts.create({ id: 'acme', prepaid: true, budget: null, limits: NO_LIMITS, createdAt: NOON });
    await accounts.credit({ account: 'acme', amountNano: 10n ** 12n, note: 'paid', atMs: NOON });
    const odd = { ...PRICE, reasoning: 9_000_000_001n, request: 3n };
    for (let i = 0; i < 24; i++) {
      const acme = i % 3 === 0;
      const reservation = makeReservation({
        keyId: `key_${i % 4}`,
        account: acme ? 'acme' : 'default',
        prepaid: acme,
        budgets: i % 2 === 0 ? budgets : [],
        atMs: NOON + Math.floor(i / 6) * DAY,
        price: i % 5 === 0 ? odd : PRICE,
      });
      await reserve(reservation);
      if (i === 23) return;
      const tokens = { ...NO_USAGE, inputTokens: i * 7, outputTokens: i * 31, reasoningTokens: i };
      const cost = costNano(tokens, reservation.price ?? PRICE);
      const charged = i % 7 === 0 ? 0n : cost < reservation.amountNano ? cost : reservation.amountNano;
      await settle(makeSettlement(reservation.requestId, { usage: tokens, costNano: charged }));
    }
  }

  describe('verification', () => {
    test('an empty ledger is sound', async () => {
      expect(await at.store().verify()).toEqual({ entries: 0, openHolds: 0, drift: [], driftCount: 0 });
    });

    test('a ledger that was only written by itself is sound, and verifying changes nothing', async () => {
      await fill();
      const sound = { entries: 23, openHolds: 1, drift: [], driftCount: 0 };
      expect(await at.store().verify()).toEqual(sound);
      expect(await at.store().verify()).toEqual(sound);
    });

    test.each([
      ['rollup', /^2026-03-0\d key_\d tokenharbor\/qwen3-max$/],
      ['spent', /^(key key_\d|account \w+) (2026|total)/],
      ['held', /^(key key_\d|account \w+) (2026|total)/],
      ['cost', /^req_th_/],
      ['credit', /^account acme$/],
    ] as const)('finds %s that was changed behind its back', async (what, where) => {
      await fill();
      await at.tamper(what);
      const { drift, driftCount } = await at.store().verify();
      expect(driftCount).toBeGreaterThan(0);
      expect(drift).toHaveLength(driftCount);
      const found = drift.filter((one) => one.what === what);
      expect(found.length).toBeGreaterThan(0);
      for (const one of found) {
        expect(one.where).toMatch(where);
        expect(one.stored).not.toBe(one.recomputed);
      }
    });
  });
}

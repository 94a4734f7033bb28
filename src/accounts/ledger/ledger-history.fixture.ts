import { expect } from 'bun:test';
import fc from 'fast-check';
import { NO_LIMITS } from '../limits/ports.ts';
import type { Stores } from '../store/ports.ts';
import { makeRecord } from '../store/temporary-stores.fixture.ts';
import { expectEntry, ledgerCommands, openReal, type RealLedger } from './ledger-commands.fixture.ts';
import { LedgerModel, ROTATED } from './ledger-model.fixture.ts';
import { spansAt } from './period.ts';
import { NOON } from './work.fixture.ts';

/** Runs so many histories, each on stores of its own, and compares what they come to with what a plain model says. */
export async function expectHistories(open: () => Stores | Promise<Stores>, runs: number): Promise<void> {
  let held = 0;
  await fc.assert(
    fc.asyncProperty(ledgerCommands, async (commands) => {
      const stores = await open();
      const real: RealLedger = { stores, ledger: await openReal(stores) };
      try {
        await stores.accounts.create({ id: 'acme', prepaid: true, budget: null, limits: NO_LIMITS, createdAt: NOON });
        await stores.keys.insert(makeRecord({ id: ROTATED.from }));
        await stores.keys.rotate(ROTATED.from, makeRecord({ id: ROTATED.to }), NOON);
        const model = new LedgerModel();
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await compare(model, real);
        held += model.requests.size;
      } finally {
        await real.ledger.close();
        await stores.close();
      }
    }),
    { numRuns: runs },
  );
  // Were nearly all denied, little would be tested.
  expect(held).toBeGreaterThan(runs);
}

/** Every entry, every sum. */
async function compare(model: LedgerModel, { stores }: RealLedger): Promise<void> {
  let cost = 0n;
  let entries = 0;
  for (const [requestId, { settled, reservation }] of model.requests) {
    const entry = await stores.ledger.entry(requestId);
    expectEntry(entry, settled);
    if (settled === undefined) continue;
    expect(entry).toMatchObject({ heldNano: reservation.amountNano, keyId: reservation.keyId, atMs: reservation.atMs });
    cost += settled.costNano;
    entries++;
  }
  const [total] = await stores.usage.totals({ by: [] });
  expect([total?.requests ?? 0, total?.costNano ?? 0n]).toEqual([entries, cost]);
  for (const { reservation } of [...model.requests.values()].slice(-3)) {
    const standings = await stores.ledger.standings('key', reservation.keyId, reservation.atMs);
    for (const { period, spentNano, heldNano } of standings) {
      expect(spansAt(reservation.atMs)[period].period).toBe(period);
      expect({ spent: spentNano, held: heldNano }).toEqual(model.sums('key', reservation, period));
    }
  }
  const { drift } = await stores.ledger.verify();
  // What is charged is the commands' own invention, so it is not what the usage comes to.
  expect(drift.filter(({ what }) => what !== 'cost')).toEqual([]);
}

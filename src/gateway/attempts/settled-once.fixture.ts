import { expect } from 'bun:test';
import type { Reservation } from '../../accounts/ledger/ports.ts';
import type { RequestFinished } from '../../telemetry/events.ts';
import type { Books } from '../billing/books.fixture.ts';

/** Everything that was held for is settled once, at what was told of it. */
export function checkBooks({ held, settled }: Books, finished: readonly RequestFinished[]): void {
  const ids = settled.map(({ requestId }) => requestId);
  expect(ids.toSorted()).toEqual(held.map(({ requestId }) => requestId).toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  for (const settlement of settled) {
    const event = finished.find(({ requestId }) => requestId === settlement.requestId);
    expect(event).toMatchObject({ settled: true, outcome: settlement.outcome as never });
    expect(event?.costNano ?? 0n).toBe(settlement.costNano);
    const { amountNano } = held.find(({ requestId }) => requestId === settlement.requestId) as Reservation;
    if (settlement.outcome !== 'answered') expect(settlement.costNano <= amountNano).toBe(true);
    if (settlement.outcome === 'answered') expect(settlement.costNano).toBeGreaterThan(0n);
  }
}

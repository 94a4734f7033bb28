import type { MakePlace } from './ledger-store.contract.ts';
import type { BudgetPeriod } from './period.ts';
import { usePlace } from './place.fixture.ts';
import type { Budget, Holder } from './ports.ts';
import { makeReservation, makeSettlement } from './work.fixture.ts';

export const budget = (holder: Holder, period: BudgetPeriod, limitNano: bigint): Budget => ({
  holder,
  period,
  limitNano,
});

/** The place of each test, and ways to spend there. */
export function useSpending(makePlace: MakePlace) {
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

  return { at, isGranted, pay };
}

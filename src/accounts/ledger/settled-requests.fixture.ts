import type { LedgerStore, LedgerWork, Reservation, Settlement } from './ports.ts';
import { COST, makeReservation, makeSettlement, NOON, requestIdAt } from './work.fixture.ts';

/** What a test wants different of a request that was held for and settled. */
type SettledRequest = Partial<
  Pick<Reservation, 'keyId' | 'account' | 'model' | 'atMs'> &
    Pick<Settlement, 'usage' | 'costNano' | 'estimated' | 'outcome' | 'provider'>
>;

/** Holds for each request at what it costs and settles it, all in one batch of a process that is done afterwards. */
export async function settleRequests(store: LedgerStore, requests: readonly SettledRequest[]): Promise<void> {
  const boot = await store.openBoot(NOON);
  const work = requests.flatMap(
    ({ usage, costNano = COST, estimated = false, outcome, provider, ...held }): LedgerWork[] => {
      const requestId = requestIdAt(held.atMs ?? NOON);
      const reservation = makeReservation({ ...held, requestId, amountNano: costNano });
      const settlement = makeSettlement(reservation.requestId, {
        ...(usage === undefined ? {} : { usage }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(provider === undefined ? {} : { provider }),
        costNano,
        estimated,
      });
      return [
        { kind: 'reserve', bootId: boot.id, reservation },
        { kind: 'settle', settlement },
      ];
    },
  );
  const failed = (await store.apply(work)).find((result) => result === undefined || result instanceof Error);
  await boot.close();
  if (failed !== undefined) throw failed;
}

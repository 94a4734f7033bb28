import { describe, expect, test } from 'bun:test';
import type { MakePlace } from './ledger-store.contract.ts';
import { usePlace } from './place.fixture.ts';
import { makeReservation, makeSettlement, oneByOne } from './work.fixture.ts';

export function describeBoots(makePlace: MakePlace): void {
  const at = usePlace(makePlace);

  describe('boots', () => {
    test('a running process is not dead, whoever looks', async () => {
      await at.work().reserve(makeReservation());
      expect(await at.store().deadBoots()).toEqual([]);
      expect(await (await at.open()).ledger.deadBoots()).toEqual([]);
    });

    test('one that closed with nothing held is forgotten', async () => {
      const other = await at.open();
      const boot = await other.ledger.openBoot(1);
      const { reserve, settle } = oneByOne(other.ledger, boot.id);
      const reservation = makeReservation();
      await reserve(reservation);
      await settle(makeSettlement(reservation.requestId));
      await boot.close();
      expect(await at.store().deadBoots()).toEqual([]);
    });

    test('one that left holds is found dead, by one caller at a time, until it is cleared', async () => {
      const other = await at.open();
      const boot = await other.ledger.openBoot(1);
      const reservation = makeReservation();
      await oneByOne(other.ledger, boot.id).reserve(reservation);
      await boot.close();
      const [dead, none] = await at.store().deadBoots();
      expect(dead).toMatchObject({ id: boot.id, name: boot.name });
      expect(none).toBeUndefined();
      expect(await other.ledger.deadBoots()).toEqual([]);
      await dead?.release(false);
      const [again] = await other.ledger.deadBoots();
      expect(await other.ledger.openHolds(again?.id ?? -1)).toMatchObject([{ requestId: reservation.requestId }]);
      await at.work().settle(makeSettlement(reservation.requestId));
      await again?.release(true);
      expect(await at.store().deadBoots()).toEqual([]);
    });

    test('no two boots are the same', async () => {
      const first = await at.store().openBoot(1);
      await first.close();
      const second = await at.store().openBoot(1);
      await second.close();
      expect(new Set([at.boot().id, first.id, second.id]).size).toBe(3);
      expect(new Set([at.boot().name, first.name, second.name]).size).toBe(3);
      expect(first.name).toMatch(/^[\w-]+$/);
    });
  });
}

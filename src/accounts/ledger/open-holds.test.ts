import { expect, test } from 'bun:test';
import { OpenHolds } from './open-holds.ts';
import type { LedgerEntry, LedgerWork } from './ports.ts';
import { makeReservation, makeSettlement } from './work.fixture.ts';

test('what is held is what was granted and not settled, however often either is said', () => {
  const holds = new OpenHolds();
  const [one, other] = [makeReservation({ amountNano: 3n }), makeReservation({ amountNano: 4n })];
  const reserve = (reservation: typeof one): LedgerWork => ({ kind: 'reserve', bootId: 1, reservation });
  const granted = ({ requestId, amountNano }: typeof one) => ({ granted: true, requestId, amountNano }) as const;
  for (const reservation of [one, other, one]) holds.note(reserve(reservation), granted(reservation));
  expect([holds.count, holds.amountNano]).toEqual([2, 7n]);

  const denied = { granted: false, requestId: 'r', holder: 'key', limit: 'budget', period: 'day' } as const;
  const figures = { amountNano: 9n, limitNano: 1n, spentNano: 0n, heldNano: 0n, resetsAtMs: undefined };
  holds.note(reserve(makeReservation()), { ...denied, ...figures });
  holds.note(reserve(makeReservation()), new Error('no'));
  expect([holds.count, holds.amountNano]).toEqual([2, 7n]);

  const settlement = makeSettlement(one.requestId);
  holds.note({ kind: 'settle', settlement }, new Error('no'));
  expect(holds.count).toBe(2);
  for (let i = 0; i < 2; i++) holds.note({ kind: 'settle', settlement }, settlement as LedgerEntry);
  holds.note({ kind: 'settle', settlement: makeSettlement('req_th_of_another_process') }, undefined);
  expect([holds.count, holds.amountNano]).toEqual([1, 4n]);
});

import { checkReservation, soundUsage, withinBounds } from '../../../ledger/bounds.ts';
import type { JournalEntry, LedgerWork, Reservation, Settlement } from '../../../ledger/ports.ts';
import { requestIdBytes } from '../../../ledger/request-id.ts';

const PREFIX = 'req_th_';

/** An item of a batch, checked; `id` is the 32 hex digits of its request. */
export type Item =
  | { readonly kind: 'reserve'; readonly id: string; readonly bootId: number; readonly reservation: Reservation }
  | { readonly kind: 'settle'; readonly id: string; readonly settlement: Settlement }
  | { readonly kind: 'journal'; readonly id: string; readonly entry: JournalEntry };

/** What is wrong with one item is told of that item. */
export function toItem(work: LedgerWork): Item | RangeError {
  try {
    return check(work);
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
}

function check(work: LedgerWork): Item {
  if (work.kind === 'reserve') {
    const { bootId, reservation } = work;
    checkReservation(reservation);
    return { kind: 'reserve', id: hexOf(reservation.requestId), bootId, reservation };
  }
  if (work.kind === 'settle') {
    const settlement = withinBounds(work.settlement);
    return { kind: 'settle', id: hexOf(settlement.requestId), settlement };
  }
  const { entry } = work;
  return { kind: 'journal', id: hexOf(entry.requestId), entry: { ...entry, usage: soundUsage(entry.usage) } };
}

export function hexOf(requestId: string): string {
  requestIdBytes(requestId);
  return requestId.slice(PREFIX.length);
}

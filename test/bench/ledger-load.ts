/** Requests at a ledger's store, held for and settled, so many in a transaction. */
import { V7Generator } from 'uuidv7';
import type { Budget, LedgerStore, LedgerWork } from '../../src/accounts/ledger/ports.ts';
import { makeReservation, makeSettlement } from '../../src/accounts/ledger/work.fixture.ts';

export interface Load {
  readonly store: Pick<LedgerStore, 'apply'>;
  readonly bootId: number;
  readonly transactions: number;
  /** Requests that share a transaction. */
  readonly size: number;
  readonly keys: number;
  readonly hasBudgets: boolean;
}

const BUDGETS: readonly Budget[] = [
  { holder: 'key', period: 'month', limitNano: 10n ** 17n },
  { holder: 'account', period: 'month', limitNano: 10n ** 17n },
];

const ids = new V7Generator();

/** Each transaction settles what the one before it has held for: as under load. Microseconds of CPU a request. */
export async function cpuOf({ store, bootId, transactions, size, keys, hasBudgets }: Load): Promise<number> {
  const batches: LedgerWork[][] = [[]];
  const terms = hasBudgets ? { budgets: BUDGETS, account: 'b' } : { budgets: [], account: 'a' };
  for (let at = 0; at < transactions; at++) {
    const next: LedgerWork[] = [];
    for (let i = 0; i < size; i++) {
      const requestId = `req_th_${ids.generate().toHex()}`;
      const keyId = `key_${(at * size + i) % keys}`;
      batches[at]?.push({ kind: 'reserve', bootId, reservation: makeReservation({ requestId, keyId, ...terms }) });
      next.push({ kind: 'settle', settlement: makeSettlement(requestId) });
    }
    batches.push(next);
  }
  const before = process.cpuUsage();
  for (const batch of batches) await store.apply(batch);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (transactions * size);
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

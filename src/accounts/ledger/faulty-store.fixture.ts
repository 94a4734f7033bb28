import type { StoreErrorCode } from '../store/store-error.ts';
import { StoreError } from '../store/store-error.ts';
import type { LedgerStore, LedgerWork } from './ports.ts';

/** A store that fails as it is told to, before anything is written. */
export interface FaultyStore extends LedgerStore {
  /** Undefined: works. */
  fault: StoreErrorCode | undefined;
  /** Items that cannot be written, alone or with others. */
  poison: (work: LedgerWork) => boolean;
  /** How many items each call had. */
  readonly calls: number[];
}

export function makeFaulty(store: LedgerStore): FaultyStore {
  const faulty: FaultyStore = {
    ...store,
    fault: undefined,
    poison: () => false,
    calls: [],
    async apply(batch) {
      faulty.calls.push(batch.length);
      if (faulty.fault !== undefined) throw new StoreError(faulty.fault, `the store is ${faulty.fault}`);
      if (batch.some(faulty.poison)) throw new StoreError('failed', 'CHECK constraint failed');
      return store.apply(batch);
    },
  };
  return faulty;
}

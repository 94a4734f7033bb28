import { describe } from 'bun:test';
import type { AccountStore, KeyStore, UsageStore } from '../store/ports.ts';
import { describeBoots } from './boots.contract.ts';
import { describeBudgets } from './budgets.contract.ts';
import { describeEntries } from './entries.contract.ts';
import type { LedgerStore } from './ports.ts';
import { describePrepaid } from './prepaid.contract.ts';
import { describeSharedBudgets } from './shared-budgets.contract.ts';
import { describeVerification } from './verification.contract.ts';

export interface OpenLedgerStore {
  readonly ledger: LedgerStore;
  readonly usage: UsageStore;
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  close(): Promise<void>;
}

/** A place of its own for one test, which can be opened more than once, also at the same time. */
export interface LedgerStorePlace {
  open(): OpenLedgerStore | Promise<OpenLedgerStore>;
  /** Changes what is stored behind the ledger's back, for `verify` to find. */
  tamper(what: Tampering): void | Promise<void>;
  remove(): void | Promise<void>;
}

/** `rollup`, `spent`, `held`: one nano-dollar more in every row; `cost`: in every entry; `credit`: in every account. */
export type Tampering = 'rollup' | 'spent' | 'held' | 'cost' | 'credit';

export type MakePlace = () => LedgerStorePlace | Promise<LedgerStorePlace>;

/** What every ledger store does, whatever is behind it. */
export function describeLedgerStore(name: string, makePlace: MakePlace): void {
  // Each on its own: what one makes before every test is of no use to the tests of another.
  const parts = [
    describeEntries,
    describeBudgets,
    describeSharedBudgets,
    describePrepaid,
    describeBoots,
    describeVerification,
  ];
  for (const describePart of parts) {
    describe(`${name} as a ledger store`, () => describePart(makePlace));
  }
}

import type { EntryStore } from '../ledger/entry-store.ts';
import type { BudgetPeriod } from '../ledger/period.ts';
import type { LedgerStore } from '../ledger/ports.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { Limits } from '../limits/ports.ts';
import type { OperatorStore } from './operator-store.ts';

/** A key as it is stored: its digest and first characters, never its text. Times are Unix milliseconds. */
export interface KeyRecord {
  /** `key_` + time-sortable id. */
  readonly id: string;
  readonly account: string;
  readonly name: string;
  /** The key's first 12 characters, for people to recognise it by. */
  readonly prefix: string;
  /** SHA-256 of the key, lower-case hex. */
  readonly digest: string;
  /** Globs of the models it may use; null = every model. */
  readonly models: readonly string[] | null;
  /** How much it may use. */
  readonly limits: Limits;
  /** What it may spend; null = as much as its account. */
  readonly budget: BudgetTerms | null;
  readonly createdAt: number;
  /** From this moment on the key is refused. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
  /** The key this one was rotated from; a key has one successor at the most. */
  readonly rotatedFrom: string | null;
  /** The first key of the chain of rotations it is of, often itself: what they use and spend is counted together, as this one's. */
  readonly budgetId: string;
}

/** What of a key may be changed. */
export type KeyTerms = Pick<KeyRecord, 'name' | 'models' | 'limits' | 'budget'>;

/** What a key does not have from the one it was rotated from. */
export type Successor = Pick<KeyRecord, 'id' | 'prefix' | 'digest' | 'createdAt'>;

/** Where keys live. Every call is one transaction. The contract suite is `key-store.contract.ts`. */
export interface KeyStore {
  /** Rejects when the id or the digest is taken. */
  insert(record: KeyRecord): Promise<void>;
  findByDigest(digest: string): Promise<KeyRecord | undefined>;
  findById(id: string): Promise<KeyRecord | undefined>;
  /** Oldest first. */
  list(): Promise<readonly KeyRecord[]>;
  /** Returns the record as it is afterwards; undefined when there is no such key. Revoking twice keeps the first time. */
  revoke(id: string, at: number): Promise<KeyRecord | undefined>;
  /**
   * Inserts `successor` with the terms and the expiry that `id` has at this moment, and ends `id` at `graceUntil`, or
   * earlier if it expires earlier, in one transaction. Returns the successor. Rejects, changing nothing, when `id` is
   * unknown, revoked or has a successor already.
   */
  rotate(id: string, successor: Successor, graceUntil: number): Promise<KeyRecord>;
  /**
   * Gives a key the terms that `to` makes of it, and every other key of its chain the same limits and budget, in one
   * transaction. Returns the record as it is afterwards; undefined when there is no such key. Rejects, changing nothing,
   * with the error that `to` returns.
   */
  change(id: string, to: (key: KeyRecord) => KeyTerms | Error): Promise<KeyRecord | undefined>;
  /** Remembers when keys were last used, never an earlier time than is known; a lost touch is harmless. */
  touch(uses: ReadonlyMap<string, number>): Promise<void>;
}

export type UsageDimension = 'day' | 'key' | 'account' | 'model';

export interface UsageQuery {
  /** What to keep apart; what is not named is summed up. Empty: one row over everything, or none. */
  readonly by: readonly UsageDimension[];
  readonly keyId?: string;
  readonly account?: string;
  readonly model?: string;
  /** First day, `YYYY-MM-DD`. */
  readonly since?: string;
  /** The day after the last one, `YYYY-MM-DD`. */
  readonly until?: string;
}

/** A sum of usage; a dimension that was summed up is null. */
export interface UsageTotal extends Usage {
  readonly day: string | null;
  readonly keyId: string | null;
  readonly account: string | null;
  readonly model: string | null;
  readonly requests: number;
  readonly costNano: bigint;
  /** How many of the requests had to be estimated. */
  readonly estimated: number;
}

/** The usage of all keys, rolled up by day as the ledger settles. The contract suite is `usage-store.contract.ts`. */
export interface UsageStore {
  /** Ordered by day, key, account, model. */
  totals(query: UsageQuery): Promise<readonly UsageTotal[]>;
}

/** What may be spent in each stretch of a period. */
export interface BudgetTerms {
  readonly period: BudgetPeriod;
  readonly limitNano: bigint;
}

/** Who pays for keys. An account that was never created pays too: without limits or a budget, and not in advance. */
export interface AccountRecord {
  readonly id: string;
  /** Whether it spends what was paid in, and no more. */
  readonly prepaid: boolean;
  /** All that was ever paid in, less what was paid back. */
  readonly creditedNano: bigint;
  /** What its keys may spend together. */
  readonly budget: BudgetTerms | null;
  /** How much its keys may use together. */
  readonly limits: Limits;
  readonly createdAt: number;
}

/** What of an account may be changed. */
export type AccountTerms = Pick<AccountRecord, 'budget' | 'limits'>;

/** Money paid in, or back where the amount is negative. It never changes. */
export interface Credit {
  readonly account: string;
  readonly amountNano: bigint;
  readonly note: string;
  readonly atMs: number;
}

/** Where accounts live. Every call is one transaction. The contract suite is `account-store.contract.ts`. */
export interface AccountStore {
  /**
   * Rejects when the id is taken. An account that is prepaid from now on is credited with what it spent before, so that
   * its balance begins at 0.
   */
  create(account: Omit<AccountRecord, 'creditedNano'>): Promise<AccountRecord>;
  find(id: string): Promise<AccountRecord | undefined>;
  /** By id. */
  list(): Promise<readonly AccountRecord[]>;
  /** As of a key: gives an account the terms that `to` makes of it. */
  change(id: string, to: (account: AccountRecord) => AccountTerms | Error): Promise<AccountRecord | undefined>;
  /** Returns the account as it is afterwards; undefined when there is no such account. */
  credit(credit: Credit): Promise<AccountRecord | undefined>;
  /** Oldest first. */
  credits(account: string): Promise<readonly Credit[]>;
}

/** The gateway's own secrets. They never leave the store but to be used. The contract suite is `secret-store.contract.ts`. */
export interface SecretStore {
  /** 32 random bytes, made when they are first asked for: from then on the same for every process on this store. */
  secret(name: string): Promise<Uint8Array>;
}

/** One open database. */
export interface Stores {
  readonly keys: KeyStore;
  readonly usage: UsageStore;
  readonly secrets: SecretStore;
  readonly accounts: AccountStore;
  readonly operators: OperatorStore;
  readonly ledger: LedgerStore;
  readonly entries: EntryStore;
  close(): Promise<void>;
}

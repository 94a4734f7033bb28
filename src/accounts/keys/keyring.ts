import { clearInterval, setInterval } from 'node:timers';
import { type Limits, NO_LIMITS } from '../limits/ports.ts';
import type { AccountRecord, AccountStore, BudgetTerms, KeyRecord, KeyStore } from '../store/ports.ts';
import { extractCredential } from './credential.ts';
import { digestKey, sameDigest } from './digest.ts';
import { type KeyFault, faultOf } from './fault.ts';
import { SHOWN_LENGTH } from './format.ts';
import { inspectKey } from './inspect.ts';

/** The account that pays for a key, as far as a request has to ask. */
export interface Payer {
  readonly account: string;
  /** Whether it spends what was paid in, and no more. */
  readonly prepaid: boolean;
  /** What its keys may spend together. */
  readonly budget: BudgetTerms | null;
  /** How much its keys may use together. */
  readonly limits: Limits;
}

/** Who is calling, and who pays. One that was looked up lately is the same object each time. */
export interface Principal {
  readonly keyId: string;
  readonly account: string;
  readonly name: string;
  /** Globs of the models it may use, for `allowsModel`; null = every model. */
  readonly models: readonly string[] | null;
  /** How much it may use. */
  readonly limits: Limits;
  /** What it may spend; null = as much as its account. `budgetsOf` has it in the ledger's words. */
  readonly budget: BudgetTerms | null;
  /** The first key of the chain of rotations: by it the limiter counts, so that rotating makes no limit wider. */
  readonly budgetId: string;
  readonly payer: Payer;
}

export interface Keyring {
  /**
   * Who sent this request, or why that cannot be told (`isKeyFault`). Answers at once when the key was looked up
   * lately. Rejects when the store fails: that is not the client's fault, so it must not become a 401.
   */
  authenticate(headers: Headers, search: string): Principal | KeyFault | Promise<Principal | KeyFault>;
  /** Has a key looked up again at its next use: it was revoked or changed, here or elsewhere. */
  forget(keyId: string): void;
  /** Writes the times of last use. When it rejects they are kept for the next time. */
  flush(): Promise<void>;
  /** Stops the timer and flushes. */
  close(): Promise<void>;
}

export interface KeyringOptions {
  readonly store: KeyStore;
  readonly accounts: Pick<AccountStore, 'find'>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** How long a key may be served without asking the stores again; bounds how long a revoked key and old limits live on. */
  readonly freshMs?: number;
  /** The same for a key that was refused. */
  readonly negativeMs?: number;
  /** Bound of each of the two caches, accepted and refused keys: a flood of unknown keys evicts no good one. */
  readonly maxEntries?: number;
  /** Told when writing the times of last use failed in the background. */
  readonly onFlushError?: (error: unknown) => void;
}

const FLUSH_MS = 30_000;

interface Entry {
  /** Taken before the store was read, so a change made during the read is seen in time. */
  readonly loadedAt: number;
  readonly result: Principal | KeyFault;
  readonly expiresAt: number;
}

interface Accepted extends Entry {
  readonly result: Principal;
}

/**
 * Checks keys against a store and remembers the verdicts, each under the key's whole digest: no two keys can share
 * an entry, however much of their text they share.
 */
export function createKeyring(options: KeyringOptions): Keyring {
  const { store, accounts, now, freshMs = 500, negativeMs = 1000, maxEntries = 10_000, onFlushError } = options;
  const accepted = new Map<string, Accepted>();
  const refused = new Map<string, Entry>();
  const loading = new Map<string, Promise<Principal | KeyFault>>();
  let uses = new Map<string, number>();
  /** How often something was forgotten: what was being read meanwhile may be from before. */
  let forgotten = 0;

  function authenticate(headers: Headers, search: string): Principal | KeyFault | Promise<Principal | KeyFault> {
    const credential = extractCredential(headers, search);
    if (typeof credential !== 'string') return credential;
    const digest = digestKey(credential);
    const at = now();
    const good = accepted.get(digest);
    if (good !== undefined && isFresh(good, at, freshMs)) {
      if (good.expiresAt <= at) return expiredKey(good.expiresAt);
      uses.set(good.result.keyId, at);
      return good.result;
    }
    const bad = refused.get(digest);
    if (bad !== undefined && isFresh(bad, at, negativeMs)) return bad.result;

    const verdict = inspectKey(credential);
    return verdict.verdict === 'ok' ? load(credential, digest, at) : faultOf(verdict);
  }

  /** Requests that arrive while a key is being looked up wait for that one look-up. */
  function load(credential: string, digest: string, at: number): Promise<Principal | KeyFault> {
    const running = loading.get(digest);
    if (running !== undefined) return running;
    const started = lookUp(credential, digest, at).finally(() => loading.delete(digest));
    loading.set(digest, started);
    return started;
  }

  async function lookUp(credential: string, digest: string, at: number): Promise<Principal | KeyFault> {
    const before = forgotten;
    const record = judge(await store.findByDigest(digest), credential, digest, at);
    if ('reason' in record) {
      accepted.delete(digest);
      remember(refused, digest, { loadedAt: at, result: record, expiresAt: Infinity });
      return record;
    }
    const result = principalOf(record, await accounts.find(record.account));
    refused.delete(digest);
    const isCurrent = forgotten === before;
    if (isCurrent) remember(accepted, digest, { loadedAt: at, result, expiresAt: record.expiresAt ?? Infinity });
    uses.set(result.keyId, at);
    return result;
  }

  /** A key in use is looked up again and again, so the order of look-ups serves as the order of use. */
  function remember<E>(cache: Map<string, E>, digest: string, entry: E): void {
    cache.delete(digest);
    cache.set(digest, entry);
    if (cache.size <= maxEntries) return;
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      return;
    }
  }

  function forget(keyId: string): void {
    forgotten++;
    for (const [digest, { result }] of accepted) if (result.keyId === keyId) accepted.delete(digest);
  }

  async function flush(): Promise<void> {
    if (uses.size === 0) return;
    const batch = uses;
    uses = new Map();
    try {
      await store.touch(batch);
    } catch (error) {
      uses = new Map([...batch, ...uses]);
      throw error;
    }
  }

  const timer = setInterval(() => {
    flush().catch((error: unknown) => onFlushError?.(error));
  }, FLUSH_MS);
  timer.unref();

  return {
    authenticate,
    forget,
    flush,
    close() {
      clearInterval(timer);
      return flush();
    },
  };
}

/** An entry from the future means the clock was set back: then nothing is known about its age. */
function isFresh(entry: Entry, at: number, limitMs: number): boolean {
  const age = at - entry.loadedAt;
  return age >= 0 && age < limitMs;
}

function judge(record: KeyRecord | undefined, credential: string, digest: string, at: number): KeyRecord | KeyFault {
  // The store found it by an index; that the whole digest is equal is checked here, whatever the store compares.
  if (record === undefined || !sameDigest(record.digest, digest)) return unknownKey(credential);
  if (record.revokedAt !== null)
    return { reason: 'revoked', message: `The API key was revoked on ${day(record.revokedAt)}. Use another one.` };
  if (record.expiresAt !== null && record.expiresAt <= at) return expiredKey(record.expiresAt);
  return record;
}

/** An account that was never created pays too: without limits or a budget, and not in advance. */
function principalOf(
  { id, account, name, models, limits, budget, budgetId }: KeyRecord,
  found?: AccountRecord,
): Principal {
  const payer: Payer =
    found === undefined
      ? { account, prepaid: false, budget: null, limits: NO_LIMITS }
      : { account, prepaid: found.prepaid, budget: found.budget, limits: found.limits };
  return { keyId: id, account, name, models, limits, budget, budgetId, payer };
}

function unknownKey(credential: string): KeyFault {
  const shown = credential.slice(0, SHOWN_LENGTH);
  return {
    reason: 'unknown',
    message: `The API key ${shown}... is complete, but this gateway does not know it. Was it made for another one?`,
  };
}

function expiredKey(expiresAt: number): KeyFault {
  return { reason: 'expired', message: `The API key expired on ${day(expiresAt)}. Use another one.` };
}

function day(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 10);
}

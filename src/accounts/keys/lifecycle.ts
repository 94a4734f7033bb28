import { uuidv7 } from 'uuidv7';
import { ACCOUNT_FORM, isAccountId } from '../accounts/lifecycle.ts';
import { type Limits, NO_LIMITS } from '../limits/ports.ts';
import { isPrintable } from '../printable.ts';
import type { BudgetTerms, KeyRecord, KeyStore, Successor } from '../store/ports.ts';
import { StoreError } from '../store/store-error.ts';
import { changedTerms, faultOfTerms, type TermsChange } from '../terms.ts';
import { digestKey } from './digest.ts';
import { type KeyKind, SHOWN_LENGTH, kindOf, mint } from './format.ts';

/** Why a key cannot be made or changed as asked. The message names the value and what it has to look like. */
export class KeyRequestError extends Error {
  override readonly name = 'KeyRequestError';
  /** `invalid`: the request is wrong whatever keys there are. `not_found`, `not_active`: this key does not allow it. */
  readonly code: 'invalid' | 'not_found' | 'not_active';

  constructor(code: 'invalid' | 'not_found' | 'not_active', message: string) {
    super(message);
    this.code = code;
  }
}

export interface NewKey {
  readonly name: string;
  /** Who pays; `default` when left out. */
  readonly account?: string;
  readonly kind?: KeyKind;
  /** Globs of the models it may use; null or left out = every model. */
  readonly models?: readonly string[] | null;
  /** How much it may use; what is left out = as much as it likes. */
  readonly limits?: Partial<Limits>;
  /** What it may spend; null or left out = as much as its account. */
  readonly budget?: BudgetTerms | null;
  /** Unix milliseconds; null or left out = never. */
  readonly expiresAt?: number | null;
}

/** What is to change of a key; what is left out stays. */
export interface KeyChange extends TermsChange {
  readonly name?: string;
  /** Null: every model. */
  readonly models?: readonly string[] | null;
}

/** A key just made. `secret` exists nowhere else: whoever holds this object shows it once and drops it. */
export interface IssuedKey {
  readonly secret: string;
  readonly record: KeyRecord;
}

export type KeyState = 'active' | 'expired' | 'revoked';

const DEFAULT_GRACE_MS = 24 * 3_600_000;
/** Ten years: moments too far off are none that a date can hold, and no list of keys could be shown any more. */
const LONGEST_GRACE_MS = 87_600 * 3_600_000;
const MAX_NAME_LENGTH = 100;
const MODEL_GLOB = /^[^\s,]{1,200}$/;

/** Makes a key and stores it; when this resolves it is on disk. `now` is Unix milliseconds. */
export async function createKey(store: KeyStore, request: NewKey, now: number): Promise<IssuedKey> {
  const { account = 'default', kind = 'live', models = null, budget = null, expiresAt = null } = request;
  const name = checkName(request.name);
  if (!isAccountId(account)) {
    throw new KeyRequestError('invalid', `Account ${JSON.stringify(account)}: ${ACCOUNT_FORM}`);
  }
  checkModels(models);
  const limits = { ...NO_LIMITS, ...request.limits };
  const fault = faultOfTerms({ limits, budget });
  if (fault !== undefined) throw new KeyRequestError('invalid', fault);
  if (expiresAt !== null && !(expiresAt > now)) {
    throw new KeyRequestError('invalid', 'The key would expire at once: its expiry date has to be in the future.');
  }
  const { secret, successor } = issue(kind, now);
  const record: KeyRecord = {
    ...successor,
    account,
    name,
    models,
    limits,
    budget,
    expiresAt,
    revokedAt: null,
    lastUsedAt: null,
    rotatedFrom: null,
    budgetId: successor.id,
  };
  await store.insert(record);
  return { secret, record };
}

/**
 * Changes what a key may use. Limits and budget are those of all keys of its chain, which are counted as one: the key it
 * was rotated from and its successor get them too.
 */
export async function changeKey(store: KeyStore, id: string, change: KeyChange): Promise<KeyRecord> {
  const name = change.name === undefined ? undefined : checkName(change.name);
  if (change.models !== undefined) checkModels(change.models);
  const changed = await store.change(id, (key) => {
    if (key.revokedAt !== null)
      return new KeyRequestError('not_active', `Key ${id} is revoked: nothing can change it.`);
    const terms = changedTerms(key, change);
    if (typeof terms === 'string') return new KeyRequestError('invalid', terms);
    return { ...terms, name: name ?? key.name, models: change.models === undefined ? key.models : change.models };
  });
  return changed ?? notFound(id);
}

/**
 * Makes a successor for a key: same account, name, kind, models, limits, budget and expiry. What the two use and
 * spend is counted together, so that rotating makes no limit wider. The old one works for another `graceMs`
 * (24 h when left out; 0 ends it at once), so clients can be changed over one after the other.
 */
export async function rotateKey(
  store: KeyStore,
  id: string,
  now: number,
  graceMs: number = DEFAULT_GRACE_MS,
): Promise<IssuedKey> {
  if (!Number.isSafeInteger(graceMs) || graceMs < 0 || graceMs > LONGEST_GRACE_MS) {
    throw new KeyRequestError('invalid', 'The grace period has to be whole milliseconds, from zero to 87600h.');
  }
  const old = await findKey(store, id);
  const state = keyState(old, now);
  if (state !== 'active') {
    throw new KeyRequestError('not_active', `Key ${id} is ${state}, so it cannot be rotated. Create a new key.`);
  }
  const { secret, successor } = issue(kindOf(old.prefix) ?? 'live', now);
  try {
    return { secret, record: await store.rotate(id, successor, now + graceMs) };
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'conflict') throw error;
    throw new KeyRequestError(
      'not_active',
      `Key ${id} was rotated or revoked already. Rotate its successor, or create a new key.`,
    );
  }
}

/** Ends a key now and for good. Revoking it again changes nothing and is no error. */
export async function revokeKey(store: KeyStore, id: string, now: number): Promise<KeyRecord> {
  return (await store.revoke(id, now)) ?? notFound(id);
}

/** One key by its id. */
export async function findKey(store: KeyStore, id: string): Promise<KeyRecord> {
  return (await store.findById(id)) ?? notFound(id);
}

/** Every key ever made, oldest first. */
export function listKeys(store: KeyStore): Promise<readonly KeyRecord[]> {
  return store.list();
}

export function keyState(record: KeyRecord, now: number): KeyState {
  if (record.revokedAt !== null) return 'revoked';
  return record.expiresAt !== null && record.expiresAt <= now ? 'expired' : 'active';
}

/** A new secret, and what of its record is of no other key. */
function issue(kind: KeyKind, now: number): { readonly secret: string; readonly successor: Successor } {
  const secret = mint(kind);
  const successor = {
    id: `key_${uuidv7().replaceAll('-', '')}`,
    prefix: secret.slice(0, SHOWN_LENGTH),
    digest: digestKey(secret),
    createdAt: now,
  };
  return { secret, successor };
}

function notFound(id: string): never {
  const advice = id.startsWith('thk_')
    ? 'This takes the id of a key (key_...), never the key itself.'
    : '`tokenharbor keys list` shows the ids.';
  const shown = id.startsWith('thk_') ? id.slice(0, SHOWN_LENGTH) + '...' : JSON.stringify(id.slice(0, 80));
  throw new KeyRequestError('not_found', `There is no key ${shown}. ${advice}`);
}

function checkName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > MAX_NAME_LENGTH || !isPrintable(name)) {
    throw new KeyRequestError(
      'invalid',
      `The name of a key has 1 to ${MAX_NAME_LENGTH} characters, all of them printable.`,
    );
  }
  if (kindOf(name) !== undefined) {
    throw new KeyRequestError('invalid', 'The name looks like a key itself, and names are not secret. Choose another.');
  }
  return name;
}

function checkModels(models: readonly string[] | null): void {
  if (models === null) return;
  if (models.length === 0) {
    throw new KeyRequestError(
      'invalid',
      'An empty list of models would allow none. Name at least one, such as anthropic/*.',
    );
  }
  for (const glob of models) {
    if (!MODEL_GLOB.test(glob)) {
      throw new KeyRequestError(
        'invalid',
        `Model ${JSON.stringify(glob.slice(0, 80))}: a model is a name or a glob of 1 to 200 characters without spaces and commas.`,
      );
    }
  }
}

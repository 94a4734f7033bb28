import { uuidv7 } from 'uuidv7';
import { ACCOUNT_FORM, isAccountId } from '../accounts/lifecycle.ts';
import { type Limits, MAX_LIMIT, NO_LIMITS } from '../limits/ports.ts';
import type { KeyRecord, KeyStore } from '../store/ports.ts';
import { StoreError } from '../store/store-error.ts';
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
  /** Unix milliseconds; null or left out = never. */
  readonly expiresAt?: number | null;
}

/** A key just made. `secret` exists nowhere else: whoever holds this object shows it once and drops it. */
export interface IssuedKey {
  readonly secret: string;
  readonly record: KeyRecord;
}

export type KeyState = 'active' | 'expired' | 'revoked';

const DEFAULT_GRACE_MS = 24 * 3_600_000;
const MAX_NAME_LENGTH = 100;
const CONTROL_CHARACTER = /\p{Cc}|\p{Zl}|\p{Zp}/u;
const MODEL_GLOB = /^[^\s,]{1,200}$/;

/** Makes a key and stores it; when this resolves it is on disk. `now` is Unix milliseconds. */
export async function createKey(store: KeyStore, request: NewKey, now: number): Promise<IssuedKey> {
  const { account = 'default', kind = 'live', models = null, expiresAt = null } = request;
  const name = checkName(request.name);
  if (!isAccountId(account)) {
    throw new KeyRequestError('invalid', `Account ${JSON.stringify(account)}: ${ACCOUNT_FORM}`);
  }
  checkModels(models);
  const limits = checkLimits({ ...NO_LIMITS, ...request.limits });
  if (expiresAt !== null && !(expiresAt > now)) {
    throw new KeyRequestError('invalid', 'The key would expire at once: its expiry date has to be in the future.');
  }
  const issued = issue({ account, name, models, limits, expiresAt, createdAt: now, rotatedFrom: null }, kind);
  await store.insert(issued.record);
  return issued;
}

/**
 * Makes a successor for a key: same account, name, kind, models, limits and expiry. The old one works for another `graceMs`
 * (24 h when left out; 0 ends it at once), so clients can be changed over one after the other.
 */
export async function rotateKey(
  store: KeyStore,
  id: string,
  now: number,
  graceMs: number = DEFAULT_GRACE_MS,
): Promise<IssuedKey> {
  if (!Number.isSafeInteger(graceMs) || graceMs < 0) {
    throw new KeyRequestError('invalid', 'The grace period has to be zero or more whole milliseconds.');
  }
  const old = await findKey(store, id);
  const state = keyState(old, now);
  if (state !== 'active') {
    throw new KeyRequestError('not_active', `Key ${id} is ${state}, so it cannot be rotated. Create a new key.`);
  }
  const { account, name, models, limits, expiresAt } = old;
  const issued = issue(
    { account, name, models, limits, expiresAt, createdAt: now, rotatedFrom: id },
    kindOf(old.prefix) ?? 'live',
  );
  try {
    await store.rotate(id, issued.record, now + graceMs);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'conflict') throw error;
    throw new KeyRequestError(
      'not_active',
      `Key ${id} was rotated or revoked already. Rotate its successor, or create a new key.`,
    );
  }
  return issued;
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

type Terms = Pick<KeyRecord, 'account' | 'name' | 'models' | 'limits' | 'expiresAt' | 'createdAt' | 'rotatedFrom'>;

function issue(terms: Terms, kind: KeyKind): IssuedKey {
  const secret = mint(kind);
  const record: KeyRecord = {
    ...terms,
    id: `key_${uuidv7().replaceAll('-', '')}`,
    prefix: secret.slice(0, SHOWN_LENGTH),
    digest: digestKey(secret),
    revokedAt: null,
    lastUsedAt: null,
  };
  return { secret, record };
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
  if (name === '' || name.length > MAX_NAME_LENGTH || CONTROL_CHARACTER.test(name)) {
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

const LIMIT_NAMES: Readonly<Record<keyof Limits, string>> = {
  rpm: 'requests a minute',
  tpm: 'tokens a minute',
  concurrency: 'requests at the same time',
};

function checkLimits(limits: Limits): Limits {
  for (const name of ['rpm', 'tpm', 'concurrency'] as const) {
    const limit = limits[name];
    if (limit === null || (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) continue;
    throw new KeyRequestError(
      'invalid',
      `The limit of ${LIMIT_NAMES[name]} (${name}) is a whole number from 1 to ${MAX_LIMIT}; leave it out for none.`,
    );
  }
  return limits;
}

import { isPrintable } from '../printable.ts';
import type { AccountRecord, AccountStore, BudgetTerms } from '../store/ports.ts';
import { StoreError } from '../store/store-error.ts';
import { MAX_LIMIT_NANO } from '../ledger/bounds.ts';
import { type Limits, NO_LIMITS } from '../limits/ports.ts';
import { changedTerms, faultOfTerms, type TermsChange } from '../terms.ts';

/** Why an account cannot be made or credited as asked. The message names the value and what it has to look like. */
export class AccountRequestError extends Error {
  override readonly name = 'AccountRequestError';
  /** `invalid`: the request is wrong whatever accounts there are. The others: this account does not allow it. */
  readonly code: 'invalid' | 'exists' | 'not_found' | 'not_prepaid';

  constructor(code: AccountRequestError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const ACCOUNT = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const MAX_NOTE_LENGTH = 200;

export function isAccountId(text: string): boolean {
  return ACCOUNT.test(text);
}

export const ACCOUNT_FORM = 'use 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.';

export interface NewAccount {
  readonly id: string;
  readonly prepaid: boolean;
  readonly budget: BudgetTerms | null;
  /** How much its keys may use together; what is left out = as much as they like. */
  readonly limits?: Partial<Limits>;
}

/** Makes an account; when this resolves it is on disk. `now` is Unix milliseconds. */
export async function createAccount(store: AccountStore, request: NewAccount, now: number): Promise<AccountRecord> {
  const { id, prepaid, budget } = request;
  if (!isAccountId(id)) throw new AccountRequestError('invalid', `Account ${JSON.stringify(id)}: ${ACCOUNT_FORM}`);
  const limits = { ...NO_LIMITS, ...request.limits };
  const fault = faultOfTerms({ limits, budget });
  if (fault !== undefined) throw new AccountRequestError('invalid', fault);
  try {
    return await store.create({ id, prepaid, budget, limits, createdAt: now });
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'conflict') throw error;
    throw new AccountRequestError(
      'exists',
      `There is an account ${id} already. \`tokenharbor accounts list\` shows it.`,
    );
  }
}

/** Changes how much the keys of an account may use and spend together. */
export async function changeAccount(store: AccountStore, id: string, change: TermsChange): Promise<AccountRecord> {
  const changed = await store.change(id, (account) => {
    const terms = changedTerms(account, change);
    return typeof terms === 'string' ? new AccountRequestError('invalid', terms) : terms;
  });
  return changed ?? notFound(id, `\`tokenharbor accounts create ${id}\` makes one of that name.`);
}

/** Adds money to a prepaid account, or takes it back where the amount is negative. */
export async function creditAccount(
  store: AccountStore,
  id: string,
  amountNano: bigint,
  note: string,
  now: number,
): Promise<AccountRecord> {
  const size = amountNano < 0n ? -amountNano : amountNano;
  if (size === 0n || size > MAX_LIMIT_NANO) {
    throw new AccountRequestError('invalid', 'An amount is not 0, and at most a billion dollars.');
  }
  if (note.length > MAX_NOTE_LENGTH || !isPrintable(note)) {
    throw new AccountRequestError(
      'invalid',
      `A note has at most ${MAX_NOTE_LENGTH} characters, all of them printable.`,
    );
  }
  const account = await store.find(id);
  if (account === undefined) {
    return notFound(id, `\`tokenharbor accounts create ${id} --prepaid\` makes a prepaid account of that name.`);
  }
  if (!account.prepaid) {
    throw new AccountRequestError('not_prepaid', `Account ${id} is not prepaid: it has no balance to credit.`);
  }
  return (await store.credit({ account: id, amountNano, note, atMs: now })) as AccountRecord;
}

/** An account that keys name but nobody created has nothing to change either. */
function notFound(id: string, advice: string): never {
  throw new AccountRequestError(
    'not_found',
    `There is no account ${JSON.stringify(id.slice(0, 80))}. ${isAccountId(id) ? advice : ''}`.trim(),
  );
}

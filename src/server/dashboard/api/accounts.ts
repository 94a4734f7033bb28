import type { Budget, Limits, Terms } from './keys.ts';
import { ask } from './request.ts';

export interface AccountRow extends Limits {
  readonly id: string;
  readonly prepaid: boolean;
  readonly balance_usd: string | null;
  readonly credited_usd: string | null;
  readonly budget: Budget | null;
  readonly spent_usd: string;
  readonly keys: number;
  /** Null: no account was made of that name, but keys have it. */
  readonly created_at: string | null;
}

export interface Credit {
  readonly at: string;
  readonly amount_usd: string;
  readonly note: string;
}

export interface AccountDraft extends Omit<Terms, 'models'> {
  readonly id: string;
  readonly prepaid?: boolean;
}

export async function readAccounts(signal?: AbortSignal): Promise<readonly AccountRow[]> {
  return (await ask<{ readonly rows: readonly AccountRow[] }>('/api/accounts', { signal })).rows;
}

export function createAccount(draft: AccountDraft): Promise<AccountRow> {
  return ask<AccountRow>('/api/accounts', { method: 'POST', body: draft });
}

export function changeAccount(id: string, change: Omit<Terms, 'models'>): Promise<AccountRow> {
  return ask<AccountRow>(`/api/accounts/${encodeURIComponent(id)}`, { method: 'PATCH', body: change });
}

/** Newest first. */
export async function readCredits(id: string, signal?: AbortSignal): Promise<readonly Credit[]> {
  const path = `/api/accounts/${encodeURIComponent(id)}/credits`;
  const { rows } = await ask<{ readonly rows: readonly Credit[] }>(path, { signal });
  return rows.toReversed();
}

export function addCredit(
  id: string,
  credit: { readonly amount_usd: string; readonly note: string },
): Promise<unknown> {
  return ask(`/api/accounts/${encodeURIComponent(id)}/credits`, { method: 'POST', body: credit });
}

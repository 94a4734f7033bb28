import { ask } from './request.ts';

export interface Limits {
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly concurrency: number | null;
}

export const PERIODS = ['day', 'week', 'month', 'total'] as const;
export type Period = (typeof PERIODS)[number];

export interface Budget {
  readonly usd: string;
  readonly period: Period;
}

export type KeyState = 'active' | 'expired' | 'revoked' | 'rotated';

export interface KeyRow extends Limits {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly account: string;
  readonly models: readonly string[] | null;
  readonly budget: Budget | null;
  readonly spent_usd: string;
  readonly state: KeyState;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
  readonly rotated_from: string | null;
}

/** A key that was just made: its secret is told this once. */
export type NewKey = KeyRow & { readonly key: string };

/** A text is what somebody typed that is no number: the API says what is wrong with it. */
type TypedLimit = number | string | null;

/** What is null is removed; what is left out stays. */
export interface Terms {
  readonly models?: readonly string[] | null;
  readonly rpm?: TypedLimit;
  readonly tpm?: TypedLimit;
  readonly concurrency?: TypedLimit;
  readonly budget_usd?: string | null;
  readonly budget_period?: Period;
}

export interface KeyDraft extends Terms {
  readonly name: string;
  readonly account?: string;
  readonly test?: boolean;
  readonly expires_at?: string;
}

/** Newest first. */
export async function readKeys(signal?: AbortSignal): Promise<readonly KeyRow[]> {
  const { rows } = await ask<{ readonly rows: readonly KeyRow[] }>('/api/keys', { signal });
  return rows.toReversed();
}

export function createKey(draft: KeyDraft): Promise<NewKey> {
  return ask<NewKey>('/api/keys', { method: 'POST', body: draft });
}

export function changeKey(id: string, change: Terms & { readonly name?: string }): Promise<KeyRow> {
  return ask<KeyRow>(`/api/keys/${encodeURIComponent(id)}`, { method: 'PATCH', body: change });
}

/** `grace`: how long the old key still works, `24h`. */
export function rotateKey(id: string, grace: string | undefined): Promise<NewKey> {
  const body = grace === undefined ? {} : { grace };
  return ask<NewKey>(`/api/keys/${encodeURIComponent(id)}/rotate`, { method: 'POST', body });
}

export function revokeKey(id: string): Promise<KeyRow> {
  return ask<KeyRow>(`/api/keys/${encodeURIComponent(id)}/revoke`, { method: 'POST', body: {} });
}

import type { AccountRecord, Stores } from '../store/ports.ts';

/** One who pays: an account that was made, or one that keys or past requests name and nobody made. */
export interface AccountOverview {
  readonly id: string;
  readonly record: AccountRecord | undefined;
  /** Keys ever made for it. */
  readonly keys: number;
  readonly spentNano: bigint;
  readonly heldNano: bigint;
}

type Sources = Pick<Stores, 'accounts' | 'keys' | 'usage' | 'ledger'>;

/** Everybody who pays, by id. `now` is Unix milliseconds. */
export async function overviewOfAll(stores: Sources, now: number): Promise<readonly AccountOverview[]> {
  const created = new Map((await stores.accounts.list()).map((account) => [account.id, account]));
  const keys = await countKeys(stores);
  const used = (await stores.usage.totals({ by: ['account'] })).map(({ account }) => account ?? '');
  const ids = [...new Set([...created.keys(), ...keys.keys(), ...used])].sort();
  return Promise.all(ids.map((id) => overviewOf(stores, id, created.get(id), keys.get(id) ?? 0, now)));
}

/** The same of one account that was made. */
export async function overviewOfOne(stores: Sources, record: AccountRecord, now: number): Promise<AccountOverview> {
  return overviewOf(stores, record.id, record, (await countKeys(stores)).get(record.id) ?? 0, now);
}

/** What is left of what was paid in; null where it is not paid in advance. */
export function balanceOf({ record, spentNano }: AccountOverview): bigint | null {
  return record?.prepaid === true ? record.creditedNano - spentNano : null;
}

async function overviewOf(
  { ledger }: Sources,
  id: string,
  record: AccountRecord | undefined,
  keys: number,
  now: number,
): Promise<AccountOverview> {
  const total = (await ledger.standings('account', id, now)).find(({ period }) => period === 'total');
  return { id, record, keys, spentNano: total?.spentNano ?? 0n, heldNano: total?.heldNano ?? 0n };
}

async function countKeys({ keys }: Sources): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { account } of await keys.list()) counts.set(account, (counts.get(account) ?? 0) + 1);
  return counts;
}

import type { AccountRecord, Stores } from '../store/ports.ts';

/** One who pays: an account that was made, or one that keys or past requests name and nobody made. */
export interface AccountOverview {
  readonly id: string;
  readonly record: AccountRecord | undefined;
  /** Keys ever made for it. */
  readonly keys: number;
  readonly spentNano: bigint;
}

type Sources = Pick<Stores, 'accounts' | 'keys' | 'usage'>;

/** Everybody who pays, by id. */
export async function overviewOfAll(stores: Sources): Promise<readonly AccountOverview[]> {
  const created = new Map((await stores.accounts.list()).map((account) => [account.id, account]));
  const keys = await countKeys(stores);
  const totals = await stores.usage.totals({ by: ['account'] });
  const spent = new Map(totals.map(({ account, costNano }) => [account ?? '', costNano]));
  const ids = [...new Set([...created.keys(), ...keys.keys(), ...spent.keys()])].sort();
  return ids.map((id) => ({ id, record: created.get(id), keys: keys.get(id) ?? 0, spentNano: spent.get(id) ?? 0n }));
}

/** The same of one account that was made. */
export async function overviewOfOne(stores: Sources, record: AccountRecord): Promise<AccountOverview> {
  const { id } = record;
  const [total] = await stores.usage.totals({ by: [], account: id });
  return { id, record, keys: (await countKeys(stores)).get(id) ?? 0, spentNano: total?.costNano ?? 0n };
}

/** What is left of what was paid in; null where it is not paid in advance. */
export function balanceOf({ record, spentNano }: AccountOverview): bigint | null {
  return record?.prepaid === true ? record.creditedNano - spentNano : null;
}

async function countKeys({ keys }: Sources): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { account } of await keys.list()) counts.set(account, (counts.get(account) ?? 0) + 1);
  return counts;
}

import { type Static, Type } from '@sinclair/typebox';
import { keyState } from '../../accounts/keys/lifecycle.ts';
import { formatUsd } from '../../accounts/pricing.ts';
import type { KeyRecord, Stores } from '../../accounts/store/ports.ts';
import { Choice } from '../../config/schema-kinds.ts';
import { Fields, Moment, Nullable, Usd } from './schema.ts';
import { momentOf, TERMS_TOLD, termsTold } from './terms.ts';

const COLUMNS = {
  id: Type.String(),
  prefix: Type.String({ description: 'The first characters of the key, to tell it by.' }),
  name: Type.String(),
  account: Type.String(),
  models: Nullable(Type.Array(Type.String())),
  ...TERMS_TOLD,
  spent_usd: Usd,
  state: Choice(['active', 'expired', 'revoked', 'rotated'], {
    description: 'A rotated key has a successor; it works until it expires.',
  }),
  created_at: Moment,
  expires_at: Nullable(Moment),
  revoked_at: Nullable(Moment),
  last_used_at: Nullable(Moment),
  rotated_from: Nullable(Type.String()),
};

/** What may be shown of a key: everything but its digest. */
export const KeyRow = Fields(COLUMNS);

/** With the key itself, which is shown this once. */
export const NewKeyRow = Fields({ ...COLUMNS, key: Type.String() });

type Sources = Pick<Stores, 'keys' | 'ledger'>;

/** Every key, oldest first. `now` is Unix milliseconds. */
export async function keyRows(stores: Sources, now: number): Promise<Static<typeof KeyRow>[]> {
  const records = await stores.keys.list();
  const rotated = new Set(records.map(({ rotatedFrom }) => rotatedFrom));
  return Promise.all(records.map((record) => toRow(stores, record, rotated.has(record.id), now)));
}

export async function keyRow(stores: Sources, record: KeyRecord, now: number): Promise<Static<typeof KeyRow>> {
  const hasSuccessor = (await stores.keys.list()).some(({ rotatedFrom }) => rotatedFrom === record.id);
  return toRow(stores, record, hasSuccessor, now);
}

async function toRow({ ledger }: Sources, record: KeyRecord, hasSuccessor: boolean, now: number) {
  const { id, prefix, name, account, models, budget, budgetId } = record;
  const state = keyState(record, now);
  const counted = budget?.period ?? 'total';
  const standing = (await ledger.standings('key', budgetId, now)).find(({ period }) => period === counted);
  return {
    id,
    prefix,
    name,
    account,
    models: models === null ? null : [...models],
    ...termsTold(record),
    spent_usd: formatUsd(standing?.spentNano ?? 0n),
    state: hasSuccessor && state !== 'revoked' ? ('rotated' as const) : state,
    created_at: new Date(record.createdAt).toISOString(),
    expires_at: momentOf(record.expiresAt),
    revoked_at: momentOf(record.revokedAt),
    last_used_at: momentOf(record.lastUsedAt),
    rotated_from: record.rotatedFrom,
  };
}

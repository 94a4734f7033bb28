import { type Static, Type } from '@sinclair/typebox';
import { keyState } from '../../accounts/keys/lifecycle.ts';
import { KeySpending } from '../../accounts/keys/spending.ts';
import { formatUsd } from '../../accounts/pricing.ts';
import type { KeyRecord, KeyStore, Stores } from '../../accounts/store/ports.ts';
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

type KeyRowValue = Static<typeof KeyRow>;
type Sources = Pick<Stores, 'keys' | 'usage'>;

/** The rows of keys, with what they spent. */
export class KeyRows {
  readonly #keys: KeyStore;
  readonly #spending: KeySpending;

  constructor({ keys, usage }: Sources) {
    this.#keys = keys;
    this.#spending = new KeySpending(usage);
  }

  /** Every key, oldest first. `now` is Unix milliseconds. */
  async all(now: number): Promise<KeyRowValue[]> {
    const records = await this.#keys.list();
    return this.#rows(records, records, now);
  }

  async of(record: KeyRecord, now: number): Promise<KeyRowValue> {
    const [row] = await this.#rows(await this.#keys.list(), [record], now);
    return row as KeyRowValue;
  }

  async #rows(all: readonly KeyRecord[], wanted: readonly KeyRecord[], now: number): Promise<KeyRowValue[]> {
    const rotated = new Set(all.map(({ rotatedFrom }) => rotatedFrom));
    const chains = new Set(wanted.map(({ budgetId }) => budgetId));
    const spent = await this.#spending.of(
      all.filter(({ budgetId }) => chains.has(budgetId)),
      now,
    );
    return wanted.map((record) => toRow(record, rotated.has(record.id), spent.get(record.budgetId) ?? 0n, now));
  }
}

function toRow(record: KeyRecord, hasSuccessor: boolean, spentNano: bigint, now: number): KeyRowValue {
  const { id, prefix, name, account, models } = record;
  const state = keyState(record, now);
  return {
    id,
    prefix,
    name,
    account,
    models: models === null ? null : [...models],
    ...termsTold(record),
    spent_usd: formatUsd(spentNano),
    state: hasSuccessor && state !== 'revoked' ? 'rotated' : state,
    created_at: new Date(record.createdAt).toISOString(),
    expires_at: momentOf(record.expiresAt),
    revoked_at: momentOf(record.revokedAt),
    last_used_at: momentOf(record.lastUsedAt),
    rotated_from: record.rotatedFrom,
  };
}

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { KeyRecord, KeyStore } from '../ports.ts';
import { StoreError } from '../store-error.ts';
import { toStoreError } from './error.ts';
import { readBudget, readLimits, SET_TERMS, termsParameters, toNumber } from './terms-columns.ts';
import { transact } from './transact.ts';

type Row = Record<string, SQLOutputValue>;

/** The keys in an open, migrated database. */
export function createSqliteKeyStore(db: DatabaseSync, path: string): KeyStore {
  const insert = db.prepare(
    `INSERT INTO keys (id, account, name, prefix, digest, models, rpm, tpm, concurrency, budget_nano,
                       budget_period, created_at, expires_at, revoked_at, last_used_at, rotated_from, budget_id)
     VALUES (:id, :account, :name, :prefix, :digest, :models, :rpm, :tpm, :concurrency, :budgetNano,
             :budgetPeriod, :createdAt, :expiresAt, :revokedAt, :lastUsedAt, :rotatedFrom, :budgetId)`,
  );
  const byDigest = db.prepare('SELECT * FROM keys WHERE digest = :digest');
  const byId = db.prepare('SELECT * FROM keys WHERE id = :id');
  const all = db.prepare('SELECT * FROM keys ORDER BY created_at, id');
  const revoke = db.prepare('UPDATE keys SET revoked_at = :at WHERE id = :id AND revoked_at IS NULL');
  const retire = db.prepare(
    `UPDATE keys SET expires_at = min(coalesce(expires_at, :graceUntil), :graceUntil)
     WHERE id = :id AND revoked_at IS NULL`,
  );
  const rename = db.prepare('UPDATE keys SET name = :name, models = :models WHERE id = :id');
  const setTerms = db.prepare(`UPDATE keys SET ${SET_TERMS} WHERE budget_id = :budgetId`);
  const touch = db.prepare('UPDATE keys SET last_used_at = max(coalesce(last_used_at, :at), :at) WHERE id = :id');
  for (const statement of [byDigest, byId, all]) statement.setReadBigInts(true);

  /** The port is asynchronous, SQLite is not: the work is done, and on disk, before the promise exists. */
  async function run<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, path);
    }
  }

  const find = (row: Row | undefined): KeyRecord | undefined => (row === undefined ? undefined : toRecord(row));

  return {
    insert: (record) =>
      run(() => {
        insert.run(toParameters(record));
      }),
    findByDigest: (digest) => run(() => find(byDigest.get({ digest }))),
    findById: (id) => run(() => find(byId.get({ id }))),
    list: () => run(() => all.all().map(toRecord)),
    revoke: (id, at) =>
      run(() =>
        transact(db, () => {
          revoke.run({ id, at });
          return find(byId.get({ id }));
        }),
      ),
    rotate: (id, successor, graceUntil) =>
      run(() =>
        transact(db, () => {
          const old = find(byId.get({ id }));
          if (old === undefined || retire.run({ id, graceUntil }).changes === 0) {
            throw new StoreError('conflict', `${id}: there is no such key, or it is revoked.`);
          }
          const { id: newId, prefix, digest, createdAt } = successor;
          const record: KeyRecord = { ...old, id: newId, prefix, digest, createdAt, lastUsedAt: null, rotatedFrom: id };
          insert.run(toParameters(record));
          return record;
        }),
      ),
    async change(id, to) {
      const changed = await run(() =>
        transact(db, () => {
          const old = find(byId.get({ id }));
          if (old === undefined) return undefined;
          const terms = to(old);
          if (terms instanceof Error) return terms;
          const { name, models, limits, budget } = terms;
          rename.run({ id, name, models: toJson(models) });
          setTerms.run({ budgetId: old.budgetId, ...termsParameters(terms) });
          return { ...old, name, models, limits, budget };
        }),
      );
      if (changed instanceof Error) throw changed;
      return changed;
    },
    touch: (uses) =>
      run(() =>
        transact(db, () => {
          for (const [id, at] of uses) touch.run({ id, at });
        }),
      ),
  };
}

/** Field by field: a statement refuses names it does not know, and a caller's record may carry more. */
function toParameters(record: KeyRecord) {
  return {
    id: record.id,
    account: record.account,
    name: record.name,
    prefix: record.prefix,
    digest: record.digest,
    models: toJson(record.models),
    ...termsParameters(record),
    createdAt: record.createdAt,
    expiresAt: record.expiresAt,
    revokedAt: record.revokedAt,
    lastUsedAt: record.lastUsedAt,
    rotatedFrom: record.rotatedFrom,
    budgetId: record.budgetId,
  };
}

function toJson(models: readonly string[] | null): string | null {
  return models === null ? null : JSON.stringify(models);
}

function toRecord(row: Row): KeyRecord {
  return {
    id: String(row['id']),
    account: String(row['account']),
    name: String(row['name']),
    prefix: String(row['prefix']),
    digest: String(row['digest']),
    models: row['models'] === null ? null : (JSON.parse(String(row['models'])) as string[]),
    limits: readLimits(row),
    budget: readBudget(row),
    createdAt: Number(row['created_at']),
    expiresAt: toNumber(row['expires_at']),
    revokedAt: toNumber(row['revoked_at']),
    lastUsedAt: toNumber(row['last_used_at']),
    rotatedFrom: row['rotated_from'] === null ? null : String(row['rotated_from']),
    budgetId: String(row['budget_id']),
  };
}

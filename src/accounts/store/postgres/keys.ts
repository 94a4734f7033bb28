import type { KeyRecord, KeyStore } from '../ports.ts';
import { StoreError } from '../store-error.ts';
import { numbers, texts } from './arrays.ts';
import type { Databases } from './database.ts';
import { Lookups } from './lookups.ts';
import type { Row, Session } from './session.ts';
import { readBudget, readLimits, TERMS_COLUMNS, termsValues, toNumber } from './terms-columns.ts';

const INSERT = `
  INSERT INTO tokenharbor.keys (id, account, name, prefix, digest, models, ${TERMS_COLUMNS}, created_at, expires_at,
    revoked_at, last_used_at, rotated_from, budget_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`;

const LOCK = 'SELECT * FROM tokenharbor.keys WHERE id = $1 FOR UPDATE';
const LOCK_CHAIN = `
  SELECT * FROM tokenharbor.keys WHERE budget_id = (SELECT budget_id FROM tokenharbor.keys WHERE id = $1)
  ORDER BY id FOR UPDATE`;
const RENAME = 'UPDATE tokenharbor.keys SET name = $2, models = $3 WHERE id = $1';
/** Also of a key that was rotated from one of the chain since it was locked. */
const SET_TERMS = `UPDATE tokenharbor.keys SET (${TERMS_COLUMNS}) = ($2, $3, $4, $5, $6) WHERE budget_id = $1`;

const RETIRE = `
  UPDATE tokenharbor.keys SET expires_at = least(expires_at, $2::bigint)
  WHERE id = $1 AND revoked_at IS NULL RETURNING id`;

/** The rows are locked in the order of their ids, as every process does it. */
const TOUCH = `
  WITH used AS (
    SELECT k.id, u.at FROM unnest($1::text[], $2::bigint[]) AS u (id, at) JOIN tokenharbor.keys k ON k.id = u.id
    ORDER BY k.id FOR UPDATE OF k)
  UPDATE tokenharbor.keys k SET last_used_at = greatest(k.last_used_at, used.at) FROM used WHERE k.id = used.id`;

/** The keys in a migrated database. */
export function createPostgresKeyStore({ hot, patient }: Databases): KeyStore {
  const lookups = new Lookups(
    async (digests) => {
      const rows = await hot.query('SELECT * FROM tokenharbor.keys WHERE digest = ANY ($1::text[])', [texts(digests)]);
      return rows.map(toRecord);
    },
    ({ digest }: KeyRecord) => digest,
  );
  const byId = async (session: Pick<Session, 'send'>, id: string) => {
    const [row] = await session.send('SELECT * FROM tokenharbor.keys WHERE id = $1', [id]);
    return row === undefined ? undefined : toRecord(row);
  };

  return {
    async insert(record) {
      await patient.query(INSERT, toValues(record));
    },
    findByDigest: (digest) => lookups.find(digest),
    findById: (id) => patient.use((session) => byId(session, id)),
    list: async () => (await patient.query('SELECT * FROM tokenharbor.keys ORDER BY created_at, id')).map(toRecord),
    revoke: (id, at) =>
      patient.transaction(async (session) => {
        const revoke = 'UPDATE tokenharbor.keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL';
        await session.send(revoke, [id, at]);
        return byId(session, id);
      }),
    rotate: (id, successor, graceUntil) =>
      patient.transaction(async (session) => {
        const [old] = (await session.send(LOCK, [id])).map(toRecord);
        if (old === undefined || (await session.send(RETIRE, [id, graceUntil])).length === 0) {
          throw new StoreError('conflict', `${id}: there is no such key, or it is revoked.`);
        }
        const { id: newId, prefix, digest, createdAt } = successor;
        const record: KeyRecord = { ...old, id: newId, prefix, digest, createdAt, lastUsedAt: null, rotatedFrom: id };
        await session.send(INSERT, toValues(record));
        return record;
      }),
    async change(id, to) {
      const changed = await patient.transaction(async (session) => {
        const chain = (await session.send(LOCK_CHAIN, [id])).map(toRecord);
        const old = chain.find((key) => key.id === id);
        if (old === undefined) return undefined;
        const terms = to(old);
        if (terms instanceof Error) return terms;
        const { name, models, limits, budget } = terms;
        await session.send(RENAME, [id, name, toJson(models)]);
        await session.send(SET_TERMS, [old.budgetId, ...termsValues(terms)]);
        return { ...old, name, models, limits, budget };
      });
      if (changed instanceof Error) throw changed;
      return changed;
    },
    async touch(uses) {
      await patient.query(TOUCH, [texts([...uses.keys()]), numbers([...uses.values()])]);
    },
  };
}

function toValues(record: KeyRecord): unknown[] {
  return [
    record.id,
    record.account,
    record.name,
    record.prefix,
    record.digest,
    toJson(record.models),
    ...termsValues(record),
    record.createdAt,
    record.expiresAt,
    record.revokedAt,
    record.lastUsedAt,
    record.rotatedFrom,
    record.budgetId,
  ];
}

function toJson(models: readonly string[] | null): string | null {
  return models === null ? null : JSON.stringify(models);
}

function toRecord(row: Row): KeyRecord {
  const models = row['models'] ?? null;
  return {
    id: String(row['id']),
    account: String(row['account']),
    name: String(row['name']),
    prefix: String(row['prefix']),
    digest: String(row['digest']),
    models: models === null ? null : (JSON.parse(models) as string[]),
    limits: readLimits(row),
    budget: readBudget(row),
    createdAt: Number(row['created_at']),
    expiresAt: toNumber(row['expires_at']),
    revokedAt: toNumber(row['revoked_at']),
    lastUsedAt: toNumber(row['last_used_at']),
    rotatedFrom: row['rotated_from'] ?? null,
    budgetId: String(row['budget_id']),
  };
}

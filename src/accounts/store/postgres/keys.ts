import type { KeyRecord, KeyStore } from '../ports.ts';
import { StoreError } from '../store-error.ts';
import { numbers, texts } from './arrays.ts';
import { toBudget } from './budget.ts';
import type { Database } from './database.ts';
import { KeyLookups } from './key-lookups.ts';
import type { Row, Session } from './session.ts';

const INSERT = `
  INSERT INTO tokenharbor.keys
    (id, account, name, prefix, digest, models, budget_nano, budget_period, created_at, expires_at, revoked_at,
    last_used_at, rotated_from)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

const RETIRE = `
  UPDATE tokenharbor.keys SET expires_at = least(expires_at, $2::bigint)
  WHERE id = $1 AND revoked_at IS NULL RETURNING id`;

/** The rows are locked in the order of their ids, as every process does it. */
const TOUCH = `
  WITH used AS (
    SELECT k.id, u.at FROM unnest($1::text[], $2::bigint[]) AS u (id, at) JOIN tokenharbor.keys k ON k.id = u.id
    ORDER BY k.id FOR UPDATE OF k)
  UPDATE tokenharbor.keys k SET last_used_at = greatest(k.last_used_at, used.at) FROM used WHERE k.id = used.id`;

export interface KeyDatabases {
  /** For what requests wait for. */
  readonly hot: Database;
  readonly patient: Database;
}

/** The keys in a migrated database. */
export function createPostgresKeyStore({ hot, patient }: KeyDatabases): KeyStore {
  const lookups = new KeyLookups(async (digests) => {
    const rows = await hot.query('SELECT * FROM tokenharbor.keys WHERE digest = ANY ($1::text[])', [texts(digests)]);
    return rows.map(toRecord);
  });
  const byId = async (session: Pick<Session, 'send'>, id: string) => {
    const [row] = await session.send('SELECT * FROM tokenharbor.keys WHERE id = $1', [id]);
    return row === undefined ? undefined : toRecord(row);
  };

  return {
    async insert(record) {
      await patient.query(INSERT, toValues(record));
    },
    findByDigest: (digest) => lookups.byDigest(digest),
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
        if ((await session.send(RETIRE, [id, graceUntil])).length === 0) {
          throw new StoreError('conflict', `${id}: there is no such key, or it is revoked.`);
        }
        await session.send(INSERT, toValues({ ...successor, rotatedFrom: id }));
      }),
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
    record.models === null ? null : JSON.stringify(record.models),
    record.budget?.limitNano ?? null,
    record.budget?.period ?? null,
    record.createdAt,
    record.expiresAt,
    record.revokedAt,
    record.lastUsedAt,
    record.rotatedFrom,
  ];
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
    budget: toBudget(row),
    createdAt: Number(row['created_at']),
    expiresAt: toTime(row['expires_at']),
    revokedAt: toTime(row['revoked_at']),
    lastUsedAt: toTime(row['last_used_at']),
    rotatedFrom: row['rotated_from'] ?? null,
  };
}

function toTime(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}

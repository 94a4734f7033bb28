import type { DatabaseSync } from 'node:sqlite';
import { type OnProgress, UNTOLD } from '../../progress.ts';
import { type MigrationStep, toSteps } from '../migration-steps.ts';
import { StoreError } from '../store-error.ts';
import { LEDGER_SCHEMA } from './ledger/schema.ts';

/**
 * The schema's history: entry n takes a database from version n to n + 1 and says so itself, in its last line.
 * Forward only, and never edited once released: a change is a new entry.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL CHECK (length(prefix) = 12),
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    models TEXT CHECK (json_valid(models)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER,
    rotated_from TEXT UNIQUE REFERENCES keys (id)
  ) STRICT;

  CREATE TABLE usage_by_day (
    day TEXT NOT NULL CHECK (length(day) = 10),
    key_id TEXT NOT NULL,
    account TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL CHECK (requests >= 0),
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cache_read_tokens INTEGER NOT NULL CHECK (cache_read_tokens >= 0),
    cache_write_tokens INTEGER NOT NULL CHECK (cache_write_tokens >= 0),
    reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
    cost_nano INTEGER NOT NULL,
    estimated INTEGER NOT NULL CHECK (estimated >= 0),
    PRIMARY KEY (day, key_id, account, model)
  ) STRICT, WITHOUT ROWID;

  PRAGMA user_version = 1;
  `,
  `
  CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL CHECK (length(value) = 32)
  ) STRICT, WITHOUT ROWID;

  PRAGMA user_version = 2;
  `,
  // What a key may use.
  `
  ALTER TABLE keys ADD COLUMN rpm INTEGER CHECK (rpm BETWEEN 1 AND 1000000000);
  ALTER TABLE keys ADD COLUMN tpm INTEGER CHECK (tpm BETWEEN 1 AND 1000000000);
  ALTER TABLE keys ADD COLUMN concurrency INTEGER CHECK (concurrency BETWEEN 1 AND 1000000000);

  PRAGMA user_version = 3;
  `,
  LEDGER_SCHEMA,
  // What a key may spend, and how much an account may use. The budget's columns were there, but not held to each other;
  // nothing was ever written to them. Counters of keys are made anew when they are needed: by chain, no more by key.
  `
  ALTER TABLE keys DROP COLUMN budget_period;
  ALTER TABLE keys ADD COLUMN budget_period TEXT CHECK (budget_period IN ('day', 'week', 'month', 'total'))
    CHECK ((budget_nano IS NULL) = (budget_period IS NULL));
  ALTER TABLE keys ADD COLUMN budget_id TEXT REFERENCES keys (id);
  WITH RECURSIVE chain (id, first) AS (
    SELECT id, id FROM keys WHERE rotated_from IS NULL
    UNION ALL SELECT keys.id, chain.first FROM keys JOIN chain ON keys.rotated_from = chain.id)
  UPDATE keys SET budget_id = chain.first FROM chain WHERE chain.id = keys.id;
  CREATE INDEX keys_of_chain ON keys (budget_id);
  DELETE FROM counters WHERE holder = 0;

  ALTER TABLE accounts ADD COLUMN rpm INTEGER CHECK (rpm BETWEEN 1 AND 1000000000);
  ALTER TABLE accounts ADD COLUMN tpm INTEGER CHECK (tpm BETWEEN 1 AND 1000000000);
  ALTER TABLE accounts ADD COLUMN concurrency INTEGER CHECK (concurrency BETWEEN 1 AND 1000000000);

  PRAGMA user_version = 5;
  `,
  // Who looks after the gateway, and how they get in.
  `
  CREATE TABLE operators (
    name TEXT PRIMARY KEY,
    password_hash TEXT,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE login_links (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    operator TEXT NOT NULL REFERENCES operators (name),
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE operator_sessions (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    operator TEXT NOT NULL REFERENCES operators (name),
    by_link INTEGER NOT NULL CHECK (by_link IN (0, 1)),
    used_at INTEGER NOT NULL,
    idle_until INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  PRAGMA user_version = 6;
  `,
];

/** The version this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the database up to date, every step in one exclusive transaction: a crash leaves the version before or the
 * newest. Throws a `StoreError` when the database comes from a newer program.
 */
export function migrate(db: DatabaseSync, path: string, onProgress: OnProgress = UNTOLD): void {
  if (readVersion(db, path) === SCHEMA_VERSION) return;
  db.exec('BEGIN EXCLUSIVE');
  try {
    // Read again under the lock: another process may have been faster.
    for (const { to, sql } of stepsFrom(readVersion(db, path))) {
      onProgress(`to version ${to}`, to - 1, SCHEMA_VERSION);
      db.exec(sql);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** What `migrate` would do: the version of the database and the one it would be brought to. Changes nothing. */
export function plannedMigration(db: DatabaseSync, path: string): { readonly from: number; readonly to: number } {
  return { from: readVersion(db, path), to: SCHEMA_VERSION };
}

/** The steps that take a database of a version to the newest. */
export function stepsFrom(version: number): readonly MigrationStep[] {
  return toSteps(MIGRATIONS).slice(version);
}

function readVersion(db: DatabaseSync, path: string): number {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      'too_new',
      `${path}: the database has schema version ${version}, this program knows versions up to ${SCHEMA_VERSION}. ` +
        'Run the newer tokenharbor that wrote it, or restore a backup made before the upgrade.',
    );
  }
  return version;
}

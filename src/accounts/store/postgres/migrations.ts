import { type OnProgress, UNTOLD } from '../../progress.ts';
import { type MigrationStep, toSteps } from '../migration-steps.ts';
import { StoreError } from '../store-error.ts';
import type { Database } from './database.ts';
import { HOLDS_OF_BOOTS } from './holds-of-boots.ts';
import { OPERATORS_SCHEMA } from './operators-schema.ts';
import { FIRST_SCHEMA } from './schema.ts';
import type { Session } from './session.ts';

/**
 * The schema's history: entry n takes a database from version n to n + 1. Forward only, and never edited once released:
 * a change is a new entry.
 */
const MIGRATIONS: readonly string[] = [FIRST_SCHEMA, OPERATORS_SCHEMA, HOLDS_OF_BOOTS];

/** The version this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** "tokenhar" as a number: what no other program locks. */
export const LOCKS = { migration: '8389754663474126194', counters: '8389754663474126195' } as const;

const LONGEST_MS = 3_600_000;
const CREATE = `
  DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'tokenharbor') THEN CREATE SCHEMA tokenharbor; END IF;
  END $$;
  CREATE TABLE IF NOT EXISTS tokenharbor.schema_version (version integer NOT NULL);
  INSERT INTO tokenharbor.schema_version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM tokenharbor.schema_version)`;

/**
 * Brings the database up to date, in one transaction that one process at a time is in: a crash leaves the version
 * before or the newest. Rejects with a `StoreError` when the database comes from a newer program.
 */
export async function migrate(database: Database, where: string, onProgress: OnProgress = UNTOLD): Promise<void> {
  if ((await plannedMigration(database, where)).from === SCHEMA_VERSION) return;
  await database.transaction(async (session) => {
    await session.send(`SET LOCAL statement_timeout = ${LONGEST_MS}; SET LOCAL lock_timeout = 0`);
    await session.sendLong(LONGEST_MS, `SELECT pg_advisory_xact_lock(${LOCKS.migration})`);
    // Read again under the lock: another process may have been faster.
    const from = await readVersion(session, where);
    if (from === SCHEMA_VERSION) return;
    // A schema made beforehand, for a user who may make none, is as good.
    if (from === undefined) await session.send(CREATE);
    for (const { to, sql } of stepsFrom(from ?? 0)) {
      onProgress(`to version ${to}`, to - 1, SCHEMA_VERSION);
      await session.sendLong(LONGEST_MS, sql);
    }
    await session.send(`UPDATE tokenharbor.schema_version SET version = ${SCHEMA_VERSION}`);
  });
}

/** What `migrate` would do: the version of the database and the one it would be brought to. Changes nothing. */
export async function plannedMigration(
  database: Database,
  where: string,
): Promise<{ readonly from: number; readonly to: number }> {
  return { from: (await database.use((session) => readVersion(session, where))) ?? 0, to: SCHEMA_VERSION };
}

/** The steps that take a database of a version to the newest. */
export function stepsFrom(version: number): readonly MigrationStep[] {
  return toSteps(MIGRATIONS).slice(version);
}

/** Undefined: there is nothing of this program's in it. */
async function readVersion(session: Session, where: string): Promise<number | undefined> {
  // Not `to_regclass`, which may remember what it found before the lock was waited for.
  const [found] = await session.send(
    "SELECT 1 AS known FROM pg_tables WHERE schemaname = 'tokenharbor' AND tablename = 'schema_version'",
  );
  if (found === undefined) return undefined;
  const [row] = await session.send('SELECT version FROM tokenharbor.schema_version');
  const version = Number(row?.['version']);
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      'too_new',
      `${where}: the database has schema version ${version}, this program knows versions up to ${SCHEMA_VERSION}. ` +
        'Run the newer tokenharbor that wrote it, or restore a backup made before the upgrade.',
    );
  }
  return version;
}

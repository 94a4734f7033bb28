import type { OnProgress } from '../../progress.ts';
import type { MigrationPlan } from '../migration-steps.ts';
import { parseAddress } from './address.ts';
import { connect } from './connect.ts';
import type { Database } from './database.ts';
import { migrate, plannedMigration, stepsFrom } from './migrations.ts';

export function planPostgres(url: string): Promise<MigrationPlan> {
  return withDatabase(url, plan);
}

export function migratePostgres(url: string, onProgress: OnProgress): Promise<MigrationPlan> {
  return withDatabase(url, async (database, where) => {
    const planned = await plan(database, where);
    await migrate(database, where, onProgress);
    return planned;
  });
}

async function plan(database: Database, where: string): Promise<MigrationPlan> {
  const { from, to } = await plannedMigration(database, where);
  return { where, from, to, steps: stepsFrom(from) };
}

async function withDatabase<T>(url: string, work: (database: Database, where: string) => Promise<T>): Promise<T> {
  const { patient, address } = await connect(parseAddress(url));
  try {
    return await work(patient, address.text);
  } finally {
    await patient.close();
  }
}

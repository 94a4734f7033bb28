import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { restoreDatabase } from '../../src/accounts/store/sqlite/restore.ts';
import { openSqliteStores } from '../../src/accounts/store/sqlite/stores.ts';
import { makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';

const ROUNDS = Number(process.env.TH_ROUNDS ?? 6);
const SQLITE = join(import.meta.dir, '../../src/accounts/store/sqlite');

let root: string;
beforeEach(() => {
  root = makeLedgerDirectory();
});
afterEach(() => removeLedgerDirectory(root));

/** Runs a script and kills it after so long; how long it would take is for the caller to know. */
async function runKilled(script: string, afterMs: number): Promise<void> {
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'ignore' });
  // Starting the runtime takes as long as the work itself.
  await child.stdout.getReader().read();
  await Bun.sleep(afterMs);
  child.kill('SIGKILL');
  await child.exited;
}

/** Usage of so many days, as the first version of the database kept it. */
async function makeOld(directory: string, days: number): Promise<void> {
  const { makeOldDatabase } = await import(join(SQLITE, 'old-schema.fixture.ts'));
  const file = join(directory, 'tokenharbor.db');
  makeOldDatabase(file, 2);
  const db = new DatabaseSync(file);
  const insert = db.prepare(
    `INSERT INTO usage_by_day VALUES (date(0, 'unixepoch', ? || ' days'), 'key_a', 'default', 'many', 1, 1, 1, 0, 0, 0, 1, 0)`,
  );
  db.exec('BEGIN');
  for (let day = 0; day < days; day++) insert.run(day);
  db.exec('COMMIT');
  db.close();
}

test(
  `fault 51: a process killed while it brings a database up to date leaves the old one or the new, ${ROUNDS} times`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const directory = join(root, `old-${round}`);
      await makeOld(directory, 20_000);
      const script = `
        const { openSqliteStores } = await import(${JSON.stringify(join(SQLITE, 'stores.ts'))});
        console.log('begins');
        openSqliteStores(${JSON.stringify(directory)});
        await new Promise((resolve) => setTimeout(resolve, 60_000));`;
      await runKilled(script, round * 8);
      const db = new DatabaseSync(join(directory, 'tokenharbor.db'));
      const version = db.prepare('PRAGMA user_version').get()?.['user_version'];
      const tables = db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('usage_by_day', 'rollups')").all();
      expect(tables).toEqual([{ name: version === 2 ? 'usage_by_day' : 'rollups' }]);
      db.close();
      const stores = openSqliteStores(directory);
      expect((await stores.usage.totals({ by: [] }))[0]).toMatchObject({ requests: 20_006 });
      expect(await stores.ledger.verify()).toMatchObject({ driftCount: 0 });
      await stores.close();
    }
  },
  ROUNDS * 20_000,
);

test(
  `fault 51: a backup that is killed leaves no file of its name, or a whole one, ${ROUNDS} times`,
  async () => {
    const dataDir = join(root, 'data');
    await makeOld(dataDir, 60_000);
    await openSqliteStores(dataDir).close();
    const out = join(root, 'copy.db');
    for (let round = 0; round < ROUNDS; round++) {
      const script = `
        const { backupDatabase } = await import(${JSON.stringify(join(SQLITE, 'backup.ts'))});
        console.log('begins');
        await backupDatabase(${JSON.stringify(dataDir)}, ${JSON.stringify(out)});
        await new Promise((resolve) => setTimeout(resolve, 60_000));`;
      await runKilled(script, round * 12);
      if (!existsSync(out)) continue;
      restoreDatabase(out, join(root, 'other'));
      rmSync(out);
      const copy = openSqliteStores(join(root, 'other'));
      expect((await copy.usage.totals({ by: [] }))[0]).toMatchObject({ requests: 60_006 });
      await copy.close();
    }
  },
  ROUNDS * 20_000,
);

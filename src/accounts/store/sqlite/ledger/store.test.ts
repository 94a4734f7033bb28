import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeLedgerStore } from '../../../ledger/ledger-store.contract.ts';
import { makeDataDir } from '../../temporary-stores.fixture.ts';
import { DATABASE_FILE } from '../open.ts';
import { openSqliteStores } from '../stores.ts';

const TAMPER = {
  rollup: 'UPDATE rollups SET cost_nano = cost_nano + 1',
  spent: 'UPDATE counters SET spent_nano = spent_nano + 1, overrun_nano = overrun_nano + 1',
  held: 'UPDATE counters SET held_nano = held_nano + 1, overrun_nano = overrun_nano + 1',
  cost: 'DROP TRIGGER entries_never_change; UPDATE entries SET cost_nano = cost_nano + 1 WHERE cost_nano > 0',
  credit: 'UPDATE accounts SET credited_nano = credited_nano + 1',
};

describeLedgerStore('SQLite', () => {
  const dataDir = makeDataDir();
  return {
    open: () => openSqliteStores(dataDir),
    tamper(what) {
      const db = new DatabaseSync(join(dataDir, DATABASE_FILE));
      db.exec(TAMPER[what]);
      db.close();
    },
    remove: () => rmSync(dataDir, { recursive: true }),
  };
});

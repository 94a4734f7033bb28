import { describeSecretStore } from '../secret-store.contract.ts';
import { makeDataDir } from '../temporary-stores.fixture.ts';
import { rmSync } from 'node:fs';
import { openSqliteStores } from './stores.ts';

describeSecretStore('SQLite', () => {
  const dataDir = makeDataDir();
  return {
    open: () => openSqliteStores(dataDir),
    remove: () => rmSync(dataDir, { recursive: true }),
  };
});

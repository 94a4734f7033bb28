import { rmSync } from 'node:fs';
import type { PostgresServer } from '../../../../test/support/postgres.ts';
import type { Stores } from '../ports.ts';
import { makeDataDir } from '../temporary-stores.fixture.ts';
import { openPostgresStores } from './stores.ts';

/** A database of its own for one test, which can be opened more than once. */
export interface PostgresPlace {
  readonly database: string;
  readonly dataDir: string;
  open(): Promise<Stores>;
  remove(): Promise<void>;
}

export async function makePlace(server: PostgresServer): Promise<PostgresPlace> {
  const database = await server.takeDatabase();
  const dataDir = makeDataDir();
  return {
    database,
    dataDir,
    open: () => openPostgresStores({ url: server.urlOf(database), dataDir }),
    async remove() {
      await server.giveBack(database);
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** The same, opened once, and gone when it is closed. */
export async function openTemporary(server: PostgresServer): Promise<Stores> {
  const place = await makePlace(server);
  const stores = await place.open();
  return {
    ...stores,
    async close() {
      await stores.close();
      await place.remove();
    },
  };
}

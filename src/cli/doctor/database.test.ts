import { afterAll, expect, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SCHEMA_VERSION } from '../../accounts/store/sqlite/migrations.ts';
import { makeOldDatabase } from '../../accounts/store/sqlite/old-schema.fixture.ts';
import { DATABASE_FILE } from '../../accounts/store/sqlite/open.ts';
import { makeDataDir } from '../../accounts/store/temporary-stores.fixture.ts';
import { checkIntegrity } from './database.ts';

const dataDir = makeDataDir();
afterAll(() => rmSync(dataDir, { recursive: true }));

test('a database of an older version is told to be one', () => {
  makeOldDatabase(join(dataDir, DATABASE_FILE), 2);
  expect(checkIntegrity(dataDir)).toEqual([
    {
      check: 'database',
      status: 'ok',
      detail: expect.stringContaining(`; the next start brings it from version 2 to ${SCHEMA_VERSION}`),
    },
  ]);
});

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTemporaryStores, type TemporaryStores } from '../../temporary-stores.fixture.ts';

let stores: TemporaryStores;
let directory: string;
beforeEach(() => {
  stores = openTemporaryStores();
  directory = join(stores.dataDir, 'boots');
});
afterEach(() => stores.close());

test('a file of a process that was killed before it was known is swept away, that of a running one is not', async () => {
  const boot = await stores.ledger.openBoot(1);
  writeFileSync(join(directory, 'stray.lock'), '');
  expect(await stores.ledger.deadBoots()).toEqual([]);
  expect(readdirSync(directory).filter((name) => name.endsWith('.lock'))).toEqual([`${boot.name}.lock`]);
  await boot.close();
  expect(readdirSync(directory)).toEqual([]);
});

test('a process whose file is gone is dead', async () => {
  const boot = await stores.ledger.openBoot(1);
  rmSync(join(directory, `${boot.name}.lock`));
  const [dead] = await stores.ledger.deadBoots();
  expect(dead?.name).toBe(boot.name);
  await dead?.release(true);
  expect(await stores.ledger.deadBoots()).toEqual([]);
  expect(readdirSync(directory).filter((name) => name.endsWith('.lock'))).toEqual([]);
});

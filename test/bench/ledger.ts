/**
 * What a request costs at the ledger: held for and settled, in CPU of this process, by how many share a transaction.
 * Prints the median of some interleaved runs.
 */
import { openSqliteStores } from '../../src/accounts/store/sqlite/stores.ts';
import { makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { cpuOf, medianOf } from './ledger-load.ts';

const RUNS = 7;
const TRANSACTIONS = 400;

const dataDir = makeLedgerDirectory();
const stores = openSqliteStores(dataDir);
const boot = await stores.ledger.openBoot(0);
const common = { store: stores.ledger, bootId: boot.id, transactions: TRANSACTIONS };

const cases = [1, 8, 64].flatMap((size) =>
  [1, 50].flatMap((keys) => [false, true].map((hasBudgets) => ({ size, keys, hasBudgets, costs: [] as number[] }))),
);
for (let run = 0; run <= RUNS; run++) {
  for (const one of cases) {
    const cost = await cpuOf({ ...common, ...one });
    // The first one warms up.
    if (run > 0) one.costs.push(cost);
  }
}
for (const { size, keys, hasBudgets, costs } of cases) {
  const budgets = hasBudgets ? 'a budget of the key and one of the account' : 'no budget';
  console.log(`${size} at once, ${keys} keys, ${budgets}: ${medianOf(costs).toFixed(1)} µs a request`);
}
await boot.close();
await stores.close();
removeLedgerDirectory(dataDir);

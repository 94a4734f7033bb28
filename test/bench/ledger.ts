/**
 * What a request costs at the ledger: held for and settled, in CPU of this process, by how many share a transaction.
 * Prints the median of some interleaved runs.
 */
import { V7Generator } from 'uuidv7';
import type { Budget, LedgerWork } from '../../src/accounts/ledger/ports.ts';
import { makeReservation, makeSettlement } from '../../src/accounts/ledger/work.fixture.ts';
import { openSqliteStores } from '../../src/accounts/store/sqlite/stores.ts';
import { makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';

const RUNS = 7;
const TRANSACTIONS = 400;
const BUDGETS: readonly Budget[] = [
  { holder: 'key', period: 'month', limitNano: 10n ** 17n },
  { holder: 'account', period: 'month', limitNano: 10n ** 17n },
];

const ids = new V7Generator();
const dataDir = makeLedgerDirectory();
const stores = openSqliteStores(dataDir);
const boot = await stores.ledger.openBoot(0);

const cases = [1, 8, 64].flatMap((size) =>
  [1, 50].flatMap((keys) => [false, true].map((hasBudgets) => ({ size, keys, hasBudgets, costs: [] as number[] }))),
);
for (let run = 0; run <= RUNS; run++) {
  for (const one of cases) {
    const cost = await measure(one.size, one.keys, one.hasBudgets ? BUDGETS : []);
    // The first one warms up.
    if (run > 0) one.costs.push(cost);
  }
}
for (const { size, keys, hasBudgets, costs } of cases) {
  const median = costs.sort((a, b) => a - b)[RUNS >> 1] as number;
  const budgets = hasBudgets ? 'a budget of the key and one of the account' : 'no budget';
  console.log(`${size} at once, ${keys} keys, ${budgets}: ${median.toFixed(1)} µs a request`);
}
await boot.close();
await stores.close();
removeLedgerDirectory(dataDir);

/** Each transaction settles what the one before it has held for: as under load. */
async function measure(size: number, keys: number, budgets: readonly Budget[]): Promise<number> {
  const batches: LedgerWork[][] = [[]];
  for (let at = 0; at < TRANSACTIONS; at++) {
    const next: LedgerWork[] = [];
    for (let i = 0; i < size; i++) {
      const requestId = `req_th_${ids.generate().toHex()}`;
      const keyId = `key_${(at * size + i) % keys}`;
      const reservation = makeReservation({ requestId, keyId, budgets, account: budgets.length > 0 ? 'b' : 'a' });
      batches[at]?.push({ kind: 'reserve', bootId: boot.id, reservation });
      next.push({ kind: 'settle', settlement: makeSettlement(requestId) });
    }
    batches.push(next);
  }
  const before = process.cpuUsage();
  for (const batch of batches) await stores.ledger.apply(batch);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (TRANSACTIONS * size);
}

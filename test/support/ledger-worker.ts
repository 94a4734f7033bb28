/**
 * `ledger-worker.ts DIR race COUNT LIMIT`: asks for COUNT nano-dollars at once, one by one, under a budget; prints
 * `granted N`.
 * `ledger-worker.ts DIR run COUNT`: COUNT requests, 20 at a time, each held for, journalled and settled. Prints
 * `held ID` and `settled ID` once each is acknowledged, `refused CODE` for an error, and at the end `done`.
 * The database is SQLite in DIR, or the one that `TOKENHARBOR_DATABASE_URL` names.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { V7Generator } from 'uuidv7';
import { openLedger } from '../../src/accounts/ledger/ledger.ts';
import { makeReservation, makeSettlement } from '../../src/accounts/ledger/work.fixture.ts';
import { openStores } from '../../src/accounts/store/open-stores.ts';
import { StoreError } from '../../src/accounts/store/store-error.ts';

const [dataDir = '', verb = '', count = '', limit = ''] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);
const ids = new V7Generator();
const newId = () => `req_th_${ids.generate().toHex()}`;

const stores = await openStores({ dataDir, database: process.env.TOKENHARBOR_DATABASE_URL });
const ledger = await openLedger({
  store: stores.ledger,
  spoolDirectory: join(dataDir, 'boots'),
  onFault: () => undefined,
  now: Date.now,
});

if (verb === 'race') {
  const budgets = [{ holder: 'key', period: 'month', limitNano: BigInt(limit) }] as const;
  const results = await Promise.all(
    Array.from({ length: Number(count) }, () =>
      ledger.reserve(makeReservation({ requestId: newId(), amountNano: 1n, budgets })),
    ),
  );
  say(`granted ${results.filter(({ granted }) => granted).length}`);
} else {
  let left = Number(count);
  const client = async (keyId: string) => {
    while (left-- > 0) await request(keyId);
  };
  await Promise.all(Array.from({ length: 20 }, (_, i) => client(`key_${i % 7}`)));
  say('done');
}
await ledger.close();
await stores.close();

async function request(keyId: string): Promise<void> {
  const requestId = newId();
  const budgets = [{ holder: 'account', period: 'day', limitNano: 10n ** 15n }] as const;
  try {
    await ledger.reserve(makeReservation({ requestId, keyId, budgets }));
    say(`held ${requestId}`);
    const settlement = makeSettlement(requestId);
    if (keyId === 'key_3') await ledger.journal({ requestId, usage: settlement.usage, atMs: Date.now() });
    await ledger.settle(settlement);
    say(`settled ${requestId}`);
  } catch (error) {
    say(`refused ${error instanceof StoreError ? error.code : String(error)} ${requestId}`);
    await Bun.sleep(1);
  }
}

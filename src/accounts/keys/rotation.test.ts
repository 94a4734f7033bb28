/** Fault 25: a key that is rotated while it is used, with what admits its requests: keyring, limiter and ledger. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createAccount } from '../accounts/lifecycle.ts';
import { openLedger } from '../ledger/ledger.ts';
import type { Ledger } from '../ledger/ports.ts';
import { makeReservation, makeSettlement } from '../ledger/work.fixture.ts';
import { MemoryLimiter } from '../limits/memory.ts';
import { type TemporaryStores, openTemporaryStores } from '../store/temporary-stores.fixture.ts';
import { budgetsOf } from './budgets-of.ts';
import { isKeyFault } from './fault.ts';
import { type Keyring, type Principal, createKeyring } from './keyring.ts';
import { type NewKey, changeKey, createKey, rotateKey } from './lifecycle.ts';

let stores: TemporaryStores;
let keyring: Keyring;
let ledger: Ledger;
beforeEach(async () => {
  stores = openTemporaryStores();
  keyring = createKeyring({ store: stores.keys, accounts: stores.accounts, now: Date.now, freshMs: 5 });
  const onFault = (what: string, cause: unknown) => {
    throw new Error(what, { cause });
  };
  ledger = await openLedger({ store: stores.ledger, spoolDirectory: undefined, onFault, now: Date.now });
});
afterEach(async () => {
  await ledger.close();
  await keyring.close();
  await stores.close();
});

async function principalOf(secret: string): Promise<Principal> {
  const principal = await keyring.authenticate(new Headers({ 'x-api-key': secret }), '');
  if (isKeyFault(principal)) throw new Error(principal.message);
  return principal;
}

/** Holds one nano-dollar for a request of this key, and settles every other one at that. */
async function isGranted(secret: string, at: number): Promise<boolean> {
  const principal = await principalOf(secret);
  const { keyId, account, payer } = principal;
  const { prepaid } = payer;
  const terms = { keyId, account, prepaid, budgets: budgetsOf(principal), amountNano: 1n, atMs: Date.now() };
  const held = await ledger.reserve(makeReservation(terms));
  if (held.granted && at % 2 === 0) await ledger.settle(makeSettlement(held.requestId, { costNano: 1n }));
  return held.granted;
}

/** Asks `count` times, 20 at a time, with any of the secrets there are, and rotates the newest key meanwhile. */
async function useAndRotate(request: Omit<NewKey, 'name'>, count: number, rotations: number) {
  const issued = [await createKey(stores.keys, { name: 'ci', ...request }, Date.now())];
  let [asked, granted] = [0, 0];
  const client = async (): Promise<void> => {
    while (asked < count) {
      const at = asked++;
      if (await isGranted(issued[at % issued.length]?.secret ?? '', at)) granted++;
    }
  };
  const operator = async (): Promise<void> => {
    for (let done = 1; done <= rotations; done++) {
      while (asked < (count * done) / (rotations + 1)) await Bun.sleep(1);
      issued.push(await rotateKey(stores.keys, issued.at(-1)?.record.id ?? '', Date.now()));
    }
  };
  await Promise.all([operator(), ...Array.from({ length: 20 }, client)]);
  return { issued, granted };
}

test('a key rotated five times under load spends its budget once, and none of its requests is turned away', async () => {
  const budget = { period: 'total', limitNano: 250n } as const;
  const { issued, granted } = await useAndRotate({ budget }, 600, 5);
  expect(issued).toHaveLength(6);
  expect(granted).toBe(250);
  const keys = await stores.usage.totals({ by: ['key'] });
  expect(keys.length).toBeGreaterThan(1);
  for (const { record } of issued) {
    const [, , , total] = await stores.ledger.standings('key', record.id, Date.now());
    expect((total?.spentNano ?? 0n) + (total?.heldNano ?? 0n)).toBe(250n);
  }
  expect((await stores.ledger.verify()).drift.filter(({ what }) => what !== 'cost')).toEqual([]);
});

test('so does an account whose key is rotated', async () => {
  const budget = { period: 'total', limitNano: 100n } as const;
  await createAccount(stores.accounts, { id: 'acme', prepaid: false, budget }, Date.now());
  expect((await useAndRotate({ account: 'acme' }, 300, 3)).granted).toBe(100);
});

test('a budget that is raised after a rotation lets both keys spend the rest of it, and no more', async () => {
  const { issued, granted } = await useAndRotate({ budget: { period: 'total', limitNano: 10n } }, 40, 1);
  expect(granted).toBe(10);
  await changeKey(stores.keys, issued[0]?.record.id ?? '', { budget: { limitNano: 14n } });
  await Bun.sleep(10);
  let more = 0;
  for (let at = 0; at < 10; at++) if (await isGranted(issued[at % 2]?.secret ?? '', 0)) more++;
  expect(more).toBe(4);
});

test('old key and successor share one rate and one number of places', async () => {
  const limiter = new MemoryLimiter({ now: () => 0 });
  const old = await createKey(stores.keys, { name: 'ci', limits: { rpm: 10, concurrency: 4 } }, Date.now());
  const successor = await rotateKey(stores.keys, old.record.id, Date.now());
  let [running, admitted] = [0, 0];
  for (let at = 0; at < 30; at++) {
    const { secret } = at % 2 === 0 ? old : successor;
    const { budgetId, limits, payer } = await principalOf(secret);
    const answer = limiter.admit({
      keyId: budgetId,
      keyLimits: limits,
      account: payer.account,
      accountLimits: payer.limits,
      tokens: 1,
    });
    if (answer.outcome !== 'admitted') continue;
    admitted++;
    if (running < 3) running++;
    else answer.lease.release();
  }
  expect({ running, admitted }).toEqual({ running: 3, admitted: 10 });
  await limiter.close();
});

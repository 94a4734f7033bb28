/** What a principal may use and who pays for it, and how soon a change of that counts. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { changeAccount, createAccount } from '../accounts/lifecycle.ts';
import { NO_LIMITS } from '../limits/ports.ts';
import type { AccountStore } from '../store/ports.ts';
import { type TemporaryStores, openTemporaryStores } from '../store/temporary-stores.fixture.ts';
import { isKeyFault } from './fault.ts';
import { mint } from './format.ts';
import { type Keyring, type Principal, createKeyring } from './keyring.ts';
import { changeKey, createKey } from './lifecycle.ts';

let stores: TemporaryStores;
let keyrings: Keyring[] = [];
let clock = 1_800_000_000_000;

beforeEach(() => {
  stores = openTemporaryStores();
});
afterEach(async () => {
  for (const keyring of keyrings) await keyring.close();
  keyrings = [];
  await stores.close();
});

function open(accounts: Pick<AccountStore, 'find'> = stores.accounts): Keyring {
  const keyring = createKeyring({ store: stores.keys, accounts, now: () => clock });
  keyrings.push(keyring);
  return keyring;
}

const bearer = (key: string) => new Headers({ authorization: `Bearer ${key}` });

/** The reason of a fault, or the id of the key that was accepted. */
async function ask(keyring: Keyring, key: string): Promise<string> {
  const result = await keyring.authenticate(bearer(key), '');
  return isKeyFault(result) ? result.reason : result.keyId;
}

test('an account that was never created pays without limits or a budget, and not in advance', async () => {
  const { secret } = await createKey(stores.keys, { name: 'a key', account: 'implied' }, clock);
  expect(await open().authenticate(bearer(secret), '')).toMatchObject({
    budget: null,
    payer: { account: 'implied', prepaid: false, budget: null, limits: NO_LIMITS },
  });
});

test('a change of a key or of its account counts after half a second at the latest', async () => {
  const { secret, record } = await createKey(stores.keys, { name: 'a key' }, clock);
  const keyring = open();
  const terms = async () => {
    const { limits, payer } = (await keyring.authenticate(bearer(secret), '')) as Principal;
    return [limits.rpm, payer.limits.rpm];
  };
  expect(await terms()).toEqual([null, null]);
  await changeKey(stores.keys, record.id, { limits: { rpm: 5 } });
  await createAccount(stores.accounts, { id: 'default', prepaid: false, budget: null, limits: { rpm: 9 } }, clock);
  expect(await terms()).toEqual([null, null]);
  clock += 500;
  expect(await terms()).toEqual([5, 9]);
  await changeAccount(stores.accounts, 'default', { limits: { rpm: null } });
  clock += 500;
  expect(await terms()).toEqual([5, null]);
});

test('gives the same object for a key that was looked up lately', async () => {
  const { secret } = await createKey(stores.keys, { name: 'a key' }, clock);
  const keyring = open();
  const first = await keyring.authenticate(bearer(secret), '');
  clock += 499;
  expect(keyring.authenticate(bearer(secret), '')).toBe(first);
});

test('an account store that fails is an error, not a request without limits, and is asked again', async () => {
  const { secret, record } = await createKey(stores.keys, { name: 'a key' }, clock);
  let isBroken = true;
  const find: AccountStore['find'] = (id) =>
    isBroken ? Promise.reject(new Error('the disk is gone')) : stores.accounts.find(id);
  const keyring = open({ find });
  await expect(ask(keyring, secret)).rejects.toThrow('the disk is gone');
  expect(await ask(keyring, mint('live'))).toBe('unknown');
  isBroken = false;
  expect(await ask(keyring, secret)).toBe(record.id);
});

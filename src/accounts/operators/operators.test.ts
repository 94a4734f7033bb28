import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { openTemporaryStores, type TemporaryStores } from '../store/temporary-stores.fixture.ts';
import { LinkRequestError, makeLink } from './links.ts';
import { type BegunLogin, endOf, type LoginProof, type LoginRefusal, Operators } from './operators.ts';

const HOUR_MS = 3_600_000;
const PASSWORD = 'correct horse battery';
const PEER = '192.0.2.1';

let stores: TemporaryStores;
let operators: Operators;
let now: number;
let monotonic: number;
beforeEach(() => {
  stores = openTemporaryStores();
  [now, monotonic] = [1_800_000_000_000, 0];
  operators = new Operators({ store: stores.operators, now: () => now, monotonic: () => monotonic });
});
afterEach(() => stores.close());

const link = async (operator = 'ada', ttlMs = 900_000) =>
  (await makeLink(stores.operators, operator, ttlMs, now)).token;
const login = async (proof: LoginProof, peer = PEER): Promise<BegunLogin> => {
  const begun = await operators.login(proof, peer);
  if ('refused' in begun) throw new Error(begun.refused);
  return begun;
};
const refusal = async (proof: LoginProof, peer = PEER) => (await operators.login(proof, peer)) as LoginRefusal;
const byPassword = (password: string, operator = 'ada') => ({ operator, password });

describe('a link', () => {
  test('lets its operator in, once', async () => {
    const token = await link();
    expect(token).toMatch(/^tha_[\w-]{43}$/);
    const { secret, csrf, session } = await login({ token });
    expect(session).toMatchObject({ operator: 'ada', byLink: true, hasPassword: false });
    expect(await operators.find(secret)).toEqual({ session, csrf });
    expect(await refusal({ token })).toEqual({ refused: 'wrong' });
    expect(JSON.stringify(session) + csrf).not.toContain(secret.slice(4));
  });

  test('is over when its time is', async () => {
    const token = await link('ada', 60_000);
    now += 60_000;
    expect(await refusal({ token })).toEqual({ refused: 'wrong' });
  });

  test('is no session, and a session no link', async () => {
    const token = await link();
    expect(await operators.find(token)).toBeUndefined();
    const { secret } = await login({ token });
    expect(await refusal({ token: secret })).toEqual({ refused: 'wrong' });
    for (const odd of ['', 'ths_', `ths_${'A'.repeat(43)}`, `${secret}A`, 'x'.repeat(10_000)]) {
      expect(await operators.find(odd)).toBeUndefined();
    }
  });

  test('gets in however much failed before it, which is slowed', async () => {
    for (let i = 0; i < 5; i++) expect(await refusal({ token: `tha_${'A'.repeat(43)}` })).toEqual({ refused: 'wrong' });
    expect(await refusal({ token: 'x' })).toEqual({ refused: 'slow', waitMs: 1000 });
    expect((await login({ token: await link() })).session.operator).toBe('ada');
  });

  test('is made for a name and a time that can be', async () => {
    for (const name of ['', 'Ada', 'a b', '../x', 'x'.repeat(65)]) {
      await expect(link(name)).rejects.toThrow(LinkRequestError);
    }
    for (const ttl of [0, -1, 25 * HOUR_MS, Number.NaN])
      await expect(link('ada', ttl)).rejects.toThrow(LinkRequestError);
  });
});

describe('a session', () => {
  test('lasts twelve hours from its last use, and seven days in all', async () => {
    const { secret, session } = await login({ token: await link() });
    expect(endOf(session)).toBe(now + 12 * HOUR_MS);
    const began = now;
    for (let day = 0; day < 13; day++) {
      now += 12 * HOUR_MS - 1;
      expect(await operators.find(secret)).toBeDefined();
    }
    now += 60_000;
    const last = (await operators.find(secret)) as { session: BegunLogin['session'] };
    expect(endOf(last.session)).toBe(began + 7 * 24 * HOUR_MS);
    now = began + 7 * 24 * HOUR_MS;
    expect(await operators.find(secret)).toBeUndefined();
  });

  test('that nobody uses for twelve hours is over', async () => {
    const { secret } = await login({ token: await link() });
    now += 12 * HOUR_MS;
    expect(await operators.find(secret)).toBeUndefined();
  });

  test('is over for good at a logout', async () => {
    const [one, other] = [await login({ token: await link() }), await login({ token: await link() })];
    await operators.logout(one.session);
    expect(await operators.find(one.secret)).toBeUndefined();
    expect(await operators.find(other.secret)).toBeDefined();
  });

  test('may be looked at where its use cannot be written', async () => {
    const store = { ...stores.operators, useSession: async () => Promise.reject(new Error('the disk is full')) };
    const { secret } = await login({ token: await link() });
    now += HOUR_MS;
    const reading = new Operators({ store, now: () => now, monotonic: () => monotonic });
    expect(await reading.find(secret)).toBeDefined();
  });
});

describe('a password', () => {
  test('is set once somebody is in, and lets in from then on', async () => {
    const [first, other] = [await login({ token: await link() }), await login({ token: await link() })];
    expect(await refusal(byPassword(''))).toEqual({ refused: 'wrong' });
    const unused = await link();
    expect(await operators.setPassword(first.session, PASSWORD, undefined, PEER)).toBeUndefined();
    expect(await operators.find(other.secret)).toBeUndefined();
    expect(await operators.find(first.secret)).toMatchObject({ session: { hasPassword: true } });
    expect(await refusal({ token: unused })).toEqual({ refused: 'wrong' });
    expect((await login(byPassword(PASSWORD))).session).toMatchObject({ operator: 'ada', byLink: false });
    expect(await refusal(byPassword(`${PASSWORD}!`))).toEqual({ refused: 'wrong' });
  });

  test('is changed by who knows it, or came by a link', async () => {
    const first = await login({ token: await link() });
    await operators.setPassword(first.session, PASSWORD, undefined, PEER);
    const { session } = await login(byPassword(PASSWORD));
    expect(await operators.setPassword(session, 'another password', undefined, PEER)).toEqual({ refused: 'wrong' });
    expect(await operators.setPassword(session, 'another password', 'a wrong one', PEER)).toEqual({ refused: 'wrong' });
    expect(await operators.setPassword(session, 'another password', PASSWORD, PEER)).toBeUndefined();
    expect(await operators.find(first.secret)).toBeUndefined();
    const again = await login({ token: await link() });
    expect(await operators.setPassword(again.session, 'a third password', undefined, PEER)).toBeUndefined();
    expect(await refusal(byPassword('another password'))).toEqual({ refused: 'wrong' });
  });

  test('unknown names and names without one are told like a wrong one, and slowed like it', async () => {
    await link('bob');
    for (const name of ['Not A Name', 'bob']) {
      for (let i = 0; i < 5; i++) {
        expect(await refusal(byPassword('x', name), `${name} ${i}`)).toEqual({ refused: 'wrong' });
      }
      expect(await refusal(byPassword('x', name), 'elsewhere')).toEqual({ refused: 'slow', waitMs: 1000 });
    }
  });

  test('failures of one name are not pushed out by links that fail at thousands of addresses', async () => {
    await link();
    for (let i = 0; i < 5; i++) await refusal(byPassword('x'), `192.0.2.${i}`);
    for (let i = 0; i < 10_001; i++) await refusal({ token: 'tha_guess' }, `2001:db8::${i.toString(16)}`);
    expect(await refusal(byPassword(PASSWORD), '192.0.2.99')).toEqual({ refused: 'slow', waitMs: 1000 });
  });

  test('failures are counted by name and by address, however many are tried at once', async () => {
    const first = await login({ token: await link() });
    await operators.setPassword(first.session, PASSWORD, undefined, PEER);
    const tried = await Promise.all(Array.from({ length: 12 }, (_, i) => refusal(byPassword('x', `n${i}`))));
    expect(tried.filter(({ refused }) => refused === 'wrong').length).toBeLessThanOrEqual(5);
    for (let i = 0; i < 2; i++) await refusal(byPassword('x', `m${i}`));
    expect(await refusal(byPassword(PASSWORD))).toMatchObject({ refused: 'slow' });
    expect((await login(byPassword(PASSWORD), 'elsewhere')).session.operator).toBe('ada');
    monotonic += 60_000;
    expect((await login(byPassword(PASSWORD))).session.operator).toBe('ada');
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TemporaryStores, openTemporaryStores } from '../store/temporary-stores.fixture.ts';
import { digestKey } from './digest.ts';
import { isWellFormed } from './format.ts';
import {
  type KeyChange,
  type NewKey,
  changeKey,
  createKey,
  findKey,
  keyState,
  listKeys,
  revokeKey,
  rotateKey,
} from './lifecycle.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
let stores: TemporaryStores;
beforeEach(() => {
  stores = openTemporaryStores();
});
afterEach(() => stores.close());

test('digestKey is SHA-256 in lower-case hex', () => {
  expect(digestKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

describe('createKey', () => {
  test('stores the digest and the first characters, and gives the secret back once', async () => {
    const { secret, record } = await createKey(stores.keys, { name: ' ci ' }, NOW);
    expect(secret).toStartWith('thk_live_');
    expect(isWellFormed(secret)).toBe(true);
    expect(record).toMatchObject({
      account: 'default',
      name: 'ci',
      prefix: secret.slice(0, 12),
      digest: digestKey(secret),
      models: null,
      limits: { rpm: null, tpm: null, concurrency: null },
      createdAt: NOW,
      expiresAt: null,
      revokedAt: null,
    });
    expect(record.id).toMatch(/^key_[0-9a-f]{32}$/);
    expect(await findKey(stores.keys, record.id)).toEqual(record);
  });

  test('fault 28: nothing in the data directory holds more of a key than its first 12 characters', async () => {
    const first = await createKey(stores.keys, { name: 'one', kind: 'test' }, NOW);
    const second = await rotateKey(stores.keys, first.record.id, NOW);
    const files = readdirSync(stores.dataDir).map((name) => readFileSync(join(stores.dataDir, name), 'latin1'));
    for (const { secret } of [first, second]) {
      expect(files.some((text) => text.includes(secret.slice(0, 12)))).toBe(true);
      // Behind the 12 characters stands the digest, so a few more can be equal by chance.
      expect(files.some((text) => text.includes(secret.slice(0, 20)))).toBe(false);
      expect(files.some((text) => text.includes(secret.slice(12, 20)))).toBe(false);
    }
  });

  test('ids sort by the time they were made', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 20; at++) ids.push((await createKey(stores.keys, { name: 'k' }, NOW + at)).record.id);
    expect(ids.toSorted()).toEqual(ids);
    expect((await listKeys(stores.keys)).map((record) => record.id)).toEqual(ids);
  });

  test.each([
    ['an empty name', { name: ' ' }, 'name'],
    ['a name with a line break', { name: 'a\nb' }, 'printable'],
    ['a name that is a key', { name: 'thk_live_abc' }, 'looks like a key'],
    ['an account with a space', { name: 'a', account: 'a b' }, 'Account "a b"'],
    ['a limit of nothing', { name: 'a', limits: { rpm: 0 } }, 'requests a minute (rpm)'],
    ['half a token', { name: 'a', limits: { tpm: 0.5 } }, 'tokens a minute (tpm)'],
    ['more places than can be counted', { name: 'a', limits: { concurrency: 2_000_000_000 } }, '1 to 1000000000'],
    ['a debt for a budget', { name: 'a', budget: { period: 'day', limitNano: -1n } }, 'billion dollars'],
    [
      'a budget beyond counting',
      { name: 'a', budget: { period: 'day', limitNano: 10n ** 18n + 1n } },
      'billion dollars',
    ],
    ['no models', { name: 'a', models: [] }, 'none'],
    ['an empty model', { name: 'a', models: ['a', ''] }, 'Model ""'],
    ['an expiry in the past', { name: 'a', expiresAt: NOW }, 'future'],
    ['an expiry that is no time', { name: 'a', expiresAt: NaN }, 'future'],
  ] as [string, NewKey, string][])('refuses %s', async (_, request, words) => {
    await expect(createKey(stores.keys, request, NOW)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(words),
    });
    expect(await listKeys(stores.keys)).toEqual([]);
  });
});

describe('rotateKey', () => {
  test('makes a sibling and gives the old key 24 hours', async () => {
    const terms = {
      name: 'ci',
      account: 'acme',
      kind: 'test',
      models: ['a/*'],
      limits: { rpm: 5 },
      budget: { period: 'day', limitNano: 7n },
      expiresAt: NOW + 100 * HOUR,
    } as const;
    const old = await createKey(stores.keys, terms, NOW);
    const { secret, record } = await rotateKey(stores.keys, old.record.id, NOW + HOUR);
    expect(secret).toStartWith('thk_test_');
    expect(secret).not.toBe(old.secret);
    expect(record).toMatchObject({
      name: 'ci',
      account: 'acme',
      models: ['a/*'],
      limits: { rpm: 5, tpm: null, concurrency: null },
      budget: { period: 'day', limitNano: 7n },
      expiresAt: NOW + 100 * HOUR,
      createdAt: NOW + HOUR,
      rotatedFrom: old.record.id,
      budgetId: old.record.id,
    });
    expect((await findKey(stores.keys, old.record.id)).expiresAt).toBe(NOW + 25 * HOUR);
  });

  test('with no grace the old key ends at once', async () => {
    const old = await createKey(stores.keys, { name: 'ci' }, NOW);
    await rotateKey(stores.keys, old.record.id, NOW + 5, 0);
    expect(keyState(await findKey(stores.keys, old.record.id), NOW + 5)).toBe('expired');
  });

  test('gives a key no more life than it had', async () => {
    const old = await createKey(stores.keys, { name: 'ci', expiresAt: NOW + HOUR }, NOW);
    const { record } = await rotateKey(stores.keys, old.record.id, NOW);
    expect(record.expiresAt).toBe(NOW + HOUR);
    expect((await findKey(stores.keys, old.record.id)).expiresAt).toBe(NOW + HOUR);
  });

  test('refuses a grace that ends on no date: every list of keys would fail of it', async () => {
    const { record } = await createKey(stores.keys, { name: 'ci' }, NOW);
    for (const graceMs of [87_601 * HOUR, 2_450_000_000 * HOUR, Number.MAX_SAFE_INTEGER]) {
      await expect(rotateKey(stores.keys, record.id, NOW, graceMs)).rejects.toMatchObject({ code: 'invalid' });
    }
    await rotateKey(stores.keys, record.id, NOW, 87_600 * HOUR);
    const { expiresAt } = await findKey(stores.keys, record.id);
    expect(new Date(expiresAt ?? Number.NaN).toISOString()).toStartWith('20');
  });

  test('refuses unknown, revoked, expired and rotated keys, and a negative grace', async () => {
    const make = async (request: Partial<NewKey> = {}) =>
      (await createKey(stores.keys, { name: 'k', ...request }, NOW)).record.id;
    const [revoked, expired, rotated] = [await make(), await make({ expiresAt: NOW + 1 }), await make()];
    await revokeKey(stores.keys, revoked, NOW);
    await rotateKey(stores.keys, rotated, NOW);
    const before = await listKeys(stores.keys);
    const rotate = (id: string) => rotateKey(stores.keys, id, NOW + 10);
    await expect(rotate('key_unknown')).rejects.toMatchObject({ code: 'not_found' });
    await expect(rotate(revoked)).rejects.toMatchObject({ code: 'not_active' });
    await expect(rotate(expired)).rejects.toMatchObject({ code: 'not_active' });
    await expect(rotate(rotated)).rejects.toMatchObject({ code: 'not_active' });
    await expect(rotateKey(stores.keys, rotated, NOW, -1)).rejects.toMatchObject({ code: 'invalid' });
    expect(await listKeys(stores.keys)).toEqual(before);
  });
});

describe('changeKey', () => {
  const terms = { models: ['a/*'], limits: { rpm: 5, tpm: 9 }, budget: { period: 'week', limitNano: 7n } } as const;

  test.each([
    ['the name', { name: ' new ' }, { name: 'new' }],
    ['the models', { models: ['b'] }, { models: ['b'] }],
    ['to every model', { models: null }, { models: null }],
    ['one limit', { limits: { rpm: 8 } }, { limits: { rpm: 8, tpm: 9, concurrency: null } }],
    ['to no limit', { limits: { rpm: null } }, { limits: { rpm: null, tpm: 9, concurrency: null } }],
    ['the amount of the budget', { budget: { limitNano: 8n } }, { budget: { period: 'week', limitNano: 8n } }],
    ['the period of the budget', { budget: { period: 'total' } }, { budget: { period: 'total', limitNano: 7n } }],
    ['to no budget', { budget: null }, { budget: null }],
  ] as [string, KeyChange, object][])('changes %s and nothing else', async (_, change, changed) => {
    const { record } = await createKey(stores.keys, { name: 'k', ...terms }, NOW);
    const expected = { ...record, ...changed };
    expect(await changeKey(stores.keys, record.id, change)).toEqual(expected);
    expect(await listKeys(stores.keys)).toEqual([expected]);
  });

  test('a budget that is new is one for each month', async () => {
    const { record } = await createKey(stores.keys, { name: 'k' }, NOW);
    const { budget } = await changeKey(stores.keys, record.id, { budget: { limitNano: 8n } });
    expect(budget).toEqual({ period: 'month', limitNano: 8n });
  });

  test.each([
    ['no limit at all', { limits: { rpm: 0 } }, 'requests a minute (rpm)'],
    ['a period of nothing', { budget: { period: 'day' } }, 'amount'],
    ['a debt', { budget: { limitNano: -1n } }, 'billion dollars'],
    ['no name', { name: '' }, 'name'],
    ['no models', { models: [] }, 'none'],
  ] as [string, KeyChange, string][])('refuses %s and changes nothing', async (_, change, words) => {
    const { record } = await createKey(stores.keys, { name: 'k' }, NOW);
    await expect(changeKey(stores.keys, record.id, change)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(words),
    });
    expect(await listKeys(stores.keys)).toEqual([record]);
  });

  test('refuses a key that is unknown or revoked', async () => {
    const { record } = await createKey(stores.keys, { name: 'k' }, NOW);
    await revokeKey(stores.keys, record.id, NOW);
    await expect(changeKey(stores.keys, record.id, { name: 'x' })).rejects.toMatchObject({ code: 'not_active' });
    await expect(changeKey(stores.keys, 'key_unknown', { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('revokeKey ends a key, once', async () => {
  const { record } = await createKey(stores.keys, { name: 'k' }, NOW);
  expect(keyState(record, NOW)).toBe('active');
  expect(keyState(await revokeKey(stores.keys, record.id, NOW + 1), NOW)).toBe('revoked');
  expect((await revokeKey(stores.keys, record.id, NOW + 2)).revokedAt).toBe(NOW + 1);
  await expect(revokeKey(stores.keys, 'key_unknown', NOW)).rejects.toThrow('There is no key "key_unknown".');
});

test('a key given where an id belongs is not repeated', async () => {
  const { secret } = await createKey(stores.keys, { name: 'k' }, NOW);
  const error: unknown = await findKey(stores.keys, secret).catch((caught: unknown) => caught);
  expect(String(error)).toContain('never the key itself');
  expect(String(error)).not.toContain(secret.slice(0, 13));
});

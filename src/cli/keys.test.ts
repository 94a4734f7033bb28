import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { digestKey } from '../accounts/keys/digest.ts';
import { isWellFormed } from '../accounts/keys/format.ts';
import { type Principal, createKeyring } from '../accounts/keys/keyring.ts';
import { openSqliteStores } from '../accounts/store/sqlite/stores.ts';
import { makeDataDir } from '../accounts/store/temporary-stores.fixture.ts';
import { registerKeys } from './keys.ts';
import { runVerb } from './run-verb.fixture.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function run(...args: readonly string[]) {
  return runVerb(
    (program, context) => registerKeys(program, context, () => openSqliteStores(dataDir)),
    ['keys', ...args],
  );
}

async function runJson(...args: readonly string[]): Promise<any> {
  const { output, exitCode } = await run(...args, '--json');
  expect(exitCode).toBe(0);
  return JSON.parse(output);
}

describe('keys create', () => {
  test('prints the key once, with what to do with it', async () => {
    const { output } = await run('create', '--name', 'ci');
    const secret = /^ {2}(thk_live_\w{54})$/m.exec(output)?.[1] ?? '';
    expect(isWellFormed(secret)).toBe(true);
    expect(output.split(secret)).toHaveLength(2);
    expect(output).toContain('not shown again');
    expect(output).toContain('"ci" for account default');
  });

  test('--json gives id, key, name and the terms', async () => {
    const made = await runJson(
      'create',
      '--name',
      'ci',
      '--account',
      'acme',
      '--test',
      '--models',
      'anthropic/*, a/b',
      '--expires',
      '2099-01-31',
    );
    expect(Object.keys(made).slice(0, 3)).toEqual(['id', 'key', 'name']);
    expect(made).toMatchObject({
      id: expect.stringMatching(/^key_/),
      name: 'ci',
      account: 'acme',
      models: ['anthropic/*', 'a/b'],
      expires_at: '2099-01-31T00:00:00.000Z',
      state: 'active',
    });
    expect(made.key).toStartWith('thk_test_');
    expect(made.prefix).toBe(made.key.slice(0, 12));
    expect(made).not.toHaveProperty('digest');
  });

  test('--quiet prints the key alone', async () => {
    expect((await run('create', '--name', 'ci', '--quiet')).output).toMatch(/^thk_live_\w{54}\n$/);
  });

  test.each([
    [['--name', ''], 'name'],
    [['--name', 'a', '--account', 'A B'], 'Account'],
    [['--name', 'a', '--models', ''], 'Model'],
    [['--name', 'a', '--rpm', '0'], '--rpm "0"'],
    [['--name', 'a', '--rpm', ''], '--rpm ""'],
    [['--name', 'a', '--tpm', '1e6'], '--tpm "1e6"'],
    [['--name', 'a', '--tpm', '1000000001'], '1000000000'],
    [['--name', 'a', '--concurrency=-1'], '--concurrency "-1"'],
    [['--name', 'a', '--concurrency', '1.5'], 'whole number'],
    [['--name', 'a', '--budget', '1e3'], 'US dollars'],
    [['--name', 'a', '--budget=-1'], 'US dollars'],
    [['--name', 'a', '--budget', '1000000001'], 'billion dollars'],
    [['--name', 'a', '--budget', '1', '--budget-period', 'year'], 'day, week, month, total'],
    [['--name', 'a', '--budget-period', 'day'], '--budget-period needs a --budget'],
    [['--name', 'a', '--budget', 'none', '--budget-period', 'day'], '--budget none'],
    [['--name', 'a', '--models', 'none'], 'write all'],
    [['--name', 'a', '--expires', 'tomorrow'], '2027-01-31'],
    [['--name', 'a', '--expires', '2099-02-30'], '2027-01-31'],
    [['--name', 'a', '--expires', '2099-02-20T10:00'], '2027-01-31'],
    [['--name', 'a', '--expires', '2001-01-01'], 'future'],
  ])('wrong usage %j exits with 2 and makes nothing', async (args, words) => {
    const { exitCode, errors, output } = await run('create', ...args);
    expect(exitCode).toBe(2);
    expect(errors).toContain(words);
    expect(output).toBe('');
    expect(await runJson('list')).toEqual([]);
  });

  test('limits are kept with the key, and shown', async () => {
    const limits = { rpm: 60, tpm: 1_000_000_000, concurrency: 5 };
    const flags = ['--rpm', '60', '--tpm', '1000000000', '--concurrency', '5'];
    const made = await runJson('create', '--name', 'a', ...flags);
    expect(made).toMatchObject(limits);
    expect(await runJson('show', made.id)).toMatchObject(limits);
    expect((await run('show', made.id)).output).toMatch(/^rpm +60$/m);
    expect((await run('list')).output).toContain('60 rpm, 1000000000 tpm, 5 at once');
    expect(await runJson('rotate', made.id)).toMatchObject(limits);
    const free = await runJson('create', '--name', 'b', '--rpm', '7');
    expect(free).toMatchObject({ rpm: 7, tpm: null, concurrency: null });
    expect((await run('show', free.id)).output).toMatch(/^tpm +-$/m);
  });
});

describe('budgets of keys', () => {
  test('are kept with the key, and shown', async () => {
    const budget = { budget_usd: '12.500000000', budget_period: 'week' };
    const made = await runJson('create', '--name', 'a', '--budget', '12.5', '--budget-period', 'week');
    expect(made).toMatchObject(budget);
    expect(await runJson('show', made.id)).toMatchObject(budget);
    expect((await run('show', made.id)).output).toMatch(/^budget_usd +12\.500000000\nbudget_period +week$/m);
    expect((await run('list')).output).toContain('12.500000000 a week');
    expect(await runJson('rotate', made.id)).toMatchObject(budget);
  });

  test('are monthly unless it is said otherwise; without one there is none', async () => {
    const monthly = await runJson('create', '--name', 'a', '--budget', '0.000000001');
    expect(monthly).toMatchObject({ budget_usd: '0.000000001', budget_period: 'month' });
    for (const flags of [[], ['--budget', 'none']]) {
      const free = await runJson('create', '--name', 'b', ...flags);
      expect(free).toMatchObject({ budget_usd: null, budget_period: null });
    }
  });
});

describe('keys set', () => {
  const terms = ['--rpm', '60', '--tpm', '1000', '--budget', '5', '--budget-period', 'day', '--models', 'a/*'];
  const before = { name: 'ci', models: ['a/*'], rpm: 60, tpm: 1000, budget_usd: '5.000000000', budget_period: 'day' };

  test.each([
    [['--name', 'new'], { name: 'new' }],
    [['--models', 'b, c/*'], { models: ['b', 'c/*'] }],
    [['--models', 'all'], { models: null }],
    [['--rpm', '90', '--tpm', 'none'], { rpm: 90, tpm: null }],
    [['--concurrency', '4'], { concurrency: 4 }],
    [['--budget', '7'], { budget_usd: '7.000000000' }],
    [['--budget-period', 'total'], { budget_period: 'total' }],
    [['--budget', 'none'], { budget_usd: null, budget_period: null }],
  ])('%j changes that and nothing else', async (flags, changed) => {
    const { id, key: _, ...row } = await runJson('create', '--name', 'ci', ...terms);
    expect(row).toMatchObject(before);
    const expected = { id, ...row, ...changed };
    expect(await runJson('set', id, ...flags)).toEqual(expected);
    expect(await runJson('show', id)).toEqual(expected);
  });

  test('says what the key has now; --quiet says nothing', async () => {
    const { id } = await runJson('create', '--name', 'ci', ...terms);
    const { output } = await run('set', id, '--tpm', 'none');
    expect(output).toContain('within a second');
    expect(output).toContain('Limits: 60 rpm. Budget: 5.000000000 a day. Models: a/*.');
    expect(await run('set', id, '--budget', 'none', '--quiet')).toEqual({ output: '', errors: '', exitCode: 0 });
  });

  test('reaches both sides of a rotation, and a running server within a second', async () => {
    const old = await runJson('create', '--name', 'ci', '--rpm', '60');
    const made = await runJson('rotate', old.id);
    const stores = openSqliteStores(dataDir);
    const keyring = createKeyring({ store: stores.keys, accounts: stores.accounts, now: Date.now });
    const terms = async (key: string) => {
      const { limits, budget } = (await keyring.authenticate(new Headers({ 'x-api-key': key }), '')) as Principal;
      return { rpm: limits.rpm, limitNano: budget?.limitNano };
    };
    for (const { key } of [old, made]) expect(await terms(key)).toEqual({ rpm: 60, limitNano: undefined });
    await run('set', old.id, '--rpm', '7', '--budget', '1');
    await Bun.sleep(600);
    for (const { key } of [old, made]) expect(await terms(key)).toEqual({ rpm: 7, limitNano: 1_000_000_000n });
    await keyring.close();
    await stores.close();
  });

  test.each([
    [[], 'Say what is to change'],
    [['--name', ''], 'name'],
    [['--rpm', '0'], '--rpm "0"'],
    [['--budget', 'much'], 'US dollars'],
    [['--budget-period', 'day'], 'amount'],
    [['--models', 'none'], 'write all'],
  ])('wrong usage %j exits with 2 and changes nothing', async (flags, words) => {
    const { id, key: _, ...row } = await runJson('create', '--name', 'ci');
    const { exitCode, errors, output } = await run('set', id, ...flags);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(errors).toContain(words);
    expect(await runJson('list')).toEqual([{ id, ...row }]);
  });

  test('a key that is unknown or revoked exits with 1', async () => {
    const { id } = await runJson('create', '--name', 'ci');
    await run('revoke', id);
    expect(await run('set', id, '--rpm', '5')).toMatchObject({
      exitCode: 1,
      errors: expect.stringContaining('revoked'),
    });
    expect((await run('set', 'key_unknown', '--rpm', '5')).exitCode).toBe(1);
  });
});

describe('keys list and show', () => {
  test('fault 28: rows hold neither key nor digest', async () => {
    const made = await runJson('create', '--name', 'ci');
    const shown = [
      await run('list'),
      await run('list', '--json'),
      await run('show', made.id),
      await run('show', made.id, '--json'),
    ];
    for (const { output } of shown) {
      expect(output).toContain(made.id);
      expect(output).toContain(made.key.slice(0, 12));
      expect(output).not.toContain(made.key.slice(0, 13));
      expect(output).not.toContain(digestKey(made.key));
    }
    const { key: _, ...row } = made;
    expect(await runJson('list')).toEqual([row]);
    expect(await runJson('show', made.id)).toEqual(row);
  });

  test('the table is aligned', async () => {
    await run('create', '--name', 'a');
    await run('create', '--name', 'a longer name');
    const { output } = await run('list');
    const columns = output
      .trimEnd()
      .split('\n')
      .map((line) => line.search(/(ACCOUNT|default)/));
    expect(columns).toHaveLength(3);
    expect(new Set(columns).size).toBe(1);
  });

  test('an unknown id exits with 1', async () => {
    for (const verb of ['show', 'rotate', 'revoke']) {
      const { exitCode, errors, output } = await run(verb, 'key_unknown');
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: '' });
      expect(errors).toContain('There is no key "key_unknown"');
    }
  });

  test('without keys the table is empty and standard error says how to make one', async () => {
    expect(await run('list')).toMatchObject({ output: '', errors: expect.stringContaining('keys create') });
  });
});

describe('keys rotate and revoke', () => {
  test('rotate prints a new key and gives the old one a day', async () => {
    const old = await runJson('create', '--name', 'ci', '--models', 'a/*');
    const made = await runJson('rotate', old.id);
    expect(made).toMatchObject({ name: 'ci', models: ['a/*'], rotated_from: old.id, state: 'active' });
    expect(isWellFormed(made.key)).toBe(true);
    expect(made.key).not.toBe(old.key);
    const { expires_at, state } = await runJson('show', old.id);
    expect(state).toBe('active');
    expect(Math.abs(Date.parse(expires_at) - Date.now() - 24 * 3_600_000)).toBeLessThan(60_000);
  });

  test('--grace 0s ends the old key at once', async () => {
    const old = await runJson('create', '--name', 'ci');
    const { output } = await run('rotate', old.id, '--grace', '0s');
    expect(output).toContain(`${old.id} does not work any more`);
    expect((await runJson('show', old.id)).state).toBe('expired');
  });

  test('a grace that is no duration exits with 2', async () => {
    const old = await runJson('create', '--name', 'ci');
    for (const grace of ['soon', '-1s', '5', '1e3s']) {
      expect((await run('rotate', old.id, `--grace=${grace}`)).exitCode).toBe(2);
    }
    expect(await runJson('list')).toHaveLength(1);
  });

  test('revoke ends a key, and again is no error', async () => {
    const made = await runJson('create', '--name', 'ci');
    const { revoked_at, state } = await runJson('revoke', made.id);
    expect(state).toBe('revoked');
    expect((await runJson('revoke', made.id)).revoked_at).toBe(revoked_at);
    expect((await run('rotate', made.id)).exitCode).toBe(1);
  });

  test('works while another connection is open on the same directory', async () => {
    const server = openSqliteStores(dataDir);
    const made = await runJson('create', '--name', 'ci');
    expect(await server.keys.findByDigest(digestKey(made.key))).toMatchObject({ id: made.id });
    await runJson('revoke', made.id);
    expect((await server.keys.findById(made.id))?.revokedAt).toBeGreaterThan(0);
    await server.close();
  });
});

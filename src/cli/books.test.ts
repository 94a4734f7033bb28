/** The verbs that read the ledger, on one small set of books. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NO_LIMITS } from '../accounts/limits/ports.ts';
import { makeReservation, makeSettlement, oneByOne } from '../accounts/ledger/work.fixture.ts';
import { DATABASE_FILE } from '../accounts/store/sqlite/open.ts';
import { openSqliteStores } from '../accounts/store/sqlite/stores.ts';
import { makeDataDir } from '../accounts/store/temporary-stores.fixture.ts';
import { registerAccounts } from './accounts.ts';
import { registerBill } from './bill.ts';
import { registerLedger } from './ledger.ts';
import { runVerb } from './run-verb.fixture.ts';
import { registerUsage } from './usage.ts';

const MARCH_4 = Date.UTC(2026, 2, 4, 12);
const DAY = 86_400_000;
const M = 'tokenharbor/qwen3-max';

let dataDir: string;
beforeAll(async () => {
  dataDir = makeDataDir();
  await fill();
});
afterAll(() => rmSync(dataDir, { recursive: true }));

async function fill(): Promise<void> {
  const stores = openSqliteStores(dataDir);
  const boot = await stores.ledger.openBoot(0);
  const { reserve, settle } = oneByOne(stores.ledger, boot.id);
  const pay = async (changes: Parameters<typeof makeReservation>[0], estimated = false) => {
    const reservation = makeReservation(changes);
    await reserve(reservation);
    await settle(makeSettlement(reservation.requestId, { estimated }));
  };
  await stores.accounts.create({ id: 'acme', prepaid: true, budget: null, limits: NO_LIMITS, createdAt: MARCH_4 });
  await stores.accounts.credit({ account: 'acme', amountNano: 10_000_000_000n, note: 'invoice 1', atMs: MARCH_4 });
  for (let i = 0; i < 3; i++) await pay({ model: M });
  await pay({ keyId: 'key_b', account: 'acme', prepaid: true, model: '=HYPERLINK("x")', atMs: MARCH_4 + DAY }, true);
  await pay({ atMs: Date.UTC(2026, 3, 1) });
  await reserve(makeReservation({ atMs: MARCH_4 }));
  await boot.close();
  await stores.close();
}

const open = () => openSqliteStores(dataDir);
const usage = (...args: string[]) =>
  runVerb((program, context) => registerUsage(program, context, open), ['usage', ...args]);
const bill = (...args: string[]) =>
  runVerb((program, context) => registerBill(program, context, open), ['bill', ...args]);
const ledger = (...args: string[]) =>
  runVerb((program, context) => registerLedger(program, context, open), ['ledger', ...args]);
const accounts = (...args: string[]) =>
  runVerb((program, context) => registerAccounts(program, context, open), ['accounts', ...args]);

describe('usage', () => {
  test('--json is the documented form', async () => {
    const { output, exitCode } = await usage('--since', '2026-03-04', '--until', '2026-03-04', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toEqual({
      rows: [
        {
          key: 'key_a',
          model: M,
          requests: 3,
          input_tokens: 36,
          output_tokens: 600,
          cache_read_tokens: 0,
          cache_write_tokens: 0,
          reasoning_tokens: 0,
          cost_usd: '0.003643200',
          estimated: 0,
        },
      ],
      total: { requests: 3, input_tokens: 36, output_tokens: 600, cost_usd: '0.003643200' },
    });
  });

  test('keeps apart what it is told to, and nothing else', async () => {
    const rows = async (...args: string[]) => JSON.parse((await usage(...args, '--json')).output).rows as any[];
    expect((await rows('--by', 'day')).map(({ day, requests, key }) => [day, requests, key])).toEqual([
      ['2026-03-04', 3, undefined],
      ['2026-03-05', 1, undefined],
      ['2026-04-01', 1, undefined],
    ]);
    expect((await rows('--by', 'account')).map(({ account, requests }) => [account, requests])).toEqual([
      ['acme', 1],
      ['default', 4],
    ]);
    const both = await rows('--by', 'key,day', '--until', '2026-03');
    expect(both.map(({ day, key, estimated }) => [day, key, estimated])).toEqual([
      ['2026-03-04', 'key_a', 0],
      ['2026-03-05', 'key_b', 1],
    ]);
    expect(await rows('--key', 'key_b')).toHaveLength(1);
    expect(await rows('--account', 'nobody')).toEqual([]);
    expect(await rows('--since', '2026-03', '--until', '2026-03')).toHaveLength(2);
  });

  test('the table has a total under it', async () => {
    const { output } = await usage('--by', 'model');
    const lines = output.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^MODEL +REQUESTS +INPUT TOKENS .* COST USD +ESTIMATED$/);
    expect(lines.at(-1)).toMatch(/^total +5 +60 +1000 .* 0\.006072000$/);
    expect(new Set(lines.slice(0, -1).map((line) => line.length)).size).toBe(1);
  });

  test('CSV is quoted, and no cell is a formula', async () => {
    const { output } = await usage('--csv', '--since', '2026-03-05', '--until', '2026-03-05');
    expect(output).toBe(
      'key,model,requests,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,reasoning_tokens,cost_usd,estimated\n' +
        `key_b,"'=HYPERLINK(""x"")",1,12,200,0,0,0,0.001214400,1\n`,
    );
  });

  test('nothing used is an empty answer, and a word on standard error', async () => {
    const none = ['--since', '2030-01-01'];
    expect(await usage(...none)).toMatchObject({ output: '', errors: expect.stringContaining('Nothing'), exitCode: 0 });
    expect(JSON.parse((await usage(...none, '--json')).output)).toEqual({
      rows: [],
      total: { requests: 0, input_tokens: 0, output_tokens: 0, cost_usd: '0.000000000' },
    });
  });

  test.each([
    [['--by', 'provider'], 'day'],
    [['--since', '2026-02-30'], '2026-03-31'],
    [['--until', 'today'], '2026-03-31'],
    [['--since', '2026-12', '--until', '2026-11-30'], '--until 2026-11-30 is before --since 2026-12'],
    [['--json', '--csv'], 'choose one'],
  ])('wrong usage %j exits with 2 and says what is right', async (args, words) => {
    const { exitCode, errors, output } = await usage(...args);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(errors).toContain(words);
  });
});

describe('bill', () => {
  test('--json is what one account used in one month', async () => {
    const { output } = await bill('--account', 'default', '--month', '2026-03', '--json');
    expect(JSON.parse(output)).toMatchObject({
      account: 'default',
      month: '2026-03',
      currency: 'USD',
      rows: [{ key: 'key_a', model: M, requests: 3, cost_usd: '0.003643200' }],
      total: { requests: 3, cost_usd: '0.003643200' },
      // A request of that month has not ended.
      open_usd: '0.005000000',
      final: false,
    });
    const april = JSON.parse((await bill('--month', '2026-04', '--json')).output);
    expect(april).toMatchObject({ total: { requests: 1 }, open_usd: '0.000000000' });
    expect(april).not.toHaveProperty('balance_usd');
  });

  test('a prepaid account sees what was credited, and its balance', async () => {
    const args = ['--account', 'acme', '--month', '2026-03'];
    expect(JSON.parse((await bill(...args, '--json')).output)).toMatchObject({
      credits: [{ at: '2026-03-04T12:00:00.000Z', amount_usd: '10.000000000', note: 'invoice 1' }],
      balance_usd: '9.998785600',
    });
    const { output } = await bill(...args);
    expect(output).toContain('Account acme, 2026-03 (UTC)');
    expect(output).toContain('2026-03-04  10.000000000  invoice 1');
    expect(output).toContain('Balance: 9.998785600');
  });

  test('CSV names the account and the month in each row', async () => {
    const { output } = await bill('--month', '2026-03', '--csv');
    expect(output.split('\n')[1]).toBe(`default,2026-03,key_a,${M},3,36,600,0,0,0,0.003643200,0`);
  });

  test('a month that is none exits with 2', async () => {
    for (const month of ['2026-13', '2026-03-01', 'march']) expect((await bill('--month', month)).exitCode).toBe(2);
  });
});

describe('accounts', () => {
  test('lists those that were created and those that were only used', async () => {
    const rows = JSON.parse((await accounts('list', '--json')).output) as any[];
    expect(rows).toMatchObject([
      { id: 'acme', prepaid: true, credited_usd: '10.000000000', spent_usd: '0.001214400', balance_usd: '9.998785600' },
      { id: 'default', prepaid: false, spent_usd: '0.004857600', held_usd: '0.005000000', balance_usd: null },
    ]);
    expect((await accounts('list')).output).toMatch(/acme +before +- +0\.001214400 +0\.000000000 +9\.998785600/);
  });

  test('creates with a budget, once, and credits what is prepaid', async () => {
    const made = await accounts('create', 'team', '--budget', '12.5', '--budget-period', 'week', '--json');
    expect(JSON.parse(made.output)).toMatchObject({ id: 'team', budget_usd: '12.500000000', budget_period: 'week' });
    expect(await accounts('create', 'team')).toMatchObject({ exitCode: 1, output: '' });
    expect((await accounts('credit', 'team', '5')).errors).toContain('not prepaid');
    expect((await accounts('credit', 'nobody', '5')).errors).toContain('accounts create nobody --prepaid');
    await accounts('create', 'pre', '--prepaid');
    expect((await accounts('credit', 'pre', '5', '--note', 'x')).output).toContain('balance is 5.000000000');
    const back = await accounts('credit', 'pre', '--json', '--', '-0.000000001');
    expect(JSON.parse(back.output).balance_usd).toBe('4.999999999');
    // What was used before is no debt.
    const late = await accounts('create', 'default', '--prepaid', '--json');
    expect(JSON.parse(late.output)).toMatchObject({ credited_usd: '0.004857600', balance_usd: '0.000000000' });
  });

  test('limits and budget are kept with the account, shown, and changed one by one', async () => {
    const flags = ['--budget', '9', '--budget-period', 'day', '--rpm', '60', '--concurrency', '5'];
    const made = JSON.parse((await accounts('create', 'crew', ...flags, '--json')).output);
    const terms = { budget_usd: '9.000000000', budget_period: 'day', rpm: 60, tpm: null, concurrency: 5 };
    expect(made).toMatchObject({ id: 'crew', prepaid: false, ...terms });
    expect((await accounts('list')).output).toMatch(/^crew +after +9\.000000000 a day .* 60 rpm, 5 at once$/m);
    for (const [change, changed] of [
      [['--rpm', 'none'], { rpm: null }],
      [['--tpm', '1000'], { tpm: 1000 }],
      [['--budget', '8'], { budget_usd: '8.000000000' }],
      [['--budget-period', 'total'], { budget_period: 'total' }],
      [['--budget', 'none'], { budget_usd: null, budget_period: null }],
    ] as const) {
      Object.assign(made, changed);
      expect(JSON.parse((await accounts('set', 'crew', ...change, '--json')).output)).toEqual(made);
    }
    const rows = JSON.parse((await accounts('list', '--json')).output) as { id: string }[];
    expect(rows.find(({ id }) => id === 'crew')).toEqual(made);
    expect((await accounts('set', 'crew', '--rpm', '7')).output).toBe(
      'Changed account crew. Its limits are 7 rpm, 1000 tpm, 5 at once.\n',
    );
    expect(rows.find(({ id }) => id === 'default')).toMatchObject({ rpm: null, tpm: null, concurrency: null });
    const none = await accounts('set', 'nobody', '--rpm', '7');
    expect(none).toMatchObject({ exitCode: 1, errors: expect.stringContaining('accounts create nobody') });
  });

  test.each([
    [['create', 'x', '--rpm', '0'], '--rpm "0"'],
    [['create', 'x', '--budget', '1000000001'], 'billion dollars'],
    [['set', 'acme'], 'Say what is to change'],
    [['set', 'acme', '--tpm', '1.5'], '--tpm "1.5"'],
    [['set', 'acme', '--budget-period', 'day'], 'amount'],
    [['set', 'acme', '--budget', 'none', '--budget-period', 'day'], '--budget none'],
    [['create', 'A B'], 'Account'],
    [['create', 'x', '--budget', '1e3'], 'US dollars'],
    [['create', 'x', '--budget', '1', '--budget-period', 'year'], 'month'],
    [['create', 'x', '--budget-period', 'day'], '--budget'],
    [['credit', 'acme', '0'], 'not 0'],
    [['credit', 'acme', '1.0000000001'], 'US dollars'],
  ])('wrong usage %j exits with 2 and changes nothing', async (args, words) => {
    const before = (await accounts('list')).output;
    const { exitCode, errors, output } = await accounts(...args);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(errors).toContain(words);
    expect((await accounts('list')).output).toBe(before);
  });
});

describe('ledger verify', () => {
  test('says that all is well, and exits with 3 once it is not', async () => {
    expect(await ledger('verify')).toEqual({
      output: '5 entries, 1 open: all as they should be\n',
      errors: '',
      exitCode: 0,
    });
    expect(await ledger('verify', '--quiet')).toMatchObject({ output: '', exitCode: 0 });
    const db = new DatabaseSync(join(dataDir, DATABASE_FILE));
    db.exec('UPDATE rollups SET output_tokens = output_tokens + 1 WHERE cost_nano = 3643200');
    db.close();
    const { output, exitCode } = await ledger('verify', '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(output)).toEqual({
      ok: false,
      entries: 5,
      open_holds: 1,
      drift_count: 1,
      drift: [
        {
          what: 'rollup',
          where: `2026-03-04 key_a ${M}`,
          stored: '3 36 601 0 0 0 3643200 0',
          recomputed: '3 36 600 0 0 0 3643200 0',
        },
      ],
    });
    expect((await ledger('verify')).output).toContain('1 not as they should be');
  });
});

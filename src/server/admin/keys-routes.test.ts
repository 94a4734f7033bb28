import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Value } from '@sinclair/typebox/value';
import { digestKey } from '../../accounts/keys/digest.ts';
import { KeyRow } from './key-row.ts';
import { openOperatorApp, type OperatorApp } from './operator-app.fixture.ts';

type Visit = Awaited<ReturnType<OperatorApp['browser']>>['visit'];

let app: OperatorApp;
let visit: Visit;
beforeEach(async () => {
  app = openOperatorApp();
  ({ visit } = await app.browser({ token: await app.link() }));
  app.told.length = 0;
});
afterEach(() => app.close());

describe('keys', () => {
  test('are made, shown once, and listed', async () => {
    const made = await visit('POST', '/api/keys', {
      name: 'ci',
      account: 'acme',
      test: true,
      models: ['claude-*'],
      rpm: 60,
      concurrency: null,
      budget_usd: '5.5',
      expires_at: '2999-01-31',
    });
    const { key, ...row } = made.body;
    expect([made.status, key]).toEqual([201, expect.stringMatching(/^thk_test_\w{54}$/)]);
    expect(row).toMatchObject({
      prefix: key.slice(0, 12),
      name: 'ci',
      account: 'acme',
      models: ['claude-*'],
      rpm: 60,
      tpm: null,
      concurrency: null,
      budget: { usd: '5.500000000', period: 'month' },
      spent_usd: '0.000000000',
      state: 'active',
      expires_at: '2999-01-31T00:00:00.000Z',
      rotated_from: null,
    });
    const listed = await visit('GET', '/api/keys');
    expect(listed.body).toEqual({ rows: [row] });
    expect((await visit('GET', `/api/keys/${row.id}`)).body).toEqual(row);
    expect(JSON.stringify(listed.body)).not.toContain(digestKey(key));
    expect(app.told).toEqual([`operator ada made key ${row.id}`]);
    const { expires_at: _, created_at: __, ...rest } = row;
    expect([...Value.Errors(KeyRow, row)].filter(({ path }) => path.slice(1) in rest)).toEqual([]);
  });

  test('are changed, and what is null is taken away', async () => {
    const { id } = (await visit('POST', '/api/keys', { name: 'a', rpm: 5, budget_usd: '1', models: ['x'] })).body;
    const change = async (body: unknown) => (await visit('PATCH', `/api/keys/${id}`, body)).body;
    expect(await change({ name: 'b', rpm: null, tpm: 7, models: null })).toMatchObject({
      name: 'b',
      rpm: null,
      tpm: 7,
      models: null,
      budget: { usd: '1.000000000', period: 'month' },
    });
    expect((await change({ budget_period: 'day' })).budget).toEqual({ usd: '1.000000000', period: 'day' });
    expect((await change({ budget_usd: '2' })).budget).toEqual({ usd: '2.000000000', period: 'day' });
    expect((await change({ budget_usd: null })).budget).toBeNull();
    expect(app.changed).toEqual([id, id, id, id]);
    expect((await change({})).error.code).toBe('invalid_value');
    expect((await change({ budget_period: 'day' })).error.code).toBe('invalid_value');
    expect((await change({ budget_usd: null, budget_period: 'day' })).error.param).toBe('budget_period');
    expect(app.changed).toHaveLength(4);
  });

  test('are rotated and revoked, and every node is told', async () => {
    const old = (await visit('POST', '/api/keys', { name: 'a' })).body;
    const rotated = await visit('POST', `/api/keys/${old.id}/rotate`, { grace: '1h' });
    expect([rotated.status, rotated.body.key, rotated.body.rotated_from]).toEqual([
      201,
      expect.stringMatching(/^thk_live_/),
      old.id,
    ]);
    const states = async () => (await visit('GET', '/api/keys')).body.rows.map((row: { state: string }) => row.state);
    expect(await states()).toEqual(['rotated', 'active']);
    expect((await visit('POST', `/api/keys/${old.id}/rotate`)).status).toBe(409);
    const revoked = await visit('POST', `/api/keys/${rotated.body.id}/revoke`);
    expect([revoked.status, revoked.body.state, typeof revoked.body.revoked_at]).toEqual([200, 'revoked', 'string']);
    expect(await states()).toEqual(['rotated', 'revoked']);
    expect(app.changed).toEqual([old.id, rotated.body.id]);
    app.clock.now += 3_600_000;
    const expiring = (await visit('POST', '/api/keys', { name: 'b', expires_at: soon(app.clock.now) })).body;
    app.clock.now += 2000;
    expect((await visit('GET', `/api/keys/${expiring.id}`)).body.state).toBe('expired');
  });

  test('tell what is wrong by the name it has in the form', async () => {
    const paramOf = async (body: unknown) => (await visit('POST', '/api/keys', body)).body.error.param;
    expect(await paramOf({})).toBe('name');
    expect(await paramOf({ name: 'a', rpm: 0 })).toBe('rpm');
    expect(await paramOf({ name: 'a', budget_usd: 5 })).toBe('budget_usd');
    expect(await paramOf({ name: 'a', budget_usd: '-5' })).toBe('budget_usd');
    expect(await paramOf({ name: 'a', budget_usd: '1e3' })).toBe('budget_usd');
    expect(await paramOf({ name: 'a', budget_period: 'day' })).toBe('budget_usd');
    expect(await paramOf({ name: 'a', budget_usd: '5', budget_period: 'year' })).toBe('budget_period');
    expect(await paramOf({ name: 'a', expires_at: '2027-02-30' })).toBe('expires_at');
    expect(await paramOf({ name: 'a', models: ['ok', ''] })).toBe('models[1]');
    expect(await paramOf({ name: 'a', scope: 'all' })).toBe('scope');
    const said = async (body: unknown) => (await visit('POST', '/api/keys', body)).body.error.message;
    expect(await said({ name: 'a', budget_usd: '1,5' })).toStartWith('budget_usd: expected US dollars as text');
    expect(await said({ name: 'a', models: Array(1001).fill('m') })).toContain('a list of at most 1000');
    expect((await visit('POST', '/api/keys', { name: 'a\u0007' })).status).toBe(400);
    const missing = await visit('GET', '/api/keys/key_none');
    expect([missing.status, missing.body.error.code]).toEqual([404, 'not_found']);
    expect((await visit('GET', '/api/keys')).body.rows).toEqual([]);
  });
});

describe('accounts', () => {
  test('are made, changed and credited, and listed beside those that keys name', async () => {
    const made = await visit('POST', '/api/accounts', { id: 'pre', prepaid: true, rpm: 9 });
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: 'pre',
        prepaid: true,
        balance_usd: '0.000000000',
        credited_usd: '0.000000000',
        rpm: 9,
        tpm: null,
        concurrency: null,
        budget: null,
        spent_usd: '0.000000000',
        keys: 0,
        created_at: new Date(app.clock.now).toISOString(),
      },
    ]);
    await visit('POST', '/api/keys', { name: 'a', account: 'pre' });
    await visit('POST', '/api/keys', { name: 'b', account: 'named' });
    const credit = (body: unknown) => visit('POST', '/api/accounts/pre/credits', body);
    expect((await credit({ amount_usd: '25', note: 'invoice 17' })).body.balance_usd).toBe('25.000000000');
    expect((await credit({ amount_usd: '-0.5' })).body.balance_usd).toBe('24.500000000');
    expect((await visit('GET', '/api/accounts/pre/credits')).body.rows).toMatchObject([
      { amount_usd: '25.000000000', note: 'invoice 17' },
      { amount_usd: '-0.500000000', note: '' },
    ]);
    expect((await visit('PATCH', '/api/accounts/pre', { rpm: null, budget_usd: '7' })).body).toMatchObject({
      rpm: null,
      budget: { usd: '7.000000000', period: 'month' },
      keys: 1,
    });
    const { rows } = (await visit('GET', '/api/accounts')).body;
    expect(rows.map(({ id, keys, created_at: at }: any) => [id, keys, at === null])).toEqual([
      ['named', 1, true],
      ['pre', 1, false],
    ]);
  });

  test('are refused for what they are or are not', async () => {
    await visit('POST', '/api/accounts', { id: 'post' });
    const statusOf = async (path: string, body: unknown, method = 'POST') => (await visit(method, path, body)).status;
    expect(await statusOf('/api/accounts', { id: 'post' })).toBe(409);
    expect(await statusOf('/api/accounts', { id: 'Not An Id' })).toBe(400);
    expect(await statusOf('/api/accounts/post/credits', { amount_usd: '1' })).toBe(409);
    expect(await statusOf('/api/accounts/none/credits', { amount_usd: '1' })).toBe(404);
    expect(await statusOf('/api/accounts/post/credits', { amount_usd: '0' })).toBe(400);
    expect(await statusOf('/api/accounts/none', { rpm: 1 }, 'PATCH')).toBe(404);
    expect(await statusOf('/api/accounts/post', {}, 'PATCH')).toBe(400);
  });
});

describe('the playground', () => {
  test('has a key of its own, for twelve hours and a dollar', async () => {
    const { body, status } = await visit('POST', '/api/playground/key');
    expect([status, body.key]).toEqual([201, expect.stringMatching(/^thk_test_/)]);
    expect(body).toMatchObject({
      name: 'playground',
      budget: { usd: '1.000000000', period: 'total' },
      account: 'default',
    });
    expect(Date.parse(body.expires_at) - app.clock.now).toBe(12 * 3_600_000);
    const other = await visit('POST', '/api/playground/key', { account: 'acme', budget_usd: '0.05' });
    expect(other.body).toMatchObject({ account: 'acme', budget: { usd: '0.050000000' } });
  });

  test('asks as a client of the data listener would, without what the page alone has', async () => {
    const answer = await visit(
      'POST',
      '/api/playground/v1/messages',
      { model: 'm' },
      {
        'x-th-playground-key': 'thk_test_x',
        'anthropic-version': '2023-06-01',
        'x-th-steering': 'off',
      },
    );
    expect([answer.status, answer.headers.get('x-th-provider'), answer.body]).toEqual([
      200,
      'demo',
      'data: {"model":"m"}\n\n',
    ]);
    const [{ url, method, headers } = new Request('http://none')] = app.asked;
    expect([method, url]).toEqual(['POST', 'http://playground/v1/messages']);
    expect(Object.fromEntries(headers)).toEqual({
      host: 'playground',
      authorization: 'Bearer thk_test_x',
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-th-steering': 'off',
    });
    const without = await visit('POST', '/api/playground/v1/chat/completions', { model: 'm' });
    expect([without.status, app.asked.length]).toEqual([400, 1]);
  });
});

function soon(now: number): string {
  return new Date(now + 1000).toISOString();
}

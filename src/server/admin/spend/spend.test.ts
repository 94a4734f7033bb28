import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { settleRequests } from '../../../accounts/ledger/settled-requests.fixture.ts';
import { DAY_MS } from '../../../accounts/ledger/period.ts';
import { COST, DAY, NOON } from '../../../accounts/ledger/work.fixture.ts';
import { Spending } from '../../../accounts/spend/spend.ts';
import { makeRecord } from '../../../accounts/store/temporary-stores.fixture.ts';
import { errorOf } from '../app.fixture.ts';
import { checkValue } from '../check-value.ts';
import { openReadings } from '../readings.fixture.ts';
import { readSpend } from './spend.ts';
import { Spend } from './schema.ts';

describe('/api/spend', () => {
  let readings: ReturnType<typeof openReadings>;
  beforeEach(async () => {
    readings = openReadings();
    const { keys, ledger } = readings.stores;
    await keys.insert(makeRecord({ id: 'key_a', name: '=the "first", of all' }));
    await settleRequests(ledger, [
      { atMs: NOON, provider: 'up' },
      { atMs: NOON + DAY, keyId: 'key_b', account: 'acme', model: 'm', provider: 'down', estimated: true },
      { atMs: NOON + 40 * DAY, costNano: 1n },
    ]);
  });
  afterEach(() => readings.close());

  const march = 'since=2026-03-01&until=2026-03-31';
  const services = () => ({ ...readings.stores, spending: new Spending(readings.stores) });
  const spend = async (query: string) => checkValue(Spend, await readings.get(`/api/spend?${query}`)) as Spend;

  test('keeps apart what is asked for, with the names of keys, and adds up', async () => {
    const amounts = { requests: 1, input_tokens: 12, output_tokens: 200, cost_usd: '0.001214400', estimated: 0 };
    const rest = { cache_read_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };
    expect(await spend(`by=key,account&${march}`)).toEqual({
      since: '2026-03-01',
      until: '2026-03-31',
      by: ['account', 'key'],
      rows: [
        { account: 'default', key: 'key_a', key_name: '=the "first", of all', ...amounts, ...rest },
        { account: 'acme', key: 'key_b', key_name: null, ...amounts, ...rest, estimated: 1 },
      ],
      total: {
        ...amounts,
        ...rest,
        requests: 2,
        input_tokens: 24,
        output_tokens: 400,
        cost_usd: '0.002428800',
        estimated: 1,
      },
      forecast: null,
    });
    expect((await spend(march)).rows).toMatchObject([{ requests: 2 }]);
    expect((await spend('by=day&since=2026-03-05&until=2026-03-05')).rows).toMatchObject([
      { day: '2026-03-05', requests: 1 },
    ]);
  });

  test('knows providers, of which the roll-ups know nothing', async () => {
    expect((await spend(`by=provider&${march}`)).rows.map(({ provider, requests }) => [provider, requests])).toEqual([
      ['down', 1],
      ['up', 1],
    ]);
    expect((await spend(`by=day,model&provider=down&${march}`)).rows).toMatchObject([
      { day: '2026-03-05', model: 'm' },
    ]);
    expect((await spend(`by=model&account=acme&key=key_b&model=m&${march}`)).total.requests).toBe(1);
    expect((await spend(`by=model&model=other&${march}`)).rows).toEqual([]);
  });

  test('is a file of CSV for whoever wants one, and for no formula', async () => {
    const response = await readings.asPage('GET', `/api/spend?by=key&${march}&format=csv`);
    expect(response.headers.get('content-type')).toStartWith('text/csv');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="spend-2026-03-01-2026-03-31.csv"');
    expect(await response.text()).toBe(
      'key,key_name,requests,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,reasoning_tokens,cost_usd,estimated\r\n' +
        'key_a,"\'=the ""first"", of all",1,12,200,0,0,0,0.001214400,0\r\n' +
        'key_b,,1,12,200,0,0,0,0.001214400,1\r\n',
    );
    const page = { cookie: 'th_session=good', accept: 'text/csv' };
    expect((await readings.ask('GET', '/api/spend', page)).headers.get('content-type')).toStartWith('text/csv');
    const browser = { ...page, accept: 'text/html,text/csv' };
    expect((await readings.ask('GET', '/api/spend', browser)).headers.get('content-type')).toStartWith(
      'application/json',
    );
  });

  test('is of this month unless another is asked for, with what it may come to', async () => {
    const at = NOON + 40 * DAY;
    const { since, until, rows, forecast } = await readSpend(services(), { by: 'day' }, at);
    expect({ since, until, rows }).toMatchObject({ since: '2026-04-01', until: '2026-04-13', rows: [{ requests: 1 }] });
    // Nothing was spent in the week before; today half a day is left, and 17.
    expect(forecast).toEqual({
      month: '2026-04',
      spent_usd: '0.000000001',
      expected_usd: '0.000000036',
      days_left: 17,
    });
    const forecastOf = async (query: object) => (await readSpend(services(), query, at)).forecast;
    expect(await forecastOf({ since: '2026-04-02' })).toBeNull();
    expect(await forecastOf({ until: '2026-04-12' })).toBeNull();
    expect(await forecastOf({ since: '2026-04-01', until: '2026-04-30' })).not.toBeNull();
    expect(await forecastOf({ account: 'acme' })).toMatchObject({ expected_usd: '0.000000000' });
    const march4 = await readSpend(services(), {}, NOON + DAY_MS);
    expect(march4.forecast?.expected_usd).toBe(usdOf(2n * COST + (COST * 53n) / 2n));
  });

  test('says which parameter is none', async () => {
    const refused = async (query: string) => errorOf(await readings.asPage('GET', `/api/spend?${query}`));
    expect(await refused('by=colour')).toEqual([400, 'invalid_value', 'by']);
    expect(await refused('since=yesterday')).toEqual([400, 'invalid_value', 'since']);
    expect(await refused('since=2026-02-30')).toEqual([400, 'invalid_value', 'since']);
    expect(await refused('since=2026-03-02&until=2026-03-01')).toEqual([400, 'invalid_value', 'until']);
    expect(await refused('format=xml')).toEqual([400, 'invalid_value', 'format']);
  });
});

function usdOf(nano: bigint): string {
  return `0.${nano.toString().padStart(9, '0')}`;
}

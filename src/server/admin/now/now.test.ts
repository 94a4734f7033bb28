import { afterEach, beforeEach, describe, expect, setSystemTime, test } from 'bun:test';
import { settleRequests } from '../../../accounts/ledger/settled-requests.fixture.ts';
import { checkValue } from '../check-value.ts';
import { finished } from '../../../telemetry/request-finished.fixture.ts';
import { openReadings } from '../readings.fixture.ts';
import { Feed } from './feed.ts';
import { Now, NowEvent } from './schema.ts';

type NowDocument = typeof Now.static;

const CONFIG = `
providers: { up: { shape: openai, base_url: http://127.0.0.1:1/v1, api_key: k } }
models: { m: { targets: [{ provider: up, model: private-m }] } }
`;

let readings: ReturnType<typeof openReadings>;
afterEach(() => readings.close());

describe('/api/now', () => {
  beforeEach(() => {
    readings = openReadings(CONFIG, { index: 1, count: 2 });
  });

  test('tells the last minute, the last five by the second, and how all stands', async () => {
    const { recorder, stores, get } = readings;
    await settleRequests(stores.ledger, [{ atMs: Date.now(), costNano: 5n }]);
    const at = Date.now() - 3000;
    const route = '/v1/messages';
    for (const firstByteMs of [100, 200, 300]) recorder.requestFinished(finished({ at, route, firstByteMs }));
    recorder.requestFinished(finished({ at, route, outcome: 'upstream_error', status: 502, firstByteMs: undefined }));
    recorder.requestFinished(finished({ at, route: '/v1/models' }));
    const now = checkValue(Now, await get('/api/now')) as NowDocument;
    expect(now).toMatchObject({
      ready: true,
      draining: false,
      workers: { index: 1, count: 2 },
      error_share: 0.25,
      streams_open: 3,
      upstream_requests: 5,
      ledger: {
        unwritten: 1,
        open_holds: 2,
        reserved_usd: '0.000000007',
        settled_today_usd: '0.000000005',
        failure: null,
      },
      breakers: [{ provider: 'up', model: 'private-m', state: 'closed', failures: 0, retry_at: null }],
    });
    expect(now.requests_per_second).toBeGreaterThan(0);
    expect(now.first_byte_ms.p50).toBeWithin(190, 210);
    const { requests, errors, p50_ms: p50, p95_ms: p95, streams, ends_at: endsAt } = now.series;
    for (const list of [requests, errors, p50, p95, streams]) expect(list).toHaveLength(300);
    const place = 300 - (Date.parse(endsAt) / 1000 - Math.floor(at / 1000));
    expect([requests[place], errors[place]]).toEqual([4, 1]);
    expect(requests.reduce((sum, count) => sum + count)).toBe(4);
  });

  test('has rates of the time that passed, whichever way the clock was set since the start', async () => {
    await Bun.sleep(2100);
    const began = Date.now();
    const { recorder, get } = readings;
    try {
      for (const jumpMs of [-3_600_000, 3_600_000]) {
        setSystemTime(began + jumpMs);
        const at = Date.now() - 2000;
        for (let i = 0; i < 60; i++) recorder.requestFinished(finished({ at, route: '/v1/messages' }));
        expect((await get<NowDocument>('/api/now')).requests_per_second).toBeWithin(15, 31);
      }
    } finally {
      setSystemTime();
    }
  });

  test('tells which breakers are open, and until when', async () => {
    const { gateway, get } = readings;
    const [target] = gateway.view.catalogue.list()[0]?.targets ?? [];
    if (target === undefined) throw new TypeError('there is no target');
    const { breaker } = target.health;
    // A rest that is over: with a start in the past a process that is young would have one before its time began.
    breaker.rest(performance.now(), 1, false);
    await Bun.sleep(5);
    expect((await get<NowDocument>('/api/now')).breakers).toMatchObject([{ state: 'half_open' }]);
    breaker.rest(performance.now(), 30_000, false);
    const { breakers } = await get<NowDocument>('/api/now');
    expect(breakers).toMatchObject([{ provider: 'up', model: 'private-m', state: 'open' }]);
    expect(Date.parse(breakers[0]?.retry_at ?? '') - Date.now()).toBeWithin(25_000, 30_001);
    const { models } = await get<{ models: { targets: { breaker: { state: string } }[] }[] }>('/api/models');
    expect(models[0]?.targets[0]?.breaker.state).toBe('open');
  });

  test('tells what it can while the stores and the ledger fail', async () => {
    const { gateway, stores, get } = readings;
    gateway.isReady = false;
    gateway.sources.ledger = () => ({ unwritten: 9, open: 0, heldNano: 0n, failure: new Error('the disk is full') });
    await stores.close();
    const { ready, ledger } = await get<NowDocument>('/api/now');
    expect(ready).toBe(false);
    expect(ledger).toMatchObject({ unwritten: 9, settled_today_usd: null, failure: 'the disk is full' });
    readings = openReadings(CONFIG);
  });
});

describe('/api/now/stream', () => {
  beforeEach(() => {
    readings = openReadings(CONFIG);
  });

  test('tells each second once, to all who look on, and ends with the listener', async () => {
    const { asPage, recorder } = readings;
    const streams = await Promise.all([asPage('GET', '/api/now/stream'), asPage('GET', '/api/now/stream')]);
    for (const { headers } of streams) expect(headers.get('content-type')).toBe('text/event-stream');
    recorder.requestFinished(finished({ at: Date.now(), route: '/v1/messages' }));
    const texts = streams.map((stream) => stream.text());
    await Bun.sleep(2600);
    readings.readings.close();
    const [first = '', second] = await Promise.all(texts);
    expect(second).toBe(first);
    expect(first).toStartWith('retry: 500\n: open\n\n');
    const events = [...first.matchAll(/^event: now\ndata: (.*)\n\n/gm)].map(
      ([, data]) => checkValue(NowEvent, JSON.parse(data ?? '')) as typeof NowEvent.static,
    );
    expect(events.length).toBeWithin(2, 5);
    const ends = events.map(({ point }) => Date.parse(point.ends_at));
    for (const [at, end] of ends.entries()) if (at > 0) expect(end - (ends[at - 1] as number)).toBe(1000);
    expect(events.reduce((sum, { point }) => sum + point.requests, 0)).toBe(1);
    expect(readings.faults).toEqual([]);
    expect(await (await asPage('GET', '/api/now/stream')).text()).toBe('');
  });

  test('ends soon after the session of who looks on, and not for others', async () => {
    const feed = new Feed({ eventOf: async () => ({}), onFault: (what) => readings.faults.push(what) });
    const ended = { out: false, in: false, unknown: false };
    const read = async (who: keyof typeof ended, isStillIn: () => Promise<boolean>) => {
      await new Response(feed.open(isStillIn)).arrayBuffer();
      ended[who] = true;
    };
    void read('out', async () => false);
    void read('in', async () => true);
    void read('unknown', () => Promise.reject(new Error('the store is away')));
    await Bun.sleep(3000);
    expect(ended).toEqual({ out: false, in: false, unknown: false });
    await Bun.sleep(4200);
    expect(ended).toEqual({ out: true, in: false, unknown: false });
    feed.close();
    expect(readings.faults).toEqual([]);
  }, 15_000);

  test('who leaves costs nothing any more', async () => {
    const { asPage } = readings;
    let asked = 0;
    readings.gateway.sources.streamsInFlight = () => ++asked;
    const response = await asPage('GET', '/api/now/stream');
    await response.body?.cancel();
    const head = await asPage('HEAD', '/api/now/stream');
    expect([head.status, await head.text()]).toEqual([200, '']);
    await Bun.sleep(1300);
    expect(asked).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openaiCompletion } from '../support/answers.ts';
import { type FailoverFixture, startFailover } from '../support/failover-fixture.ts';
import type { Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const says =
  (text: string, afterMs = 0): Script =>
  async (exchange) => {
    if (afterMs > 0) await Bun.sleep(afterMs);
    await exchange.json(200, openaiCompletion({ text }));
  };
const refuses: Script = (exchange) => exchange.json(503, { error: { message: 'full', type: 'server_error' } });
const place = (target: object = {}) => ({ shape: 'openai' as const, target });
const turns = (...messages: object[]) => ({ messages });
const user = (content: string) => ({ role: 'user', content });

interface Seen {
  readonly atMs: number;
  readonly status: number;
  readonly attempts: number;
  readonly tookMs: number;
  readonly provider: string;
}

describe('several targets under load', () => {
  let fixture: FailoverFixture;
  beforeAll(async () => {
    fixture = await startFailover({
      dead: { places: [place(), place(), place()] },
      fast: { places: [place({ priority: 0 }), place({ priority: 0 })], model: { policy: 'latency' } },
      weighted: { places: [place({ priority: 0, weight: 3 }), place({ priority: 0, weight: 1 })] },
      cheap: {
        places: [
          place({ priority: 0, price: { input: 9, output: 9 } }),
          place({ priority: 0, price: { input: 2, output: 3 } }),
        ],
        model: { policy: 'cost' },
      },
      session: { places: [place({ priority: 0 }), place({ priority: 0 })] },
      loop: { places: [place(), place()] },
      storm: { places: [place()] },
    });
  });
  afterAll(() => fixture?.stop());

  const ask = async (name: string, extra: object = {}, headers: Record<string, string> = {}): Promise<Seen> => {
    const atMs = performance.now();
    const response = await fixture.ask('openai', fixture.model(name), extra, headers);
    await response.text();
    return {
      atMs,
      status: response.status,
      attempts: Number(response.headers.get('x-th-attempts')),
      tookMs: performance.now() - atMs,
      provider: response.headers.get('x-th-provider') ?? '',
    };
  };

  /** So many clients, each asking again as soon as it is answered. */
  async function load(name: string, clients: number, until: (seen: readonly Seen[]) => boolean): Promise<Seen[]> {
    const seen: Seen[] = [];
    const loop = async () => {
      while (!until(seen)) seen.push(await ask(name));
    };
    await Promise.all(Array.from({ length: clients }, loop));
    return seen.sort((a, b) => a.atMs - b.atMs);
  }

  test('one dead, one slow: nobody is refused, few are sent twice, and the dead one is back soon after it is mended', async () => {
    let isDead = true;
    const model = fixture
      .model('dead')
      .script((exchange) => (isDead ? refuses(exchange) : says('first')(exchange)), says('second', 150), says('third'));
    const startedAt = performance.now();
    const mendedAt = startedAt + 3000;
    setTimeout(() => (isDead = false), 3000);
    const seen = await load('dead', 30, () => performance.now() > startedAt + 9500);
    expect(seen.filter(({ status }) => status !== 200)).toEqual([]);
    const opened = seen.findIndex(({ attempts }) => attempts === 1);
    const twice = seen.slice(opened).filter(({ attempts, atMs }) => attempts > 1 && atMs > startedAt + 500);
    // The probe, once its pause was over; none of the others met the dead one.
    expect(twice.length).toBeLessThanOrEqual(1);
    const back = seen.find(({ provider, atMs }) => provider === 'dead-0' && atMs >= mendedAt);
    expect(back === undefined ? Infinity : back.atMs - mendedAt).toBeLessThan(5500);
    expect(seen.slice(-30).every(({ provider }) => provider === 'dead-0')).toBe(true);
    const asked = model.asked();
    expect(seen.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(asked.reduce((sum, count) => sum + count, 0));
  });

  test('latency: the slow one gets the lesser part, and more again when it is no longer slow', async () => {
    let isSlow = true;
    fixture.model('fast').script((exchange) => says('first', isSlow ? 200 : 0)(exchange), says('second', 40));
    const shareOf = (seen: readonly Seen[]) =>
      seen.filter(({ provider }) => provider === 'fast-0').length / seen.length;
    const startedAt = performance.now();
    const seen = await load('fast', 8, () => performance.now() > startedAt + 2000);
    expect(shareOf(seen)).toBeLessThan(0.1);
    isSlow = false;
    // Found out by one request at a time, and believed as what was observed before is forgotten.
    const later = performance.now();
    const isBack = (after: readonly Seen[]) => after.length > 200 && shareOf(after.slice(-200)) > 0.3;
    const after = await load('fast', 8, (all) => isBack(all) || performance.now() > later + 45_000);
    expect(isBack(after)).toBe(true);
  });

  test('weight: shares among conversations that begin alike', async () => {
    fixture.model('weighted').script(says('first'), says('second'));
    const seen = await Promise.all(Array.from({ length: 200 }, () => ask('weighted')));
    const share = seen.filter(({ provider }) => provider === 'weighted-0').length / seen.length;
    expect(share).toBeWithin(0.62, 0.88);
  });

  test('cost: the cheapest, at its price', async () => {
    fixture.model('cheap').script(says('first'), says('second'));
    const response = await fixture.ask('openai', fixture.model('cheap'));
    expect([response.headers.get('x-th-provider'), response.headers.get('x-th-cost-usd')]).toEqual([
      'cheap-1',
      '0.000033000',
    ]);
    await response.text();
  });

  test('D1: a session stays at its target, by its id or by how it began', async () => {
    fixture.model('session').script(says('first'), says('second'));
    for (let i = 0; i < 6; i++) {
      const header = { 'x-session-id': `s${i}` };
      const places = new Set<string>();
      for (let turn = 0; turn < 6; turn++)
        places.add((await ask('session', turns(user(`turn ${turn}`)), header)).provider);
      expect(places.size).toBe(1);

      const history: object[] = [user(`conversation ${i}`)];
      const served = new Set<string>();
      for (let turn = 0; turn < 6; turn++) {
        served.add((await ask('session', turns(...history))).provider);
        history.push({ role: 'assistant', content: `answer ${turn} of ${i}` }, user('go on'));
      }
      expect(served.size).toBe(1);
    }
  });

  test('D1: within a tool loop a passing failure is waited for, a lasting one is not', async () => {
    let asked = 0;
    let failures = 0;
    fixture
      .model('loop')
      .script(
        (exchange) => (asked++ >= 1 && failures-- > 0 ? refuses(exchange) : says('first')(exchange)),
        says('second'),
      );
    const begun = [user('use the tool')];
    const call = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    const result = { role: 'tool', tool_call_id: 'c', content: 'done' };
    const header = { 'x-session-id': 'loop' };
    expect((await ask('loop', turns(...begun), header)).provider).toBe('loop-0');
    failures = 1;
    expect(await ask('loop', turns(...begun, call, result), header)).toMatchObject({ provider: 'loop-0', attempts: 2 });
    failures = 2;
    expect(await ask('loop', turns(...begun, call, result), header)).toMatchObject({ provider: 'loop-1', attempts: 3 });
    // Outside of a loop the next target is asked at once.
    failures = 1;
    expect(await ask('loop', turns(user('new')))).toMatchObject({ provider: 'loop-1', attempts: 2 });
  });

  test('retry.budget: an outage of a lone target is not made three times worse', async () => {
    const model = fixture.model('storm').script(refuses);
    const seen = await Promise.all(Array.from({ length: 200 }, () => ask('storm')));
    expect(seen.every(({ status }) => status === 503)).toBe(true);
    const [asked = 0] = model.asked();
    // A fifth of 200, ten from the reserve and what came back to it meanwhile.
    expect(asked).toBeWithin(201, 200 + 40 + 10 + 60);
  });
});

/** How often and how long a request is tried for, and where it never goes. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openaiCompletion } from '../support/answers.ts';
import { post, requestBody } from '../support/clients.ts';
import { type FailoverFixture, startFailover } from '../support/failover-fixture.ts';
import { freePorts } from '../support/free-ports.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { answers, both, freshModels, numbered, refuses } from '../support/failover-scripts.ts';

setDefaultTimeout(30_000);

describe('a request that fails again and again', () => {
  let fixture: FailoverFixture;
  let elsewhere: ScriptedUpstream;
  const fresh = freshModels(() => fixture);
  beforeAll(async () => {
    elsewhere = await ScriptedUpstream.start((exchange) => exchange.json(200, openaiCompletion({ text: 'wrong' })));
    const [closed] = await freePorts(1);
    const quick = { timeouts: { first_byte: '1s', idle: '1s' } };
    fixture = await startFailover({
      ...numbered('openai-', 40, both('openai')),
      ...numbered('three-', 40, [
        { shape: 'openai', provider: quick },
        { shape: 'openai', provider: quick },
        { shape: 'openai', provider: quick },
      ]),
      ...numbered('lone-', 40, [{ shape: 'openai' }]),
      refused: { places: [{ shape: 'openai', url: `http://127.0.0.1:${closed}` }, { shape: 'openai' }] },
      nowhere: { places: [{ shape: 'openai', url: 'http://no-such-host.invalid' }, { shape: 'openai' }] },
      'not-tls': {
        places: [
          { shape: 'openai', url: elsewhere.url.replace('http:', 'https:'), provider: quick },
          { shape: 'openai' },
        ],
      },
    });
  });
  afterAll(async () => {
    await fixture?.stop();
    await elsewhere?.stop();
  });

  test('fault 33: what may have been done already has one further try, whatever comes of it', async () => {
    const model = fresh('three-').script(
      (exchange) => exchange.reset(),
      (exchange) => exchange.reset(),
      answers('openai', 'from the third'),
    );
    const response = await fixture.ask('openai', model);
    expect(response.status).toBe(502);
    expect(response.headers.get('x-th-attempts')).toBe('2');
    expect(model.asked()).toEqual([1, 1, 0]);
    const line = await fixture.line(model);
    expect(line).toMatchObject({ attempts: 2, lost: [{ may_cost: true }, { may_cost: true }] });
  });

  test('fault 33: a lone target that resets is asked once more', async () => {
    let asked = 0;
    const model = fresh('lone-').script((exchange) =>
      asked++ === 0 ? exchange.reset() : exchange.json(200, openaiCompletion()),
    );
    const response = await fixture.ask('openai', model);
    expect([response.status, response.headers.get('x-th-attempts')]).toEqual([200, '2']);
  });

  test('fault 38: an upstream that never answers has one further try', async () => {
    const model = fresh('three-').script(
      (exchange) => exchange.stall(),
      answers('openai', 'from the second'),
      answers('openai', 'from the third'),
    );
    expect(await (await fixture.ask('openai', model)).text()).toContain('from the second');
    const silent = fresh('three-').script(
      (exchange) => exchange.stall(),
      (exchange) => exchange.stall(),
      answers('openai', 'from the third'),
    );
    expect((await fixture.ask('openai', silent)).status).toBe(504);
    expect(silent.asked()).toEqual([1, 1, 0]);
  });

  test('fault 34: a provider that cannot be reached costs nothing but the next one', async () => {
    for (const name of ['refused', 'nowhere', 'not-tls']) {
      const model = fixture.model(name).script(() => undefined, answers('openai', 'from the second'));
      const response = await fixture.ask('openai', model);
      expect(await response.text()).toContain('from the second');
      expect([name, response.headers.get('x-th-attempts')]).toEqual([name, '2']);
    }
    expect(elsewhere.requests).toEqual([]);
  });

  test('fault 37: a redirect is not followed; another target is asked', async () => {
    const model = fresh('openai-').script(
      (exchange) => exchange.answer(307, '', [['location', `${elsewhere.url}/v1/chat/completions`]]),
      answers('openai', 'from the second'),
    );
    expect(await (await fixture.ask('openai', model)).text()).toContain('from the second');
    expect(elsewhere.requests).toEqual([]);
  });

  test('fault 36: a lone target is waited for as long as it asks, up to ten seconds, and not longer', async () => {
    const rows: [retryAfter: string, tries: number, leastMs: number][] = [
      ['1', 2, 1000],
      ['garbage', 2, 900],
      ['-3', 2, 900],
      ['0', 2, 100],
      [new Date(0).toUTCString(), 2, 100],
      ['30', 1, 0],
      ['315360000', 1, 0],
      [new Date(Date.now() + 3_600_000).toUTCString(), 1, 0],
    ];
    const waited = rows.map(async ([retryAfter, tries, leastMs]) => {
      let asked = 0;
      const model = fresh('lone-').script((exchange) =>
        asked++ === 0 ? refuses(429, retryAfter)(exchange) : exchange.json(200, openaiCompletion()),
      );
      const askedAt = performance.now();
      const response = await fixture.ask('openai', model);
      await response.text();
      expect([retryAfter, model.asked()[0], response.ok]).toEqual([retryAfter, tries, tries === 2]);
      expect(response.headers.get('x-th-attempts')).toBe(String(tries));
      expect(performance.now() - askedAt).toBeGreaterThanOrEqual(leastMs);
      if (tries === 1) expect(performance.now() - askedAt).toBeLessThan(10_000);
    });
    await Promise.all(waited);
  });

  test('retry.attempts: a lone target is asked three times, no more', async () => {
    const model = fresh('lone-').script(refuses(500));
    const response = await fixture.ask('openai', model);
    expect([response.status, response.headers.get('x-th-attempts')]).toEqual([502, '3']);
    expect(model.asked()).toEqual([3]);
  });

  test('C12: a client that has gone is not asked for anywhere else', async () => {
    const model = fresh('openai-').script(
      async (exchange) => {
        await exchange.peerClosed;
      },
      answers('openai', 'from the second'),
    );
    const client = new AbortController();
    const answer = post(fixture, 'openai', requestBody('openai', model.id), { signal: client.signal });
    await fixture.upstream.received(1, model.upstreamModels[0]);
    client.abort();
    await expect(answer).rejects.toThrow();
    await Bun.sleep(300);
    expect(model.asked()).toEqual([1, 0]);
  });

  test('C13: a client that goes while the gateway waits ends the wait', async () => {
    const model = fresh('lone-').script(refuses(429, '1'));
    const client = new AbortController();
    const answer = post(fixture, 'openai', requestBody('openai', model.id), { signal: client.signal });
    await fixture.upstream.received(1, model.upstreamModels[0]);
    await Bun.sleep(200);
    client.abort();
    await expect(answer).rejects.toThrow();
    await Bun.sleep(1500);
    expect(model.asked()).toEqual([1]);
    const line = await fixture.line(model);
    expect(line).toMatchObject({ outcome: 'client_abort', attempts: 1 });
    expect(line.duration_ms as number).toBeLessThan(1000);
  });
});

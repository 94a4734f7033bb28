import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openaiCompletion, openaiStream } from '../support/answers.ts';
import { type FailoverFixture, type Place, startFailover } from '../support/failover-fixture.ts';
import { type FullSocket, startFullSocket } from '../support/full-socket.ts';
import { readStream } from '../support/sse-events.ts';

setDefaultTimeout(60_000);

/** First bytes are waited for much longer than connections. */
const provider = { timeouts: { connect: '1s', first_byte: '40s' } };

describe('fault 34: a host that drops packets', () => {
  let full: FullSocket;
  let fixture: FailoverFixture;
  beforeAll(async () => {
    full = await startFullSocket();
    const hole: Place = { shape: 'openai', url: `http://127.0.0.1:${full.port}`, provider };
    const there: Place = { shape: 'openai', provider };
    fixture = await startFailover({
      json: { places: [hole, there] },
      stream: { places: [hole, there] },
      alone: { places: [hole], model: { price: { input: 1, output: 1 } } },
      opens: { places: [hole, there] },
      slow: { places: [there, there] },
    });
  });
  afterAll(async () => {
    await fixture?.stop();
    await full?.stop();
  });

  test('costs the time to connect and nothing else: the next target answers', async () => {
    for (const stream of [false, true]) {
      const model = fixture.model(stream ? 'stream' : 'json').script(
        () => undefined,
        (exchange) =>
          stream ? exchange.stream(openaiStream({ pieces: ['here'] })) : exchange.json(200, openaiCompletion()),
      );
      const askedAt = performance.now();
      const response = await fixture.ask('openai', model, { stream });
      if (stream) expect((await readStream(response)).text).toContain('here');
      else await response.text();
      expect(performance.now() - askedAt).toBeGreaterThanOrEqual(800);
      expect(performance.now() - askedAt).toBeLessThan(20_000);
      expect([response.headers.get('x-th-attempts'), response.headers.get('x-th-provider')]).toEqual([
        '2',
        `${model.id}-1`,
      ]);
      const line = await fixture.line(model);
      expect(line).toMatchObject({ attempts: 2, outcome: 'answered', lost: [{ error: 'upstream_unavailable' }] });
      // Nothing was sent, so nothing can have been done.
      expect((line['lost'] as { may_cost?: boolean }[])[0]?.may_cost).toBeUndefined();
    }
  });

  test('is told as such where there is no other, free of charge', async () => {
    const model = fixture.model('alone');
    const response = await fixture.ask('openai', model);
    expect(response.status).toBe(502);
    expect(response.headers.get('x-should-retry')).toBe('true');
    expect(await response.json()).toMatchObject({
      error: { code: 'upstream_unavailable', message: 'The upstream could not be connected to within 1 s' },
    });
    const line = await fixture.line(model);
    expect([line['cost_usd'], line['input_tokens']]).toEqual([undefined, undefined]);
  });

  test('opens the breaker: soon nobody waits for it any more', async () => {
    const model = fixture.model('opens').script(
      () => undefined,
      (exchange) => exchange.json(200, openaiCompletion()),
    );
    const ask = async (i: number) => {
      const response = await fixture.ask('openai', model, { messages: [{ role: 'user', content: `${i}` }] });
      await response.text();
      return response.headers.get('x-th-attempts');
    };
    expect(new Set(await Promise.all(Array.from({ length: 8 }, (_, i) => ask(i))))).toEqual(new Set(['2']));
    expect(await ask(8)).toBe('1');
  });

  test('a server that is there but slow is left alone', async () => {
    const model = fixture.model('slow').script(async (exchange) => {
      await Bun.sleep(2500);
      await exchange.json(200, openaiCompletion());
    });
    const responses = await Promise.all(Array.from({ length: 30 }, () => fixture.ask('openai', model)));
    for (const response of responses) {
      expect([response.status, response.headers.get('x-th-attempts')]).toEqual([200, '1']);
      await response.text();
    }
    expect(model.asked()).toEqual([30, 0]);
  });
});

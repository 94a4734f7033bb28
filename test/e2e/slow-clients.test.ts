import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openaiCompletion } from '../support/answers.ts';
import { post, requestBody } from '../support/clients.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import { testWithinRuntime } from '../support/runtime-limits.ts';

setDefaultTimeout(60_000);

describe('fault 14: clients that are slow on purpose', () => {
  let relay: RelayFixture;
  let target: Target;
  beforeAll(async () => {
    relay = await startRelay({ targets: 2, config: { server: { body_timeout: '1s' } } });
    target = relay.target('openai', (exchange) => exchange.json(200, openaiCompletion()));
  });
  afterAll(() => relay?.stop());

  const SLOW = 200;

  /** Sends `text` a byte every `pauseMs` until all is sent or the server hangs up; returns how long it was let. */
  async function trickle(text: string, pauseMs: number, limitMs: number): Promise<number> {
    const client = await RawClient.connect(relay.gateway.port);
    const startedAt = performance.now();
    for (const character of text) {
      await client.send(character);
      await Promise.race([client.closed, Bun.sleep(pauseMs)]);
      if (client.ended || performance.now() - startedAt > limitMs) break;
    }
    await client.closesWithin(limitMs - (performance.now() - startedAt));
    const tookMs = client.ended ? (await client.closed) - startedAt : Infinity;
    client.close();
    return tookMs;
  }

  const noDeadline = { deno: 'Deno.serve has no deadline for headers' };
  testWithinRuntime('200 with slow or no headers are hung up on, and others do not notice', noDeadline, async () => {
    const head = Buffer.from(rawRequest('/v1/models', { headers: [['x-slow', 'y'.repeat(500)]] })).toString();
    const slow = Array.from({ length: SLOW }, (_, i) =>
      i % 2 === 0 ? trickle(head, 500, 20_000) : trickle('GET / HTTP/1.1\r\n'.slice(0, i % 15), 20_000, 20_000),
    );
    let slowestMs = 0;
    let waiting = true;
    const finished = Promise.all(slow).then((times) => {
      waiting = false;
      return times;
    });
    while (waiting) {
      const askedAt = performance.now();
      const response = await post(relay, 'openai', requestBody('openai', target.id));
      expect(response.status).toBe(200);
      await response.text();
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      await Bun.sleep(50);
    }
    expect(Math.max(...(await finished))).toBeLessThan(15_000);
    expect(slowestMs).toBeLessThan(5_000);
  });

  test('200 that trickle their body get a 408 or are hung up on at the body deadline', async () => {
    const body = JSON.stringify(requestBody('openai', target.id));
    const headers = [
      ['content-type', 'application/json'],
      ['authorization', `Bearer ${relay.key}`],
      ['content-length', String(body.length)],
    ] as const;
    relay.upstream.requests.length = 0;
    const clients = await Promise.all(Array.from({ length: SLOW }, () => RawClient.connect(relay.gateway.port)));
    const startedAt = performance.now();
    await Promise.all(
      clients.map(async (client) => {
        await client.send(rawRequest('/v1/chat/completions', { method: 'POST', headers }));
        for (const character of body) {
          if (client.ended || client.bytesRead > 0) break;
          await client.send(character);
          await Bun.sleep(200);
        }
        const response = await client.response({ timeoutMs: 5_000 });
        if (response !== undefined) expect(response.status).toBe(408);
      }),
    );
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    for (const client of clients) client.close();
    expect(relay.upstream.requests).toHaveLength(0);
  });

  testWithinRuntime('a connection that says nothing at all is hung up on', noDeadline, async () => {
    const client = await RawClient.connect(relay.gateway.port);
    expect(await client.closesWithin(20_000)).toBe(true);
  });
});

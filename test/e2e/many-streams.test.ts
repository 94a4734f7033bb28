import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicStream, openaiStream } from '../support/answers.ts';
import { requestBody, routeOf, type ClientShape } from '../support/clients.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { startRelay, type RelayFixture } from '../support/relay-fixture.ts';
import { SSE_HEADERS, type Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(120_000);

/** `TH_STREAMS=3000` is the long form. */
const STREAMS = Number(process.env.TH_STREAMS ?? 600);
const EVENTS: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };

describe('fault 44: many streams at once', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    // The environment holds nothing that would raise Bun's cap of 256 fetches: the program must see to it itself.
    relay = await startRelay({ targets: 2 });
  });
  afterAll(() => relay?.stop());

  test(`${STREAMS} streams get their first event without waiting for another to end, and their last`, async () => {
    const everyoneHasBegun = Promise.withResolvers<void>();
    const script =
      (shape: ClientShape): Script =>
      async (exchange) => {
        const [first, ...rest] = EVENTS[shape];
        await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
        await exchange.write(first!);
        await everyoneHasBegun.promise;
        await exchange.write(rest.join(''));
        await exchange.end();
      };
    const targets = {
      openai: relay.target('openai', script('openai')),
      anthropic: relay.target('anthropic', script('anthropic')),
    };
    const startedAt = performance.now();
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, async (_, i) => {
        const shape: ClientShape = i % 2 === 0 ? 'openai' : 'anthropic';
        const client = await RawClient.connect(relay.gateway.port);
        const body = JSON.stringify(requestBody(shape, targets[shape].id, { stream: true }));
        const headers = [
          ['content-type', 'application/json'],
          ['authorization', `Bearer ${relay.key}`],
        ] as const;
        await client.send(rawRequest(routeOf(shape), { method: 'POST', headers, body }));
        const mark = shape === 'openai' ? 'chat.completion.chunk' : 'message_start';
        await client.until((text) => text.includes(mark), 20_000);
        return { client, shape };
      }),
    );
    const begunMs = performance.now() - startedAt;
    expect(relay.upstream.sockets.size).toBeGreaterThanOrEqual(STREAMS);
    // Headers or a first byte held back by a full queue would have waited for ever: none ends before all have begun.
    expect(begunMs).toBeLessThan(2_000 + STREAMS * 10);
    everyoneHasBegun.resolve();
    for (const { client, shape } of streams) {
      const response = await client.response({ timeoutMs: 20_000 });
      expect(response?.status).toBe(200);
      expect(response?.text()).toEndWith(EVENTS[shape].at(-1)!);
      client.close();
    }
  });

  test('a JSON answer does not wait behind streams that run', async () => {
    const target = relay.target('openai', async (exchange) => {
      if (exchange.request.text().includes('"stream":true'))
        await exchange.stream(EVENTS.openai.slice(0, 2), { ending: 'stall' });
      else
        await exchange.json(200, {
          id: 'x',
          object: 'chat.completion',
          choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
        });
    });
    const headers = [
      ['content-type', 'application/json'],
      ['authorization', `Bearer ${relay.key}`],
    ] as const;
    const ask = async (extra: object) => {
      const client = await RawClient.connect(relay.gateway.port);
      const body = JSON.stringify(requestBody('openai', target.id, extra));
      await client.send(rawRequest('/v1/chat/completions', { method: 'POST', headers, body }));
      return client;
    };
    const running = await Promise.all(Array.from({ length: 300 }, () => ask({ stream: true })));
    await relay.upstream.received(300, target.upstreamModel, 20_000);
    const askedAt = performance.now();
    const client = await ask({});
    expect((await client.response())?.status).toBe(200);
    expect(performance.now() - askedAt).toBeLessThan(5_000);
    for (const open of [client, ...running]) open.close();
  });
});

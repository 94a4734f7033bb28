import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from './answers.ts';
import {
  anthropic0Client,
  anthropicClient,
  anthropicClients,
  openaiClient,
  thrownBy,
  type Endpoint,
} from './clients.ts';
import { RawClient, exchangeRaw, rawRequest } from './raw.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';
import { seedOf, splitAtRandom, splitEveryByte } from './split-bytes.ts';

describe('the scripted upstream', () => {
  let upstream: ScriptedUpstream;
  let endpoint: Endpoint;
  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    endpoint = { url: upstream.url, key: 'sk-test' };
  });
  afterAll(() => upstream.stop());

  const ask = { max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hi' }] };

  test('answers JSON to all three SDKs and records the requests whole', async () => {
    upstream.on('o-json', (exchange) => exchange.json(200, openaiCompletion({ text: 'yes' })));
    upstream.on('a-json', (exchange) => exchange.json(200, anthropicMessage({ text: 'yes' })));
    const completion = await openaiClient(endpoint).chat.completions.create({ ...ask, model: 'o-json' });
    expect(completion.choices[0]?.message.content).toBe('yes');
    const first = await anthropicClient(endpoint).messages.create({ ...ask, model: 'a-json' });
    const second = await anthropic0Client(endpoint).messages.create({ ...ask, model: 'a-json' });
    expect(first.content[0]).toMatchObject({ type: 'text', text: 'yes' });
    expect(second.content[0]).toMatchObject({ type: 'text', text: 'yes' });
    const [request] = upstream.requestsFor('o-json');
    expect(request).toMatchObject({ method: 'POST', target: '/v1/chat/completions' });
    expect(request?.rawHead.startsWith('POST /v1/chat/completions HTTP/1.1\r\n')).toBe(true);
    expect(request?.header('authorization')).toBe('Bearer sk-test');
    expect(JSON.parse(request?.text() ?? '')).toEqual({ ...ask, model: 'o-json' });
  });

  for (const framing of ['chunked', 'close'] as const) {
    test(`streams ${framing}, whole, split at random and byte by byte`, async () => {
      const openai = openaiStream().join('');
      const anthropic = anthropicStream().join('');
      const ways = [
        (text: string) => [text],
        (text: string) => splitAtRandom(text, 12, seedOf(framing)),
        (text: string) => splitEveryByte(text),
      ];
      for (const way of ways) {
        upstream.on('o-stream', (exchange) => exchange.stream(way(openai), { framing }));
        upstream.on('a-stream', (exchange) => exchange.stream(way(anthropic), { framing }));
        const stream = openaiClient(endpoint).chat.completions.stream({ ...ask, model: 'o-stream' });
        expect(await stream.finalContent()).toBe('Hello there 🌍');
        for (const { client } of anthropicClients(endpoint)) {
          const message = await client.messages.stream({ ...ask, model: 'a-stream' }).finalMessage();
          expect(message.content).toMatchObject([{ type: 'text', text: 'Hello there 🌍' }]);
        }
      }
    });
  }

  test('random pieces put together again are the whole', () => {
    const text = anthropicStream().join('');
    const pieces = splitAtRandom(text, 50, 7);
    expect(pieces.length).toBeGreaterThan(20);
    expect(Buffer.concat(pieces).toString()).toBe(text);
  });

  test('cuts, resets and stalls', async () => {
    const writes = openaiStream().slice(0, 2);
    for (const ending of ['cut', 'reset'] as const) {
      upstream.on('broken', (exchange) => exchange.stream(writes, { ending }));
      const stream = openaiClient(endpoint).chat.completions.stream({ ...ask, model: 'broken' });
      await thrownBy(stream.finalContent());
    }
    upstream.on('reset-at-once', (exchange) => exchange.reset());
    await thrownBy(openaiClient(endpoint).chat.completions.create({ ...ask, model: 'reset-at-once' }));
    upstream.on('stalls', (exchange) => exchange.stream(writes, { ending: 'stall' }));
    const timeout = AbortSignal.timeout(150);
    const stream = await openaiClient(endpoint).chat.completions.create(
      { ...ask, model: 'stalls', stream: true },
      { signal: timeout },
    );
    let chunks = 0;
    // The SDK ends its iteration quietly when the caller aborts.
    for await (const _ of stream) chunks += 1;
    expect(chunks).toBe(2);
    expect(timeout.aborted).toBe(true);
  });

  test('sees when the peer closes, within a millisecond or so', async () => {
    const closedAt = Promise.withResolvers<number>();
    upstream.on('watch', async (exchange) => {
      await exchange.head({ framing: 'chunked' });
      closedAt.resolve(await exchange.peerClosed);
    });
    const client = await RawClient.connect(upstream.port);
    await client.send(rawRequest('/v1/messages', { method: 'POST', body: '{"model":"watch"}' }));
    await client.until((text) => text.includes('\r\n\r\n'));
    const leftAt = performance.now();
    client.reset();
    expect((await closedAt.promise) - leftAt).toBeLessThan(100);
  });

  test('a flood stops while nobody reads and is counted', async () => {
    const event = `data: ${'x'.repeat(16_000)}\n\n`;
    let written = () => 0;
    upstream.on('flood', async (exchange) => {
      written = () => exchange.bytesWritten;
      await exchange.head({ framing: 'close' });
      await exchange.flood(event, 1e9);
    });
    const client = await RawClient.connect(upstream.port);
    client.socket.pause();
    await client.send(rawRequest('/v1/messages', { method: 'POST', body: '{"model":"flood"}' }));
    let before = -1;
    while (written() !== before || before < 1) {
      before = written();
      await Bun.sleep(300);
    }
    expect(before).toBeGreaterThan(16_000);
    expect(before).toBeLessThan(64e6);
    client.close();
    await upstream.finished('flood');
  });

  test('the raw client reads pipelined responses in order, a HEAD without body, and one that ends with the connection', async () => {
    upstream.on('p1', (exchange) => exchange.json(200, { n: 1 }));
    upstream.on('p2', (exchange) => exchange.stream(['{"n":', '2}'], { headers: [] }));
    upstream.on('p3', (exchange) => exchange.stream(['{"n":', '3}'], { headers: [], framing: 'close' }));
    const client = await RawClient.connect(upstream.port);
    const body = (model: string) => rawRequest('/x', { method: 'POST', body: JSON.stringify({ model }) });
    await client.send(Buffer.concat([body('p1'), body('p2'), body('p3')]));
    expect((await client.response())?.text()).toBe('{"n":1}');
    expect((await client.response())?.text()).toBe('{"n":2}');
    expect((await client.response())?.text()).toBe('{"n":3}');
    expect(await client.response()).toBeUndefined();
    const missing = await exchangeRaw(upstream.port, rawRequest('/x', { method: 'POST', body: '{"model":"p1"}' }));
    expect(missing?.header('content-type')).toBe('application/json');
  });
});

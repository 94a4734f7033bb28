import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiEvent, openaiStream } from '../support/answers.ts';
import { post, requestBody, routeOf, type ClientShape } from '../support/clients.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import { testWithinRuntime } from '../support/runtime-limits.ts';
import { SSE_HEADERS, type Exchange, type Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
const MiB = 1024 * 1024;
/** Within 200 ms, by the median; one of many may be late on a busy machine. */
const CLOSED_MS = 200;
const LATE_MS = 2000;
const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] as number;

describe('a client that goes away or stops reading', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    relay = await startRelay({ targets: 100 });
  });
  afterAll(() => relay?.stop());

  function request(target: Target, extra: object): Uint8Array {
    return rawRequest(routeOf(target.shape), {
      method: 'POST',
      headers: [
        ['content-type', 'application/json'],
        ['authorization', `Bearer ${relay.key}`],
      ],
      body: JSON.stringify(requestBody(target.shape, target.id, extra)),
    });
  }

  /** Sends a request, leaves once `ready` says so, and returns how long the upstream's connection outlived it, in ms. */
  async function leave(
    target: Target,
    extra: object,
    exchange: Promise<Exchange>,
    how: 'close' | 'reset',
    ready: (client: RawClient) => Promise<unknown>,
  ): Promise<number> {
    const client = await RawClient.connect(relay.gateway.port);
    await client.send(request(target, extra));
    const { peerClosed } = await exchange;
    await ready(client);
    const leftAt = performance.now();
    client[how]();
    const closedAt = await Promise.race([peerClosed, Bun.sleep(5_000).then(() => Infinity)]);
    return closedAt - leftAt;
  }

  /** A model whose script first hands out its exchange. */
  function watched(shape: ClientShape, script: Script): { target: Target; exchange: Promise<Exchange> } {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    const target = relay.target(shape, (exchange) => {
      resolve(exchange);
      return script(exchange);
    });
    return { target, exchange: promise };
  }

  for (const shape of SHAPES) {
    for (const how of ['close', 'reset'] as const) {
      test(`fault 16, C044, ${shape}: leaving (${how}) closes the upstream within 200 ms, wherever the answer was`, async () => {
        const halfJson: Script = async (exchange) => {
          const headers = [
            ['content-type', 'application/json'],
            ['content-length', '9999'],
          ] as const;
          await exchange.head({ headers, framing: 'content-length' });
          await exchange.write('{"id":"x",');
          await exchange.stall();
        };
        const headersOnly: Script = async (exchange) => {
          await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
          await exchange.stall();
        };
        const halfStream: Script = (exchange) => exchange.stream(STREAM[shape].slice(0, 4), { ending: 'stall' });
        const aMoment = () => Bun.sleep(50);
        const cases: [name: string, script: Script, extra: object, ready: (client: RawClient) => Promise<unknown>][] = [
          ['JSON, before the headers', (exchange) => exchange.stall(), {}, aMoment],
          ['JSON, within the body', halfJson, {}, aMoment],
          ['stream, before the headers', (exchange) => exchange.stall(), { stream: true }, aMoment],
          ['stream, before the first event', headersOnly, { stream: true }, aMoment],
          ['stream, within', halfStream, { stream: true }, (client) => client.until((text) => text.includes('Hello'))],
        ];
        for (const [name, script, extra, ready] of cases) {
          const closed: number[] = [];
          for (let round = 0; round < 3; round++) {
            const { target, exchange } = watched(shape, script);
            closed.push(await leave(target, extra, exchange, how, ready));
          }
          expect(median(closed), name).toBeLessThan(CLOSED_MS);
          expect(Math.max(...closed), name).toBeLessThan(LATE_MS);
        }
      });
    }

    test(`fault 16, ${shape}: leaving after any byte of a running stream closes the upstream`, async () => {
      const event = STREAM[shape].find((text) => text.includes('Hello'))!;
      const late: number[] = [];
      for (let after = 1; after <= 2_000; after += 160) {
        let closed: Promise<number> | undefined;
        const target = relay.target(shape, async (exchange) => {
          closed = exchange.peerClosed;
          await exchange.stream([...STREAM[shape].slice(0, 2), ...Array.from({ length: 500 }, () => event)], {
            delayMs: 2,
          });
        });
        const client = await RawClient.connect(relay.gateway.port);
        await client.send(request(target, { stream: true }));
        while (client.bytesRead < after && !client.ended) await Bun.sleep(1);
        const leftAt = performance.now();
        client.reset();
        late.push((await Promise.race([closed!, Bun.sleep(5_000).then(() => Infinity)])) - leftAt);
      }
      expect(median(late)).toBeLessThan(CLOSED_MS);
      expect(Math.max(...late)).toBeLessThan(LATE_MS);
      expect(relay.gateway.logs()).not.toMatch(/unhandled|uncaught/i);
    });
  }

  test.each(SHAPES)(
    'G4, G6, %s: an answer that was given up costs what had come of it, and is said to be an estimate',
    async (shape) => {
      const { target, exchange } = watched(shape, (upstream) =>
        upstream.stream(STREAM[shape].slice(0, 4), { ending: 'stall' }),
      );
      await leave(target, { stream: true }, exchange, 'close', (client) =>
        client.until((text) => text.includes('Hello')),
      );
      const line = await logLineOf(target);
      expect(line).toMatchObject({ outcome: 'client_abort', usage_estimated: true });
      expect(line.input_tokens).toBeGreaterThan(0);
      expect(line.output_tokens).toBeWithin(2, 10);
      expect(Number(line.cost_usd)).toBeCloseTo((Number(line.input_tokens) + 2 * Number(line.output_tokens)) / 1e6, 9);
    },
  );

  test.each(SHAPES)(
    'G4, %s: given up before anything came, it costs the input that the provider read',
    async (shape) => {
      const { target, exchange } = watched(shape, (upstream) =>
        upstream.stream(STREAM[shape].slice(0, 1), { ending: 'stall' }),
      );
      await leave(target, { stream: true }, exchange, 'close', () => Bun.sleep(50));
      const line = await logLineOf(target);
      expect(line).toMatchObject({ outcome: 'client_abort', usage_estimated: true });
      expect(line.input_tokens).toBeGreaterThan(0);
      expect(line.output_tokens).toBeLessThan(2);
    },
  );

  /** The line of the one request that model had. */
  async function logLineOf(target: Target): Promise<Record<string, unknown>> {
    for (let i = 0; i < 200; i++) {
      const line = relay.gateway
        .logs()
        .split('\n')
        .find((text) => text.includes(`"model":"${target.id}"`));
      if (line !== undefined) return JSON.parse(line) as Record<string, unknown>;
      await Bun.sleep(20);
    }
    throw new Error(`${target.id} has no line in the log`);
  }

  test('fault 15: a client that stops reading stops the upstream, and memory does not grow', async () => {
    const event = openaiEvent({
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'upstream-model',
      choices: [{ index: 0, delta: { content: 'x'.repeat(4_000) }, finish_reason: null }],
    });
    let flood: Exchange | undefined;
    const script: Script = async (exchange) => {
      flood = exchange;
      await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
      await exchange.flood(event.repeat(16), 600 * MiB);
    };
    // A stream read at full speed first, so that what is compared is a warmed-up process.
    const warm = relay.target('openai', async (exchange) => {
      await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
      await exchange.flood(event.repeat(16), 60 * MiB);
      await exchange.write(STREAM.openai.slice(-3).join(''));
      await exchange.end();
    });
    const response = await post(relay, 'openai', requestBody('openai', warm.id, { stream: true }));
    let read = 0;
    for await (const chunk of response.body!) read += chunk.length;
    expect(read).toBeGreaterThan(60 * MiB);

    const before = relay.gateway.rssKiB();
    const target = relay.target('openai', script);
    const client = await RawClient.connect(relay.gateway.port);
    client.socket.pause();
    await client.send(request(target, { stream: true }));
    await relay.upstream.received(1, target.upstreamModel);
    let previous = -1;
    let peak = before;
    for (let still = 0; still < 3;) {
      await Bun.sleep(500);
      peak = Math.max(peak, relay.gateway.rssKiB());
      still = flood!.bytesWritten === previous ? still + 1 : 0;
      previous = flood!.bytesWritten;
    }
    // What the kernel's socket buffers on both sides hold is out of the gateway's hands.
    expect(flood!.bytesWritten).toBeLessThan(32 * MiB);
    expect(peak - before).toBeLessThan(10 * 1024);
    const leftAt = performance.now();
    client.reset();
    expect((await flood!.peerClosed) - leftAt).toBeLessThan(LATE_MS);
  });

  const halfClosed = async () => {
    for (const shape of SHAPES) {
      const value = shape === 'openai' ? openaiCompletion() : anthropicMessage();
      const json = relay.target(shape, async (exchange) => {
        await Bun.sleep(100);
        await exchange.json(200, value);
      });
      const half = await RawClient.connect(relay.gateway.port);
      await half.send(request(json, {}));
      half.halfClose();
      const response = await half.response({ timeoutMs: 3_000 });
      expect(response?.status).toBe(200);
      expect(JSON.parse(response!.text())).toMatchObject({ model: json.id });
      half.close();

      const streamed = relay.target(shape, (exchange) => exchange.stream(STREAM[shape], { delayMs: 20 }));
      const client = await RawClient.connect(relay.gateway.port);
      await client.send(request(streamed, { stream: true }));
      client.halfClose();
      const answer = await client.response({ timeoutMs: 3_000 });
      expect(answer?.text()).toContain(shape === 'openai' ? '[DONE]' : 'message_stop');
      client.close();
    }
  };
  testWithinRuntime(
    'fault 17: a client that closes its sending half still gets the answer',
    { bun: 'Bun.serve closes the connection', deno: 'Deno.serve closes the connection' },
    halfClosed,
  );

  const pipelined = async () => {
    const targets = [80, 40, 0].map((delayMs, i) =>
      relay.target('openai', async (exchange) => {
        await Bun.sleep(delayMs);
        await exchange.json(200, openaiCompletion({ text: `answer ${i}` }));
      }),
    );
    const streamed = relay.target('openai', (exchange) => exchange.stream(STREAM.openai));
    const client = await RawClient.connect(relay.gateway.port);
    const requests = [targets[0]!, streamed, targets[1]!, targets[2]!].map((target) =>
      request(target, target === streamed ? { stream: true } : {}),
    );
    await client.send(Buffer.concat(requests));
    expect((await client.response())?.text()).toContain('answer 0');
    expect((await client.response())?.text()).toEndWith('data: [DONE]\n\n');
    expect((await client.response())?.text()).toContain('answer 1');
    expect((await client.response())?.text()).toContain('answer 2');
    client.close();
  };
  testWithinRuntime(
    'fault 18: pipelined requests are answered in order',
    { bun: 'Bun.serve closes the connection when a request comes before the answer to the last' },
    pipelined,
  );

  test('fault 18: a request sent ahead of its turn is never answered with the answer to another', async () => {
    const [slow, fast] = [200, 0].map((delayMs) =>
      relay.target('openai', async (exchange) => {
        await Bun.sleep(delayMs);
        if (!exchange.gone) await exchange.json(200, openaiCompletion({ text: `answer after ${delayMs}` }));
      }),
    );
    const client = await RawClient.connect(relay.gateway.port);
    await client.send(Buffer.concat([request(slow!, {}), request(fast!, {})]));
    const first = await client.response();
    // Either both in order, or neither.
    if (first !== undefined) {
      expect(first.text()).toContain('answer after 200');
      expect((await client.response())?.text()).toContain('answer after 0');
    }
    client.close();
  });

  test('fault 18: a thousand requests on one connection are answered in order, each counted once', async () => {
    const { key } = await relay.gateway.mintKey();
    let served = 0;
    const target = relay.target('openai', (exchange) => {
      served += 1;
      return exchange.json(200, openaiCompletion({ id: `chatcmpl-${served}` }));
    });
    const client = await RawClient.connect(relay.gateway.port);
    const headers = [
      ['content-type', 'application/json'],
      ['authorization', `Bearer ${key}`],
    ] as const;
    const ids = new Set<string>();
    for (let i = 1; i <= 1_000; i++) {
      const body = JSON.stringify(requestBody('openai', target.id, { user: `n${i}` }));
      await client.send(rawRequest('/v1/chat/completions', { method: 'POST', headers, body }));
      const response = await client.response();
      expect(response?.status).toBe(200);
      expect(JSON.parse(response!.text())).toMatchObject({ id: `chatcmpl-${i}` });
      ids.add(response!.header('x-request-id') ?? '');
    }
    client.close();
    expect(ids.size).toBe(1_000);
    expect(served).toBe(1_000);
    const usage = await fetch(`${relay.url}/v1/usage`, { headers: { authorization: `Bearer ${key}` } });
    const { total } = (await usage.json()) as { total: Record<string, unknown> };
    expect(total).toMatchObject({ requests: 1_000, input_tokens: 12_000, output_tokens: 3_000, estimated: 0 });
    expect(Number(total.cost_usd)).toBe(0.018);
  });
});

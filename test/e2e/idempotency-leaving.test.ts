/** Clients that leave and come back under the same `Idempotency-Key`, the official SDKs among them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import {
  anthropic0Client,
  anthropicClient,
  openaiClient,
  requestBody,
  routeOf,
  type ClientShape,
} from '../support/clients.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import type { Exchange, Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
const FORMS = ['json', 'stream'] as const;
const KINDS = SHAPES.flatMap((shape) => FORMS.map((form) => [shape, form] as const));
const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
const ANSWER = { openai: openaiCompletion(), anthropic: anthropicMessage() };
/** How long an answer goes on without a client. */
const RETURN_MS = 3000;

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({ targets: 40, config: { log: { level: 'info' } } });
});
afterAll(() => relay?.stop());

interface Gated {
  readonly target: Target;
  readonly release: () => void;
  /** The first request that came. */
  readonly exchange: Promise<Exchange>;
}

/** A model that begins to answer at once, where that shows, and ends when it is told to. */
function gated(shape: ClientShape, form: 'json' | 'stream'): Gated {
  const gate = Promise.withResolvers<void>();
  const began = Promise.withResolvers<Exchange>();
  const script: Script = async (exchange) => {
    began.resolve(exchange);
    if (form === 'json') {
      await Promise.race([gate.promise, exchange.peerClosed]);
      if (!exchange.gone) await exchange.json(200, ANSWER[shape]);
      return;
    }
    await exchange.stream(STREAM[shape].slice(0, 4), { ending: 'keep-open' });
    await Promise.race([gate.promise, exchange.peerClosed]);
    for (const event of STREAM[shape].slice(4)) await exchange.write(event);
    await exchange.end();
  };
  return { target: relay.target(shape, script), release: gate.resolve, exchange: began.promise };
}

const asked = (target: Target) => relay.upstream.requestsFor(target.upstreamModel).length;

async function connect({ shape, id }: Target, form: 'json' | 'stream', key: string): Promise<RawClient> {
  const client = await RawClient.connect(relay.gateway.port);
  const headers = [
    ['content-type', 'application/json'],
    ['authorization', `Bearer ${relay.key}`],
    ['idempotency-key', key],
  ] as const;
  const body = JSON.stringify(requestBody(shape, id, form === 'stream' ? { stream: true } : {}));
  await client.send(rawRequest(routeOf(shape), { method: 'POST', headers, body }));
  return client;
}

const begun = (client: RawClient, form: 'json' | 'stream') =>
  form === 'stream' ? client.until((text) => text.includes('Hello')) : Bun.sleep(100);

async function outcomes(target: Target, count: number): Promise<unknown[]> {
  for (let tries = 0; ; tries++) {
    const found = relay.gateway
      .logs()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes(`"model":"${target.id}"`))
      .map((line) => (JSON.parse(line) as { outcome: unknown }).outcome);
    if (found.length >= count || tries > 250) return found;
    await Bun.sleep(20);
  }
}

const closedWithin = (exchange: Exchange, ms: number) =>
  Promise.race([exchange.peerClosed.then(() => true), Bun.sleep(ms).then(() => false)]);

describe.concurrent('fault 63: a client that leaves', () => {
  test.each(KINDS)('%s, %s: the answer goes on for those that stay, and is whole', async (shape, form) => {
    const { target, release, exchange } = gated(shape, form);
    const key = randomUUID();
    const first = await connect(target, form, key);
    await exchange;
    await begun(first, form);
    const second = await connect(target, form, key);
    await begun(second, form);
    first.reset();
    expect(await closedWithin(await exchange, RETURN_MS + 500)).toBe(false);
    release();
    const response = await second.response();
    expect(response?.status).toBe(200);
    expect(response?.header('idempotent-replayed')).toBe('true');
    if (form === 'stream') expect(response?.text()).toContain(shape === 'openai' ? '[DONE]' : 'message_stop');
    else expect(JSON.parse(response!.text())).toMatchObject({ model: target.id });
    second.close();
    // The first one pays, though it left: its answer was given.
    expect((await outcomes(target, 2)).toSorted()).toEqual(['answered', 'replayed']);
    expect(asked(target)).toBe(1);
  });

  test.each(KINDS)('%s, %s: comes back in time: gets the answer to its first request', async (shape, form) => {
    const { target, release, exchange } = gated(shape, form);
    const key = randomUUID();
    const first = await connect(target, form, key);
    await exchange;
    await begun(first, form);
    first.reset();
    await Bun.sleep(500);
    const second = await connect(target, form, key);
    await begun(second, form);
    await Bun.sleep(RETURN_MS);
    release();
    const response = await second.response();
    expect([response?.status, response?.header('idempotent-replayed')]).toEqual([200, 'true']);
    if (form === 'stream') expect(response?.text()).toContain(shape === 'openai' ? '[DONE]' : 'message_stop');
    second.close();
    expect(asked(target)).toBe(1);
  });

  test.each(KINDS)(
    '%s, %s: does not come back: the upstream is hung up on, and the key is free',
    async (shape, form) => {
      const { target, release, exchange } = gated(shape, form);
      const key = randomUUID();
      const first = await connect(target, form, key);
      const upstream = await exchange;
      await begun(first, form);
      const leftAt = performance.now();
      first.reset();
      expect((await upstream.peerClosed) - leftAt).toBeWithin(RETURN_MS - 300, RETURN_MS + 500);
      expect(await outcomes(target, 1)).toEqual(['client_abort']);
      release();
      const again = await connect(target, form, key);
      const response = await again.response();
      expect([response?.status, response?.header('idempotent-replayed')]).toEqual([200, undefined]);
      again.close();
      expect(asked(target)).toBe(2);
    },
  );

  test('one that stops reading holds up nobody else', async () => {
    const event = STREAM.openai.find((text) => text.includes('Hello'))!;
    const target = relay.target('openai', async (exchange) => {
      await exchange.stream([...STREAM.openai.slice(0, 2), ...Array.from({ length: 400 }, () => event.repeat(40))], {
        ending: 'keep-open',
      });
      for (const last of STREAM.openai.slice(-3)) await exchange.write(last);
      await exchange.end();
    });
    const key = randomUUID();
    const stuck = await connect(target, 'stream', key);
    stuck.socket.pause();
    await relay.upstream.received(1, target.upstreamModel);
    const reading = await connect(target, 'stream', key);
    expect((await reading.response({ timeoutMs: 15_000 }))?.text()).toEndWith('data: [DONE]\n\n');
    stuck.socket.resume();
    expect((await stuck.response({ timeoutMs: 15_000 }))?.text()).toEndWith('data: [DONE]\n\n');
    stuck.close();
    reading.close();
    expect(asked(target)).toBe(1);
  });
});

/** A wire to the gateway that breaks its first `breaks` connections once `when` resolves, before an answer gets through. */
async function brittleWire(breaks: number, when: () => Promise<unknown>) {
  let connections = 0;
  const server = net.createServer((client) => {
    const breaksNow = connections++ < breaks;
    const gateway = net.connect({ port: relay.gateway.port, host: '127.0.0.1' });
    client.pipe(gateway);
    for (const [one, two] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      one.on('error', () => two.destroy());
      one.on('close', () => two.destroy());
    }
    if (breaksNow) void when().then(() => client.resetAndDestroy());
    else gateway.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    connections: () => connections,
    close: () => server.close(),
  };
}

interface Call {
  (url: string, target: Target, key: string): Promise<{ readonly text: string; readonly replayed: string | null }>;
}

type Row = [sdk: string, shape: ClientShape, form: 'json' | 'stream', call: Call];

/** Each official SDK, retrying by itself as it does out of the box. */
const RETRYING = { maxRetries: 2 };
const CALLS: readonly Row[] = [
  [
    'openai, idempotencyHeader',
    'openai',
    'json',
    async (url, { id }) => {
      const client = openaiClient({ url, key: relay.key }, RETRYING);
      // Off out of the box. With it the SDK makes a key of its own for each call: stainless-node-retry-….
      (client as unknown as { idempotencyHeader: string }).idempotencyHeader = 'Idempotency-Key';
      const { data, response } = await client.chat.completions
        .create(requestBody('openai', id) as never)
        .withResponse();
      return {
        text: (data as { choices: { message: { content: string } }[] }).choices[0]!.message.content,
        replayed: response.headers.get('idempotent-replayed'),
      };
    },
  ],
  [
    'openai',
    'openai',
    'stream',
    async (url, { id }, key) => {
      const client = openaiClient({ url, key: relay.key }, RETRYING);
      const body = requestBody('openai', id, { stream: true }) as never;
      const call = client.chat.completions.create(body, { headers: { 'Idempotency-Key': key } });
      const { data, response } = await call.withResponse();
      let text = '';
      for await (const chunk of data as unknown as AsyncIterable<{ choices: { delta: { content?: string } }[] }>) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
      return { text, replayed: response.headers.get('idempotent-replayed') };
    },
  ],
  ...([anthropicClient, anthropic0Client as unknown as typeof anthropicClient] as const).flatMap((make, i): Row[] => [
    [
      `@anthropic-ai/sdk ${1 - i}.x`,
      'anthropic',
      'json',
      async (url: string, { id }: Target, key: string) => {
        const client = make({ url, key: relay.key }, RETRYING);
        const call = client.messages.create(requestBody('anthropic', id) as never, {
          headers: { 'Idempotency-Key': key },
        });
        const { data, response } = await call.withResponse();
        return {
          text: (data as { content: { text: string }[] }).content[0]!.text,
          replayed: response.headers.get('idempotent-replayed'),
        };
      },
    ],
    [
      `@anthropic-ai/sdk ${1 - i}.x`,
      'anthropic',
      'stream',
      async (url: string, { id }: Target, key: string) => {
        const client = make({ url, key: relay.key }, RETRYING);
        const stream = client.messages.stream(requestBody('anthropic', id) as never, {
          headers: { 'Idempotency-Key': key },
        });
        const { response } = await stream.withResponse();
        return { text: await stream.finalText(), replayed: response.headers.get('idempotent-replayed') };
      },
    ],
  ]),
];

describe.concurrent('fault 63: a connection that breaks under an official SDK', () => {
  test.each(CALLS)(
    '%s, %s, %s: within the answer: its retry gets the first answer',
    async (_sdk, shape, form, call) => {
      const { target, release, exchange } = gated(shape, form);
      const wire = await brittleWire(2, async () => {
        await exchange;
        await Bun.sleep(100);
      });
      const answer = call(wire.url, target, randomUUID());
      await exchange;
      await Bun.sleep(RETURN_MS + 500);
      release();
      expect(await answer).toEqual({ text: expect.stringContaining('Hello') as string, replayed: 'true' });
      expect([wire.connections(), asked(target)]).toEqual([3, 1]);
      wire.close();
    },
  );

  test.each(CALLS)('%s, %s, %s: when the answer was given: its retry gets it', async (_sdk, shape, form, call) => {
    const { target, release } = gated(shape, form);
    release();
    const wire = await brittleWire(1, async () => {
      await relay.upstream.received(1, target.upstreamModel);
      await relay.upstream.finished(target.upstreamModel);
      await Bun.sleep(300);
    });
    const answer = await call(wire.url, target, randomUUID());
    expect(answer).toEqual({ text: expect.stringContaining('Hello') as string, replayed: 'true' });
    expect([wire.connections(), asked(target)]).toEqual([2, 1]);
    wire.close();
  });
});

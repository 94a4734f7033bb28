/** The same request, sent again under the same `Idempotency-Key`: answered once, told as often as asked. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { post, requestBody, routeOf, type ClientShape } from '../support/clients.ts';
import { expectFailedStream } from '../support/failed-stream.ts';
import { expectHouseHeaders } from '../support/house-headers.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import type { Exchange, Script } from '../support/scripted-upstream.ts';
import { readStream } from '../support/sse-events.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
const FORMS = ['json', 'stream'] as const;
const KINDS = SHAPES.flatMap((shape) => FORMS.map((form) => [shape, form] as const));
const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
const other = (shape: ClientShape): ClientShape => (shape === 'openai' ? 'anthropic' : 'openai');

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({ targets: 60, config: { log: { level: 'info' } } });
});
afterAll(() => relay?.stop());

interface Asking {
  readonly key?: string;
  readonly apiKey?: string;
  readonly headers?: Record<string, string>;
  readonly extra?: object;
  readonly signal?: AbortSignal;
}

function ask(target: Target, form: 'json' | 'stream', asking: Asking = {}): Promise<Response> {
  const { key, apiKey = relay.key, headers = {}, extra = {}, signal } = asking;
  const body = requestBody(target.shape, target.id, { ...(form === 'stream' ? { stream: true } : {}), ...extra });
  return post({ url: relay.url, key: apiKey }, target.shape, body, {
    headers: { ...headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** A whole answer that is another each time it is made. */
function answering(
  shape: ClientShape,
  form: 'json' | 'stream',
  before?: (exchange: Exchange) => Promise<unknown>,
): Script {
  let made = 0;
  return async (exchange) => {
    const id = `made-${++made}`;
    await before?.(exchange);
    if (form === 'stream')
      await exchange.stream(STREAM[shape].map((event) => event.replaceAll('Hello', `Hello ${id}`)));
    else await exchange.json(200, shape === 'openai' ? openaiCompletion({ id }) : anthropicMessage({ id }));
  };
}

const asked = (target: Target) => relay.upstream.requestsFor(target.upstreamModel).length;

async function lines(target: Target, count: number): Promise<Record<string, unknown>[]> {
  for (let tries = 0; ; tries++) {
    const found = relay.gateway
      .logs()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ model }) => model === target.id);
    if (found.length >= count || tries > 250) return found;
    await Bun.sleep(20);
  }
}

async function requestsOf(key: string): Promise<{ requests: number; output_tokens: number }> {
  const usage = await fetch(`${relay.url}/v1/usage`, { headers: { authorization: `Bearer ${key}` } });
  return ((await usage.json()) as { total: { requests: number; output_tokens: number } }).total;
}

function expectReplay(replay: Response, first: Response): void {
  expect(replay.status).toBe(first.status);
  expect(replay.headers.get('idempotent-replayed')).toBe('true');
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  const ids = [first, replay].map(({ headers }) => expectHouseHeaders(headers));
  expect(ids[0]).not.toBe(ids[1]!);
  expect(replay.headers.get('x-th-original-request-id')).toBe(ids[0]!);
  expect(replay.headers.get('x-th-cost-usd')).toBe('0.000000000');
  for (const name of [
    'content-type',
    'x-th-provider',
    'x-th-upstream-model',
    'x-th-attempts',
    'x-th-usage',
    'x-th-passthrough',
    'cache-control',
    'x-should-retry',
    'retry-after',
  ]) {
    expect([name, replay.headers.get(name)]).toEqual([name, first.headers.get(name)]);
  }
}

describe('fault 63: an Idempotency-Key', () => {
  test.each(KINDS)(
    '%s, %s: the answer is given again, byte for byte, unbilled, without a second call',
    async (shape, form) => {
      const { key: apiKey } = await relay.gateway.mintKey();
      const target = relay.target(shape, answering(shape, form));
      const key = randomUUID();
      const first = await ask(target, form, { key, apiKey });
      const bytes = await first.bytes();
      expect(new TextDecoder().decode(bytes)).toContain('made-1');
      for (let i = 0; i < 3; i++) {
        const replay = await ask(target, form, { key, apiKey });
        expectReplay(replay, first);
        expect(Buffer.from(await replay.bytes()).equals(bytes)).toBe(true);
      }
      expect(asked(target)).toBe(1);
      expect(await requestsOf(apiKey)).toMatchObject({ requests: 1, output_tokens: 3 });
      const told = await lines(target, 4);
      expect(told.map(({ outcome }) => outcome)).toEqual(['answered', 'replayed', 'replayed', 'replayed']);
      for (const line of told.slice(1)) {
        expect(line).toMatchObject({
          status: 200,
          attempts: 0,
          bytes_out: bytes.length,
          replay_of: told[0]!.request_id,
        });
        expect(line.output_tokens).toBeUndefined();
      }
      // Another key is another request; so is none.
      await (await ask(target, form, { key: randomUUID(), apiKey })).bytes();
      await (await ask(target, form, { apiKey })).bytes();
      expect(asked(target)).toBe(3);
    },
  );

  test.each(KINDS)(
    '%s, %s: who asks while the first is answered gets the same answer, from its first byte',
    async (shape, form) => {
      const { key: apiKey } = await relay.gateway.mintKey();
      const release = Promise.withResolvers<void>();
      const events = STREAM[shape];
      const script: Script =
        form === 'json'
          ? answering(shape, 'json', () => release.promise)
          : async (exchange) => {
              await exchange.stream(events.slice(0, 4), { ending: 'keep-open' });
              await release.promise;
              for (const event of events.slice(4)) await exchange.write(event);
              await exchange.end();
            };
      const target = relay.target(shape, script);
      const key = randomUUID();
      const firstAsked = ask(target, form, { key, apiKey });
      await relay.upstream.received(1, target.upstreamModel);
      if (form === 'stream') await firstAsked;
      const attached = Array.from({ length: 3 }, () => ask(target, form, { key, apiKey }));
      const early: string[] = [];
      if (form === 'stream') {
        // What has come so far is there before the rest is.
        for (const response of await Promise.all(attached)) {
          const copy = response.clone();
          const reader = copy.body!.getReader();
          early.push(new TextDecoder().decode((await reader.read()).value));
        }
        for (const text of early) expect(text).toContain('Hello');
      } else await Bun.sleep(100);
      release.resolve();
      const first = await firstAsked;
      const bytes = Buffer.from(await first.bytes());
      for (const response of await Promise.all(attached)) {
        expectReplay(response, first);
        expect(bytes.equals(await response.bytes())).toBe(true);
      }
      expect(asked(target)).toBe(1);
      expect(await requestsOf(apiKey)).toMatchObject({ requests: 1 });
      const outcomes = (await lines(target, 4)).map(({ outcome }) => outcome).sort();
      expect(outcomes).toEqual(['answered', 'replayed', 'replayed', 'replayed']);
    },
  );

  test.each(KINDS)('%s, %s: of twenty at once one is sent, and all are answered alike', async (shape, form) => {
    const target = relay.target(
      shape,
      answering(shape, form, () => Bun.sleep(50)),
    );
    const key = randomUUID();
    const responses = await Promise.all(Array.from({ length: 20 }, () => ask(target, form, { key })));
    const texts = await Promise.all(responses.map((response) => response.text()));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('made-1');
    expect(responses.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(new Set(responses.map(({ headers }) => headers.get('x-th-request-id'))).size).toBe(20);
    expect(asked(target)).toBe(1);
  });

  test.each(KINDS)(
    '%s, %s: another request under the same key is refused, before the first has ended and after',
    async (shape, form) => {
      const release = Promise.withResolvers<void>();
      const target = relay.target(
        shape,
        answering(shape, form, () => release.promise),
      );
      const second = relay.target(shape, answering(shape, form));
      const crossed = relay.target(other(shape), answering(other(shape), form));
      const key = randomUUID();
      const expectMismatch = async (answer: Promise<Response>, of: ClientShape) => {
        const response = await answer;
        expect(response.status).toBe(422);
        expectHouseHeaders(response.headers);
        expect(response.headers.get('x-should-retry')).toBe('false');
        const { error } = (await response.json()) as { error: Record<string, unknown> };
        expect(error.message).toContain('Idempotency-Key');
        if (of === 'openai') expect(error).toMatchObject({ code: 'idempotency_mismatch', param: 'Idempotency-Key' });
        expect(error.type).toBe('invalid_request_error');
      };
      const others = () =>
        Promise.all([
          expectMismatch(ask(target, form, { key, extra: { temperature: 1 } }), shape),
          expectMismatch(ask(target, form === 'json' ? 'stream' : 'json', { key }), shape),
          expectMismatch(ask(second, form, { key }), shape),
          expectMismatch(ask(crossed, form, { key }), crossed.shape),
          expectMismatch(ask(target, form, { key, headers: { 'x-th-steering': 'off' } }), shape),
        ]);
      const first = ask(target, form, { key });
      await relay.upstream.received(1, target.upstreamModel);
      await others();
      release.resolve();
      await (await first).bytes();
      await others();
      expect([target, second, crossed].map(asked)).toEqual([1, 0, 0]);
      expect((await ask(target, form, { key })).headers.get('idempotent-replayed')).toBe('true');
    },
  );

  test.each(SHAPES)('%s: a body that other clients could have sent is compared as it is unpacked', async (shape) => {
    const target = relay.target(shape, answering(shape, 'json'));
    const key = randomUUID();
    await (await ask(target, 'json', { key })).bytes();
    const body = Bun.gzipSync(Buffer.from(JSON.stringify(requestBody(shape, target.id))));
    const headers = { 'content-encoding': 'gzip', 'idempotency-key': key };
    const replay = await post(relay, shape, body, { headers });
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    // An alias of the route is the route.
    const alias = await fetch(`${relay.url}/v1${routeOf(shape)}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': relay.key, 'idempotency-key': key },
      body: JSON.stringify(requestBody(shape, target.id)),
    });
    expect(alias.headers.get('idempotent-replayed')).toBe('true');
    expect(asked(target)).toBe(1);
  });

  test.each(KINDS)('%s, %s: what failed may be tried again by the same key', async (shape, form) => {
    let tries = 0;
    const well = answering(shape, form);
    const target = relay.target(shape, async (exchange) => {
      tries++;
      if (tries === 1) return exchange.json(503, { error: { message: 'full', type: 'overloaded_error' } });
      if (tries === 2 && form === 'stream')
        return exchange.stream(STREAM[shape].slice(0, 4), { ending: 'cut', delayMs: 30 });
      if (tries === 2) {
        // Half of an answer: nothing that a runtime would ask for again by itself.
        const headers = [
          ['content-type', 'application/json'],
          ['content-length', '9999'],
        ] as const;
        await exchange.head({ headers, framing: 'content-length' });
        await exchange.write('{"id":"x",');
        return exchange.cut();
      }
      return well(exchange);
    });
    const key = randomUUID();
    const failed = await ask(target, form, { key });
    expect(failed.status).toBeGreaterThanOrEqual(500);
    await failed.bytes();
    const cut = await ask(target, form, { key });
    if (form === 'stream') expectFailedStream(shape, await readStream(cut));
    else expect([cut.status, (await cut.bytes()).length > 0]).toEqual([502, true]);
    const good = await ask(target, form, { key });
    expect([good.status, good.headers.get('idempotent-replayed')]).toEqual([200, null]);
    await good.bytes();
    expect((await ask(target, form, { key })).headers.get('idempotent-replayed')).toBe('true');
    expect(tries).toBe(3);
  });

  test.each(SHAPES)('%s: who is attached to a stream that breaks off sees the same break', async (shape) => {
    const release = Promise.withResolvers<void>();
    const target = relay.target(shape, async (exchange) => {
      await exchange.stream(STREAM[shape].slice(0, 4), { ending: 'keep-open' });
      await release.promise;
      exchange.cut();
    });
    const key = randomUUID();
    const first = await ask(target, 'stream', { key });
    const attached = await ask(target, 'stream', { key });
    release.resolve();
    const [one, two] = await Promise.all([readStream(first), readStream(attached)]);
    expectFailedStream(shape, one);
    expect(two.text).toBe(one.text);
    const told = await lines(target, 2);
    expect(told).toContainEqual(expect.objectContaining({ outcome: 'replayed', error: 'upstream_eof' }));
  });

  test.each(KINDS)(
    '%s, %s: what the provider refused for good is refused again without asking it',
    async (shape, form) => {
      const error = { message: 'max_tokens: must be positive', type: 'invalid_request_error', param: 'max_tokens' };
      const target = relay.target(shape, (exchange) => exchange.json(400, { type: 'error', error }));
      const key = randomUUID();
      const first = await ask(target, form, { key });
      expect(first.status).toBe(400);
      const bytes = Buffer.from(await first.bytes());
      const replay = await ask(target, form, { key });
      expectReplay(replay, first);
      expect(bytes.equals(await replay.bytes())).toBe(true);
      expect(asked(target)).toBe(1);
    },
  );

  test('what the gateway refuses by itself is not kept: nothing has been sent', async () => {
    const target = relay.target('anthropic', answering('anthropic', 'json'));
    const key = randomUUID();
    const crossing = { n: 2 };
    const body = requestBody('openai', target.id, crossing);
    for (let i = 0; i < 2; i++) {
      const refused = await post(relay, 'openai', body, { headers: { 'idempotency-key': key } });
      expect([refused.status, refused.headers.get('idempotent-replayed')]).toEqual([400, null]);
    }
    const mended = await post(relay, 'openai', { ...body, n: 1 }, { headers: { 'idempotency-key': key } });
    expect(mended.status).toBe(200);
  });

  test('an answer that crossed is given again like any other', async () => {
    for (const [shape, form] of KINDS) {
      const target = relay.target(other(shape), answering(other(shape), form));
      const body = requestBody(shape, target.id, form === 'stream' ? { stream: true } : {});
      const key = randomUUID();
      const first = await post(relay, shape, body, { headers: { 'idempotency-key': key } });
      const bytes = Buffer.from(await first.bytes());
      const replay = await post(relay, shape, body, { headers: { 'idempotency-key': key } });
      expectReplay(replay, first);
      expect(replay.headers.get('x-th-transcode-warnings')).toBe(first.headers.get('x-th-transcode-warnings'));
      expect(bytes.equals(await replay.bytes())).toBe(true);
      expect(asked(target)).toBe(1);
    }
  });

  test('a key that cannot be is refused by its name', async () => {
    const target = relay.target('openai', answering('openai', 'json'));
    for (const key of ['', ' ', 'x'.repeat(256), 'a\tb', 'schlüssel']) {
      const response = await ask(target, 'json', { key });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_value', param: 'Idempotency-Key' } });
    }
    expect(asked(target)).toBe(0);
    expect((await ask(target, 'json', { key: 'x'.repeat(255) })).status).toBe(200);
    // Who calls is asked first.
    expect((await ask(target, 'json', { key: '', apiKey: 'thk_live_nonsense' })).status).toBe(401);
  });

  test('count_tokens, /v1/route and GETs take no notice of it', async () => {
    const target = relay.target('anthropic', (exchange) => exchange.json(200, { input_tokens: 9 }));
    const headers = {
      authorization: `Bearer ${relay.key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    for (const path of ['/v1/messages/count_tokens', '/v1/route', '/v1/messages/count_tokens']) {
      const response = await fetch(`${relay.url}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(requestBody('anthropic', target.id)),
      });
      expect([path, response.status, response.headers.get('idempotent-replayed')]).toEqual([path, 200, null]);
    }
    expect(asked(target)).toBe(2);
    for (let i = 0; i < 2; i++) {
      const response = await fetch(`${relay.url}/v1/models`, { headers });
      expect([response.status, response.headers.get('idempotent-replayed')]).toEqual([200, null]);
    }
  });
});

describe('O8', () => {
  test.each(KINDS)(
    '%s, %s: a key of another client’s choosing is never answered with the first one’s answer',
    async (shape, form) => {
      const [one, two] = await Promise.all([relay.gateway.mintKey(), relay.gateway.mintKey()]);
      const release = Promise.withResolvers<void>();
      const target = relay.target(
        shape,
        answering(shape, form, () => release.promise),
      );
      const key = randomUUID();
      const running = [one, two].map(({ key: apiKey }) => ask(target, form, { key, apiKey }));
      await relay.upstream.received(2, target.upstreamModel);
      release.resolve();
      const texts: string[] = [];
      for (const response of await Promise.all(running)) {
        expect(response.headers.get('idempotent-replayed')).toBeNull();
        texts.push(await response.text());
      }
      expect(texts[0]).not.toBe(texts[1]!);
      for (const [i, { key: apiKey }] of [one, two].entries()) {
        const replay = await ask(target, form, { key, apiKey });
        expect(await replay.text()).toBe(texts[i]!);
      }
      // Nor can another client learn that the key was used: the same body or another is a request like any.
      const stranger = await relay.gateway.mintKey();
      const fresh = await ask(target, form, { key, apiKey: stranger.key, extra: { temperature: 0 } });
      expect([fresh.status, fresh.headers.get('idempotent-replayed')]).toEqual([200, null]);
      expect(asked(target)).toBe(3);
    },
  );

  test('a key that was revoked is not answered from what is kept', async () => {
    const { key: apiKey, id } = await relay.gateway.mintKey();
    const target = relay.target('openai', answering('openai', 'json'));
    const key = randomUUID();
    await (await ask(target, 'json', { key, apiKey })).bytes();
    expect((await ask(target, 'json', { key, apiKey })).status).toBe(200);
    expect((await relay.gateway.run('keys', 'revoke', id)).code).toBe(0);
    await Bun.sleep(1100);
    expect((await ask(target, 'json', { key, apiKey })).status).toBe(401);
  });

  test('neither keys nor answers are in the log', async () => {
    const target = relay.target('openai', answering('openai', 'json'));
    const key = `planted-${randomUUID()}`;
    for (let i = 0; i < 2; i++) await (await ask(target, 'json', { key })).bytes();
    await lines(target, 2);
    expect(relay.gateway.logs()).not.toContain(key);
    expect(relay.gateway.logs()).not.toContain('Hello there');
  });

  test('X-TH-Store: off: who asks at the same time shares the answer, and nothing is kept after it', async () => {
    const release = Promise.withResolvers<void>();
    const target = relay.target(
      'openai',
      answering('openai', 'json', () => release.promise),
    );
    const key = randomUUID();
    const headers = { 'x-th-store': 'off' };
    const running = [ask(target, 'json', { key, headers }), ask(target, 'json', { key, headers })];
    await relay.upstream.received(1, target.upstreamModel);
    // The second one is there by then.
    await Bun.sleep(200);
    release.resolve();
    const texts = await Promise.all(running.map(async (response) => (await response).text()));
    expect(texts[0]).toBe(texts[1]!);
    expect(await (await ask(target, 'json', { key, headers })).text()).not.toBe(texts[0]!);
    expect(asked(target)).toBe(2);
  });

  test('a page of another origin may see that an answer is a replay', async () => {
    const target = relay.target('openai', answering('openai', 'json'));
    const headers = { origin: 'https://app.example' };
    const key = randomUUID();
    for (let i = 0; i < 2; i++) {
      const response = await ask(target, 'json', { key, headers });
      await response.bytes();
      const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
      expect(exposed).toEqual(expect.arrayContaining(['idempotent-replayed', 'x-th-original-request-id']));
    }
  });
});

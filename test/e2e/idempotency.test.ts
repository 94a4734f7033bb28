/** The same request, sent again under the same `Idempotency-Key`: answered once, told as often as asked. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { post, requestBody, routeOf, type ClientShape } from '../support/clients.ts';
import { expectHouseHeaders } from '../support/house-headers.ts';
import { startRelay, type RelayFixture } from '../support/relay-fixture.ts';
import type { Script } from '../support/scripted-upstream.ts';
import { KINDS, SHAPES, STREAM, answering, askAgainAt, expectReplay, other } from '../support/idempotency-fixture.ts';

setDefaultTimeout(60_000);

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({ targets: 60, config: { log: { level: 'info' } } });
});
afterAll(() => relay?.stop());
const { ask, asked, lines, requestsOf } = askAgainAt(() => relay);

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

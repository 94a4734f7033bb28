/** What failed, broke off or was refused, asked for again under the same `Idempotency-Key`. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { post, requestBody } from '../support/clients.ts';
import { expectFailedStream } from '../support/failed-stream.ts';
import { startRelay, type RelayFixture } from '../support/relay-fixture.ts';
import { readStream } from '../support/sse-events.ts';
import { KINDS, SHAPES, STREAM, answering, askAgainAt, expectReplay } from '../support/idempotency-fixture.ts';

setDefaultTimeout(60_000);

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({ targets: 60, config: { log: { level: 'info' } } });
});
afterAll(() => relay?.stop());
const { ask, asked, lines } = askAgainAt(() => relay);

describe('fault 63: an Idempotency-Key and what is no answer', () => {
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
});

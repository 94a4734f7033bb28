/** What is kept for idempotency keys is bounded: in bytes, for each answer, and in time. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { openaiCompletion, openaiEvent, openaiStream } from '../support/answers.ts';
import { post, requestBody } from '../support/clients.ts';
import { startRelay, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import { SSE_HEADERS, type Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const KIB = 1024;
/** 4 MiB in all, so 512 KiB an answer. */
const IDEMPOTENCY = { memory: '4MiB', ttl: '3s' };

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({ targets: 10, config: { idempotency: IDEMPOTENCY } });
});
afterAll(() => relay?.stop());

const DELTA = openaiEvent({
  id: 'c',
  choices: [{ index: 0, delta: { content: 'x'.repeat(900) }, finish_reason: null }],
});

const asked = (target: Target) => relay.upstream.requestsFor(target.upstreamModel).length;

function ask(target: Target, key: string, apiKey = relay.key, extra: object = {}): Promise<Response> {
  return post({ url: relay.url, key: apiKey }, 'openai', requestBody('openai', target.id, extra), {
    headers: { 'idempotency-key': key },
  });
}

async function isReplayed(target: Target, key: string, apiKey?: string): Promise<boolean> {
  const response = await ask(target, key, apiKey);
  await response.bytes();
  expect(response.status).toBe(200);
  return response.headers.get('idempotent-replayed') === 'true';
}

const answerOf = (bytes: number): Script => {
  const text = 'x'.repeat(bytes);
  return (exchange) => exchange.json(200, openaiCompletion({ text }));
};

describe('fault 63: what is kept', () => {
  test('takes no more memory than it may: the longest unused go first, of whoever has the most', async () => {
    const [busy, quiet] = await Promise.all([relay.gateway.mintKey(), relay.gateway.mintKey()]);
    const target = relay.target('openai', answerOf(100 * KIB));
    expect(await isReplayed(target, 'quiet', quiet.key)).toBe(false);
    for (let i = 0; i < 60; i++) expect(await isReplayed(target, `busy-${i}`, busy.key)).toBe(false);
    expect(await isReplayed(target, 'quiet', quiet.key)).toBe(true);
    // 4 MiB hold forty of them; asking for those that are gone would push out others.
    for (let i = 59; i > 59 - 38; i--) expect([i, await isReplayed(target, `busy-${i}`, busy.key)]).toEqual([i, true]);
    expect(await isReplayed(target, 'busy-0', busy.key)).toBe(false);
    expect(await isReplayed(target, 'busy-59', busy.key)).toBe(true);
  });

  test('is forgotten when its time is over, however often it was given', async () => {
    const target = relay.target('openai', answerOf(10));
    const key = randomUUID();
    expect(await isReplayed(target, key)).toBe(false);
    const keptAt = performance.now();
    while (performance.now() - keptAt < 2500) {
      expect(await isReplayed(target, key)).toBe(true);
      await Bun.sleep(400);
    }
    await Bun.sleep(3200 - (performance.now() - keptAt));
    expect(await isReplayed(target, key)).toBe(false);
    expect(asked(target)).toBe(2);
  });

  test('is no answer that is too large: it is given whole, but once', async () => {
    const target = relay.target('openai', answerOf(600 * KIB));
    const key = randomUUID();
    expect(await isReplayed(target, key)).toBe(false);
    expect(await isReplayed(target, key)).toBe(false);
    expect(asked(target)).toBe(2);
    const fitting = relay.target('openai', answerOf(500 * KIB));
    expect([await isReplayed(fitting, key + 1), await isReplayed(fitting, key + 1)]).toEqual([false, true]);
  });

  test('a stream that has grown too large is given to those who are there, and others are told to wait', async () => {
    const grow = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const target = relay.target('openai', async (exchange) => {
      await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
      await exchange.write(DELTA);
      await grow.promise;
      for (let i = 0; i < 800; i++) await exchange.write(DELTA);
      await release.promise;
      for (const event of openaiStream().slice(-3)) await exchange.write(event);
      await exchange.end();
    });
    const key = randomUUID();
    const first = await ask(target, key, relay.key, { stream: true });
    const second = await ask(target, key, relay.key, { stream: true });
    const texts = [first, second].map((response) => response.text());
    grow.resolve();
    let late = await ask(target, key, relay.key, { stream: true });
    for (let tries = 0; late.status === 200 && tries < 50; tries++) {
      void late.body?.cancel();
      await Bun.sleep(50);
      late = await ask(target, key, relay.key, { stream: true });
    }
    expect(late.status).toBe(409);
    expect([late.headers.get('x-should-retry'), late.headers.get('retry-after')]).toEqual(['true', '1']);
    expect(await late.json()).toMatchObject({ error: { code: 'idempotency_in_progress', param: 'Idempotency-Key' } });
    const mismatch = await ask(target, key, relay.key, { stream: true, temperature: 0 });
    expect(mismatch.status).toBe(422);
    release.resolve();
    const [one, two] = await Promise.all(texts);
    expect(one!.length).toBeGreaterThan(800 * 900);
    expect(one).toEndWith('data: [DONE]\n\n');
    expect(two === one).toBe(true);
    expect(asked(target)).toBe(1);
  });

  test('answers under way share a bound too, and memory stays where it was', async () => {
    const target = relay.target('openai', async (exchange) => {
      await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
      for (let i = 0; i < 400; i++) await exchange.write(DELTA);
      for (const event of openaiStream().slice(-3)) await exchange.write(event);
      await exchange.end();
    });
    const round = () =>
      Promise.all(
        Array.from({ length: 40 }, async () => {
          const text = await (await ask(target, randomUUID(), relay.key, { stream: true })).text();
          expect(text).toEndWith('data: [DONE]\n\n');
        }),
      );
    /** What stays when there is nothing to do: the last garbage is collected within a second, on a busy machine too. */
    const atRest = async () => {
      let least = Infinity;
      for (let i = 0; i < 5; i++) {
        await Bun.sleep(500);
        least = Math.min(least, relay.gateway.rssKiB());
      }
      return least;
    };
    for (let i = 0; i < 8; i++) await round();
    const before = await atRest();
    for (let i = 0; i < 12; i++) await round();
    // Kept, these 12 rounds of 40 × 380 KiB would be 180 MiB.
    // V8 (Deno) lets its heap grow further before it collects.
    expect((await atRest()) - before).toBeLessThan((process.env.TH_RUNTIME === 'deno' ? 160 : 64) * KIB);
  });
});

/** Whose answer is given again, and what is told of it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { startRelay, type RelayFixture } from '../support/relay-fixture.ts';
import { KINDS, answering, askAgainAt } from '../support/idempotency-fixture.ts';

setDefaultTimeout(60_000);

let relay: RelayFixture;
beforeAll(async () => {
  relay = await startRelay({ targets: 60, config: { log: { level: 'info' } } });
});
afterAll(() => relay?.stop());
const { ask, asked, lines } = askAgainAt(() => relay);

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

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { post, requestBody } from '../support/clients.ts';
import { expectFailure } from '../support/failed-stream.ts';
import { freePorts } from '../support/free-ports.ts';
import { providerOf, startRelay, type RelayFixture } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startTlsUpstream, type TlsUpstream } from '../support/tls-upstream.ts';

setDefaultTimeout(30_000);

describe('fault 34: upstreams that cannot be reached', () => {
  let relay: RelayFixture;
  let plain: ScriptedUpstream;
  let secure: TlsUpstream | undefined;
  const places = ['refused', 'nowhere', 'untrusted', 'not-tls', 'blackhole'] as const;
  beforeAll(async () => {
    const [closed] = await freePorts(1);
    plain = await ScriptedUpstream.start((exchange) => exchange.json(200, {}));
    secure = await startTlsUpstream();
    const urls: Record<(typeof places)[number], string> = {
      refused: `http://127.0.0.1:${closed}`,
      nowhere: 'http://no-such-host.invalid',
      untrusted: secure?.url ?? '',
      'not-tls': plain.url.replace('http:', 'https:'),
      blackhole: 'http://10.255.255.1:81',
    };
    const providers: Record<string, object> = {};
    const models: Record<string, object> = {};
    for (const place of places) {
      if (urls[place] === '') continue;
      for (const shape of ['openai', 'anthropic'] as const) {
        const name = `${place}-${shape}`;
        providers[name] = providerOf({ url: urls[place] }, shape, { timeouts: { connect: '1s', first_byte: '2s' } });
        models[`test/${name}`] = { targets: [{ provider: name, model: 'm' }], price: { input: 1, output: 1 } };
      }
    }
    relay = await startRelay({ targets: 1, providers, models });
  });
  afterAll(async () => {
    await relay?.stop();
    await plain?.stop();
    await secure?.stop();
  });

  for (const place of places) {
    test(`${place}: a clear error of the client's shape, soon, at no charge`, async () => {
      if (place === 'untrusted' && secure === undefined) {
        console.warn(
          '\nTHERE IS NO openssl TO MAKE A CERTIFICATE WITH: THE TEST OF AN UNTRUSTED UPSTREAM DID NOT RUN\n',
        );
        return;
      }
      for (const shape of ['openai', 'anthropic'] as const) {
        for (const stream of [false, true]) {
          const askedAt = performance.now();
          const response = await post(relay, shape, requestBody(shape, `test/${place}-${shape}`, { stream }));
          expect([502, 504]).toContain(response.status);
          expect(performance.now() - askedAt).toBeLessThan(12_000);
          const error = await expectFailure(shape, response);
          if ((place === 'refused' || place === 'untrusted') && shape === 'openai')
            expect(error.code).toBe('upstream_unavailable');
          expect(error.message).not.toMatch(/127\.0\.0\.1|10\.255|\.invalid|ECONN|certificate .*:/);
        }
      }
    });
  }

  test('none of them was handed a key, and none was paid', async () => {
    expect(secure?.received ?? []).toEqual([]);
    expect(plain.requests).toEqual([]);
    const usage = await fetch(`${relay.url}/v1/usage`, { headers: { authorization: `Bearer ${relay.key}` } });
    const { total } = (await usage.json()) as { total: { cost_usd: string } };
    expect(Number(total.cost_usd)).toBe(0);
  });
});

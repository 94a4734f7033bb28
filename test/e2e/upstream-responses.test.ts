import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { expectFailure } from '../support/failed-stream.ts';
import { expectHouseHeaders } from '../support/house-headers.ts';
import type { HeaderList } from '../support/http-message.ts';
import { startRelay, UPSTREAM_KEY, type RelayFixture } from '../support/relay-fixture.ts';
import { ScriptedUpstream, SSE_HEADERS } from '../support/scripted-upstream.ts';

setDefaultTimeout(20_000);

const SHAPES = ['openai', 'anthropic'] as const;
const json = (shape: ClientShape) => (shape === 'openai' ? openaiCompletion() : anthropicMessage());
const stream = (shape: ClientShape) => (shape === 'openai' ? openaiStream() : anthropicStream());

describe('what an upstream’s response may do', () => {
  let relay: RelayFixture;
  let elsewhere: ScriptedUpstream;
  beforeAll(async () => {
    relay = await startRelay({ targets: 80 });
    elsewhere = await ScriptedUpstream.start((exchange) => exchange.json(200, openaiCompletion()));
  });
  afterAll(async () => {
    await relay?.stop();
    await elsewhere?.stop();
  });

  for (const shape of SHAPES) {
    test(`fault 37, ${shape}: a redirect is an error; nobody is asked at the place it names`, async () => {
      for (const status of [301, 302, 303, 307, 308]) {
        const places = [
          `${elsewhere.url}/v1/chat/completions`,
          `${relay.upstream.url}/elsewhere`,
          '/elsewhere',
          '//evil.example/x',
          '',
        ];
        for (const location of places) {
          for (const streaming of [false, true]) {
            const target = relay.target(shape, (exchange) => exchange.answer(status, '', [['location', location]]));
            const response = await post(relay, shape, requestBody(shape, target.id, { stream: streaming }));
            expect(response.status, `${status} ${location}`).toBe(502);
            expect(response.headers.get('location')).toBeNull();
            await expectFailure(shape, response);
            expect(relay.upstream.requestsFor(target.upstreamModel)).toHaveLength(1);
          }
        }
      }
      expect(elsewhere.connections).toBe(0);
    });

    test(`fault 41, ${shape}: only headers on a list cross`, async () => {
      const foreign: HeaderList = [
        ['set-cookie', 'upstream-session=1'],
        ['server', 'upstream-server/1.0'],
        ['x-request-id', 'req_upstream_id'],
        ['request-id', 'req_upstream_id'],
        ['openai-organization', 'org-upstream'],
        ['anthropic-organization-id', 'org-upstream'],
        ['cf-ray', 'upstream-ray'],
        ['x-ratelimit-remaining-requests', '17171'],
        ['anthropic-ratelimit-requests-remaining', '17171'],
        ['x-th-cost-usd', '999.25'],
        ['x-th-steering-applied', 'role:upstream'],
        ['keep-alive', 'timeout=17171'],
        ['x-upstream-custom', 'upstream-custom'],
        ['access-control-allow-origin', 'https://upstream.example'],
        ['strict-transport-security', 'max-age=17171'],
        ['link', '<https://upstream.example>; rel=preload'],
        ['content-language', 'upstream-language'],
      ];
      const target = relay.target(shape, (exchange) =>
        exchange.request.text().includes('"stream":true')
          ? exchange.stream(stream(shape), { headers: [...SSE_HEADERS, ...foreign] })
          : exchange.json(200, json(shape), foreign),
      );
      for (const streaming of [false, true]) {
        const response = await post(relay, shape, requestBody(shape, target.id, { stream: streaming }));
        expect(response.status).toBe(200);
        await response.text();
        const text = JSON.stringify([...response.headers]);
        for (const value of [
          'upstream-session',
          'upstream-server',
          'req_upstream_id',
          'org-upstream',
          'upstream-ray',
          '17171',
          '999.25',
          'role:upstream',
          'upstream-custom',
          'upstream.example',
          'upstream-language',
        ]) {
          expect(text).not.toContain(value);
        }
        expect(text).not.toContain(UPSTREAM_KEY);
        expectHouseHeaders(response.headers);
      }
    });

    test(`fault 41, ${shape}: 40 kB of headers are refused or dropped, never relayed`, async () => {
      const huge: HeaderList = Array.from({ length: 100 }, (_, i) => [`x-huge-${i}`, 'h'.repeat(400)]);
      const target = relay.target(shape, (exchange) => exchange.json(200, json(shape), huge));
      const response = await post(relay, shape, requestBody(shape, target.id));
      expect(JSON.stringify([...response.headers])).not.toContain('hhhhhhhh');
      if (response.status === 200) await response.text();
      else {
        expect(response.status).toBe(502);
        await expectFailure(shape, response);
      }
    });

    test(`fault 33, ${shape}: a reset on a connection used before costs at most one more try`, async () => {
      let calls = 0;
      const target = relay.target(shape, (exchange) => {
        calls += 1;
        if (calls % 2 === 0) return exchange.reset();
        return exchange.json(200, json(shape));
      });
      const first = await post(relay, shape, requestBody(shape, target.id));
      expect(first.status).toBe(200);
      await first.text();
      const second = await post(relay, shape, requestBody(shape, target.id));
      expect([200, 502]).toContain(second.status);
      await second.text();
      expect(calls).toBeLessThanOrEqual(3);
    });

    test(`${shape}: the model in a JSON answer is the public one, the rest is untouched`, async () => {
      const value = json(shape);
      const text = JSON.stringify(value, undefined, 1).replace(
        '"upstream-model"',
        '"upstream-model" ,\n "vendor": {"big":12345678901234567890, "one":1.0, "e":"\\u00e9"}',
      );
      const target = relay.target(shape, (exchange) =>
        exchange.answer(200, text, [['content-type', 'application/json']]),
      );
      const response = await post(relay, shape, requestBody(shape, target.id));
      expect(await response.text()).toBe(text.replace('"upstream-model"', `"${target.id}"`));
      const spaced = relay.target(shape, (exchange) =>
        exchange.answer(200, `${' \n'.repeat(2_000)}${JSON.stringify(value)}`, [['content-type', 'application/json']]),
      );
      const padded = await post(relay, shape, requestBody(shape, spaced.id));
      expect(await padded.json()).toMatchObject({ model: spaced.id });
    });
  }
});

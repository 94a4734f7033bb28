import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { arbitraryBody } from '../support/arbitrary-body.ts';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { checkSplices } from '../support/declared-splices.ts';
import { startRelay, UPSTREAM_KEY, type RelayFixture, type Target } from '../support/relay-fixture.ts';
import type { Exchange } from '../support/scripted-upstream.ts';

/** `TH_RUNS=10000` is the long form. */
const RUNS = Number(process.env.TH_RUNS ?? 300);

setDefaultTimeout(20_000 + RUNS * 60);

const answers = {
  openai: { json: openaiCompletion(), stream: [openaiStream().join('')] },
  anthropic: { json: anthropicMessage(), stream: [anthropicStream().join('')] },
};

function answer(shape: ClientShape): (exchange: Exchange) => Promise<void> {
  return (exchange) => {
    const { stream } = JSON.parse(exchange.request.text()) as { stream?: unknown };
    return stream === true ? exchange.stream(answers[shape].stream) : exchange.json(200, answers[shape].json);
  };
}

describe('a request that goes out in the shape it came in', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    relay = await startRelay();
  });
  afterAll(() => relay?.stop());

  /** Sends bytes through the gateway and returns the body the upstream got. */
  async function bodyAtUpstream(target: Target, body: string | Uint8Array): Promise<Uint8Array> {
    relay.upstream.requests.length = 0;
    const response = await post(relay, target.shape, body);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(relay.upstream.requests).toHaveLength(1);
    return relay.upstream.requests[0]!.body;
  }

  for (const shape of ['openai', 'anthropic'] as const) {
    test(`C128, fault 12, ${shape}: only the declared splices change its bytes (${RUNS} generated bodies)`, async () => {
      const target = relay.target(shape, answer(shape));
      await fc.assert(
        fc.asyncProperty(arbitraryBody(shape, target.id), async ({ text, streams }) => {
          const sent = new TextEncoder().encode(text);
          const received = await bodyAtUpstream(target, sent);
          checkSplices(sent, received, {
            upstreamModel: target.upstreamModel,
            usageAdded: streams && shape === 'openai',
          });
        }),
        { numRuns: RUNS },
      );
    });

    test(`fault 12, ${shape}: a body with every odd spelling at once, byte for byte`, async () => {
      const target = relay.target(shape, answer(shape));
      const before =
        '\n{ "max_tokens" : 64.0,"z":[1e400,-0,12345678901234567890,1.0,"\\ud800\\u0000\\/"], "model"\t:  ';
      const after =
        ',"messages":[{"content":"\\u00e9 é 🌍 \\"","role":"user","2":0,"10":1}], "__proto__":{"model":"x"}}\r\n ';
      const received = await bodyAtUpstream(target, `${before}"${target.id.replace('/', '\\u002f')}"${after}`);
      expect(Buffer.from(received).toString()).toBe(`${before}"${target.upstreamModel}"${after}`);
    });

    test(`fault 11, ${shape}: __proto__ and constructor members cross and pollute nothing`, async () => {
      const target = relay.target(shape, answer(shape));
      const rest = JSON.stringify(requestBody(shape, target.id)).slice(1);
      const evil =
        '"__proto__":{"polluted":1,"stream":true,"model":"evil"},"constructor":{"prototype":{"polluted":1}},';
      const received = Buffer.from(await bodyAtUpstream(target, `{${evil}${rest}`)).toString();
      expect(received).toContain(evil);
      const next = await bodyAtUpstream(target, `{${rest}`);
      expect(JSON.parse(Buffer.from(next).toString())).toEqual(requestBody(shape, target.upstreamModel));
    });

    test(`fault 10, ${shape}: a second top-level model, stream or messages is refused, however it is spelled`, async () => {
      const target = relay.target(shape, answer(shape));
      const body = JSON.stringify(requestBody(shape, target.id, { stream: false })).slice(1, -1);
      const duplicates = [
        `"model":"other"`,
        `"mod\\u0065l":"${target.id}"`,
        `"stream":true`,
        `"\\u0073tream":false`,
        `"messages":[]`,
        `"messag\\u0065s":[{"role":"user","content":"other"}]`,
      ];
      relay.upstream.requests.length = 0;
      for (const duplicate of duplicates) {
        for (const text of [`{${body},${duplicate}}`, `{${duplicate},${body}}`]) {
          const response = await post(relay, shape, text);
          expect(response.status, text).toBe(400);
          const { error } = (await response.json()) as { error: { type: string; message: string } };
          expect(error.type).toBe('invalid_request_error');
          expect(error.message).toMatch(/model|stream|messages/);
        }
      }
      expect(relay.upstream.requests).toHaveLength(0);
      // The same names deeper down are nobody's business.
      await bodyAtUpstream(target, `{${body},"metadata":{"model":1,"model":2,"stream":true,"messages":[]}}`);
    });

    test(`fault 9, ${shape}: invalid UTF-8, a byte-order mark and raw control bytes are refused or cross unchanged`, async () => {
      const target = relay.target(shape, answer(shape));
      const whole = Buffer.from(JSON.stringify(requestBody(shape, target.id, { user: 'MARK' })));
      const at = whole.indexOf('MARK');
      const with_ = (bytes: number[]) =>
        Buffer.concat([whole.subarray(0, at), Buffer.from(bytes), whole.subarray(at + 4)]);
      const bodies = {
        'invalid UTF-8': with_([0xff, 0xfe]),
        'overlong UTF-8': with_([0xc0, 0xaf]),
        'a raw surrogate': with_([0xed, 0xa0, 0x80]),
        'a byte-order mark': Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), whole]),
        'a raw NUL': with_([0]),
        'a raw newline': with_([0x0a]),
      };
      for (const [name, sent] of Object.entries(bodies)) {
        relay.upstream.requests.length = 0;
        const response = await post(relay, shape, sent);
        const text = await response.text();
        if (response.status === 400) {
          expect(JSON.parse(text), name).toMatchObject({ error: { type: 'invalid_request_error' } });
          expect(relay.upstream.requests).toHaveLength(0);
        } else {
          expect(response.status, name).toBe(200);
          const received = Buffer.from(relay.upstream.requests[0]!.body).toString('latin1');
          expect(received, name).toBe(sent.toString('latin1').replace(target.id, target.upstreamModel));
        }
      }
    });

    test(`${shape}: nothing the client sent as a credential, and no header of ours, reaches the upstream`, async () => {
      const target = relay.target(shape, answer(shape));
      const body = requestBody(shape, target.id, { th_steering: 'off', th_anything: { a: 1 } });
      const carriers = [{ authorization: `Bearer ${relay.key}` }, { authorization: '', 'x-api-key': relay.key }];
      for (const carrier of carriers) {
        relay.upstream.requests.length = 0;
        const response = await fetch(`${relay.url}${shape === 'openai' ? '/v1/chat/completions' : '/v1/messages'}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...Object.fromEntries(Object.entries(carrier).filter(([, value]) => value !== '')),
            cookie: 'session=client-cookie',
            'x-th-steering': 'off',
            'x-th-debug': 'client-switch',
            'x-forwarded-for': '203.0.113.9',
            'openai-organization': 'org-client',
            'user-agent': 'client-agent/1',
            'x-custom': 'client-custom',
          },
          body: JSON.stringify(body),
        });
        expect(response.status, await response.text()).toBe(200);
        const { rawHead, body: bytes, header } = relay.upstream.requests[0]!;
        const everything = `${rawHead}\n${Buffer.from(bytes).toString()}`;
        for (const secret of [relay.key, relay.key.slice(12), 'client-', 'org-client', '203.0.113.9', 'th_steering']) {
          expect(everything).not.toContain(secret);
        }
        expect(rawHead.toLowerCase()).not.toContain('\r\nx-th-');
        expect(header('accept-encoding')).toBe('identity');
        const ours = shape === 'openai' ? header('authorization') : header('x-api-key');
        expect(ours).toBe(shape === 'openai' ? `Bearer ${UPSTREAM_KEY}` : UPSTREAM_KEY);
      }
    });
  }

  test('anthropic-version and anthropic-beta cross; a request without a version gets one', async () => {
    const target = relay.target('anthropic', answer('anthropic'));
    const body = requestBody('anthropic', target.id);
    const headers = { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'a-2025-01-01,b-2025-02-02' };
    await (await post(relay, 'anthropic', body, { headers })).text();
    await (await post(relay, 'anthropic', body)).text();
    const [given, absent] = relay.upstream.requestsFor(target.upstreamModel);
    expect(given?.header('anthropic-version')).toBe('2026-10-21');
    expect(given?.header('anthropic-beta')).toBe('a-2025-01-01,b-2025-02-02');
    expect(absent?.header('anthropic-version')).toBe('2023-06-01');
    expect(absent?.header('anthropic-beta')).toBeUndefined();
  });

  test('C129: usage the gateway asked for itself leaves no trace in the client’s stream', async () => {
    const target = relay.target('openai', (exchange) => exchange.stream(openaiStream()));
    const silent = await (await post(relay, 'openai', requestBody('openai', target.id, { stream: true }))).text();
    expect(relay.upstream.requestsFor(target.upstreamModel)[0]?.text()).toContain('"include_usage":true');
    expect(silent).not.toContain('usage');
    expect(silent).not.toContain('"choices":[]');
    expect(silent).toEndWith('data: [DONE]\n\n');
    const asked = requestBody('openai', target.id, { stream: true, stream_options: { include_usage: true } });
    const told = await (await post(relay, 'openai', asked)).text();
    expect(told).toBe(openaiStream().join('').replaceAll('upstream-model', target.id));
  });
});

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { post, requestBody, routeOf, type ClientShape } from '../support/clients.ts';
import type { HeaderList } from '../support/http-message.ts';
import { startRelay, UPSTREAM_KEY, type RelayFixture } from '../support/relay-fixture.ts';
import { expectAnthropicErrors, expectOpenAiError, type ExpectedError } from '../support/sdk-errors.ts';

setDefaultTimeout(20_000);

const openaiError = (type: string, code: string | null, message = 'The upstream says no.') => ({
  error: { message, type, param: null, code },
});
const anthropicError = (type: string, message = 'The upstream says no.') => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_upstream_1',
});

const invalid = { openaiType: 'invalid_request_error', anthropicType: 'invalid_request_error', retry: false };
const server = { openaiType: 'server_error', anthropicType: 'api_error' };
const full = { openaiType: 'server_error', anthropicType: 'overloaded_error', retry: true };

interface Row {
  readonly name: string;
  readonly status: number;
  readonly openai: unknown;
  readonly anthropic: unknown;
  readonly headers?: HeaderList;
  readonly expected: ExpectedError;
}

/** What the upstream answers in its own shape, and what a client of the same shape must see. */
const ROWS: readonly Row[] = [
  {
    name: '400 invalid request',
    status: 400,
    openai: openaiError('invalid_request_error', 'invalid_value', 'tools[0] is wrong'),
    anthropic: anthropicError('invalid_request_error', 'tools.0 is wrong'),
    expected: { ...invalid, status: 400, openaiCode: 'invalid_value', message: /tools.* is wrong/ },
  },
  {
    name: '400 context overflow',
    status: 400,
    openai: openaiError(
      'invalid_request_error',
      'context_length_exceeded',
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
    ),
    anthropic: anthropicError('invalid_request_error', 'prompt is too long: 9001 tokens > 8192 maximum'),
    expected: {
      ...invalid,
      status: 400,
      openaiCode: 'context_length_exceeded',
      param: 'messages',
      message: /9001.*|8192/,
    },
  },
  {
    name: '400 content policy',
    status: 400,
    openai: openaiError('invalid_request_error', 'content_policy_violation'),
    anthropic: anthropicError('invalid_request_error', 'Output blocked by content filtering policy'),
    expected: { ...invalid, status: 400, openaiCode: 'content_filter' },
  },
  ...[401, 403].map((status) => ({
    name: `${status}: the gateway's own credential was refused`,
    status,
    openai: openaiError('invalid_request_error', 'invalid_api_key', `Incorrect API key provided: ${UPSTREAM_KEY}`),
    anthropic: anthropicError(
      status === 401 ? 'authentication_error' : 'permission_error',
      `invalid x-api-key ${UPSTREAM_KEY}`,
    ),
    expected: { ...server, status: 502, openaiCode: 'upstream_auth', retry: false },
  })),
  {
    name: '402: the gateway’s own account is empty',
    status: 402,
    openai: openaiError('insufficient_quota', 'insufficient_quota'),
    anthropic: anthropicError('billing_error'),
    expected: { ...full, status: 503, anthropicStatus: 529, openaiCode: 'service_unavailable' },
  },
  {
    name: '404 model',
    status: 404,
    openai: openaiError('invalid_request_error', 'model_not_found', 'The model `PRIVATE` does not exist'),
    anthropic: anthropicError('not_found_error', 'model: PRIVATE'),
    expected: { ...server, status: 502, openaiCode: 'upstream_misconfigured', retry: false },
  },
  {
    name: '408',
    status: 408,
    openai: openaiError('server_error', 'timeout'),
    anthropic: anthropicError('timeout_error'),
    expected: {
      status: 504,
      openaiType: 'server_error',
      openaiCode: 'upstream_timeout',
      anthropicType: 'timeout_error',
      retry: false,
    },
  },
  ...[409, 412].map((status) => ({
    name: String(status),
    status,
    openai: openaiError('invalid_request_error', 'conflict'),
    anthropic: anthropicError('conflict_error'),
    expected: { ...invalid, status: 400, openaiCode: 'invalid_value' },
  })),
  {
    name: '413',
    status: 413,
    openai: openaiError('invalid_request_error', 'request_too_large'),
    anthropic: anthropicError('request_too_large'),
    expected: { ...invalid, anthropicType: 'request_too_large', status: 413, openaiCode: 'request_too_large' },
  },
  {
    name: '422',
    status: 422,
    openai: openaiError('invalid_request_error', 'invalid_value'),
    anthropic: anthropicError('invalid_request_error'),
    expected: { ...invalid, status: 422, anthropicStatus: 400, openaiCode: 'invalid_value' },
  },
  {
    name: '429: the limit the gateway’s users share',
    status: 429,
    openai: openaiError('rate_limit_error', 'rate_limit_exceeded'),
    anthropic: anthropicError('rate_limit_error'),
    headers: [['retry-after', '7']],
    expected: { ...full, status: 503, anthropicStatus: 529, openaiCode: 'upstream_rate_limited', retryAfter: true },
  },
  ...[500, 501, 502].map((status) => ({
    name: String(status),
    status,
    openai: openaiError('server_error', null),
    anthropic: anthropicError('api_error'),
    expected: { ...server, status: 502, openaiCode: 'upstream_error', retry: true },
  })),
  ...[503, 529].map((status) => ({
    name: String(status),
    status,
    openai: openaiError('server_error', 'engine_overloaded'),
    anthropic: anthropicError('overloaded_error'),
    expected: { ...full, status: 503, anthropicStatus: 529, openaiCode: 'upstream_overloaded' },
  })),
  ...[504, 524].map((status) => ({
    name: String(status),
    status,
    openai: openaiError('server_error', null),
    anthropic: anthropicError('timeout_error'),
    expected: {
      status: 504,
      openaiType: 'server_error',
      openaiCode: 'upstream_timeout',
      anthropicType: 'timeout_error',
      retry: false,
    },
  })),
];

describe('an error of the upstream', () => {
  let relay: RelayFixture;
  beforeAll(async () => {
    relay = await startRelay({ targets: 60 });
  });
  afterAll(() => relay?.stop());

  describe('fault 35: mapped for a client of the same shape', () => {
    for (const { name, status, openai, anthropic, headers, expected } of ROWS) {
      const script = (shape: ClientShape, value: unknown) => {
        const target = relay.target(shape, (exchange) => {
          const text = JSON.stringify(value).replace('PRIVATE', target.upstreamModel);
          return exchange.answer(status, text, [['content-type', 'application/json'], ...(headers ?? [])]);
        });
        return target;
      };
      test(`OpenAI: ${name}`, async () => {
        const target = script('openai', openai);
        await expectOpenAiError(relay, { model: target.id }, expected);
        await expectNothingOfOurs(target.shape, target.id, target.upstreamModel);
      });
      test(`Anthropic: ${name}`, async () => {
        const target = script('anthropic', anthropic);
        await expectAnthropicErrors(relay, { model: target.id }, expected);
        await expectNothingOfOurs(target.shape, target.id, target.upstreamModel);
      });
    }
  });

  /** Key, host and private model id of the upstream stay with the gateway. */
  async function expectNothingOfOurs(shape: ClientShape, model: string, upstreamModel: string): Promise<void> {
    const response = await post(relay, shape, requestBody(shape, model));
    const text = await response.text();
    const headers = JSON.stringify(Object.fromEntries(response.headers));
    for (const secret of [UPSTREAM_KEY, UPSTREAM_KEY.slice(0, 16), String(relay.upstream.port), 'req_upstream_1']) {
      expect(text + headers).not.toContain(secret);
    }
    // A header may tell the upstream's model (X-TH-Upstream-Model); an error text may not.
    expect(text).not.toContain(upstreamModel);
  }

  test('C121: HTML and empty bodies become JSON errors that echo nothing', async () => {
    for (const shape of ['openai', 'anthropic'] as const) {
      for (const body of ['<html><body>Bad gateway nginx/1.2 <script>x</script></body></html>', '']) {
        const target = relay.target(shape, (exchange) => exchange.answer(502, body, [['content-type', 'text/html']]));
        const expected: ExpectedError = {
          ...server,
          status: 502,
          openaiCode: 'upstream_error',
          retry: true,
          message: /^(?!.*(<|nginx)).*502/,
        };
        if (shape === 'openai') await expectOpenAiError(relay, { model: target.id }, expected);
        else await expectAnthropicErrors(relay, { model: target.id }, expected);
      }
    }
  });

  test('C120: a 200 that holds an error object is an error', async () => {
    const cases = [
      { body: { error: { message: 'Provider returned error', code: 502 } }, status: 502, type: 'server_error' },
      { body: openaiError('rate_limit_error', 'rate_limit_exceeded'), status: 503, type: 'server_error' },
      { body: openaiError('server_error', 'engine_overloaded'), status: 503, type: 'server_error' },
    ];
    for (const { body, status, type } of cases) {
      const target = relay.target('openai', (exchange) => exchange.json(200, body));
      for (const stream of [false, true]) {
        const response = await post(relay, 'openai', requestBody('openai', target.id, { stream }));
        expect(response.status, JSON.stringify(body)).toBe(status);
        expect(await response.json()).toMatchObject({ error: { type } });
      }
    }
    const target = relay.target('anthropic', (exchange) => exchange.json(200, anthropicError('overloaded_error')));
    const response = await post(relay, 'anthropic', requestBody('anthropic', target.id));
    expect(response.status).toBe(529);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
  });

  test('fault 36: Retry-After of every kind is brought to 1…60 whole seconds', async () => {
    const inFive = () => new Date(Date.now() + 5_000).toUTCString();
    const cases: [value: string, least: number, most: number][] = [
      ['7', 7, 7],
      ['1.5', 1, 2],
      ['0', 1, 60],
      ['-3', 1, 60],
      ['garbage', 1, 60],
      ['315360000', 60, 60],
      [inFive(), 1, 6],
      [new Date(0).toUTCString(), 1, 60],
    ];
    for (const [value, least, most] of cases) {
      const target = relay.target('openai', (exchange) =>
        exchange.json(429, openaiError('rate_limit_error', 'rate_limit_exceeded'), [['retry-after', value]]),
      );
      const response = await post(relay, 'openai', requestBody('openai', target.id));
      await response.body?.cancel();
      const seconds = Number(response.headers.get('retry-after'));
      expect(seconds, value).toBeGreaterThanOrEqual(least);
      expect(seconds, value).toBeLessThanOrEqual(most);
      expect(Number.isInteger(seconds)).toBe(true);
    }
  });

  test('an error before the first event of a stream is a real HTTP error', async () => {
    for (const shape of ['openai', 'anthropic'] as const) {
      const value =
        shape === 'openai' ? openaiError('server_error', 'engine_overloaded') : anthropicError('overloaded_error');
      const target = relay.target(shape, (exchange) => exchange.json(503, value));
      const response = await fetch(relay.url + routeOf(shape), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': relay.key },
        body: JSON.stringify(requestBody(shape, target.id, { stream: true })),
      });
      expect(response.status).toBe(shape === 'openai' ? 503 : 529);
      expect(response.headers.get('content-type')).toContain('application/json');
      await response.body?.cancel();
    }
  });
});

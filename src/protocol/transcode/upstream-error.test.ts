import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { loadCorpus, recordedResponse } from '../../../test/support/corpus.ts';
import { ApiError } from '../api-error.ts';
import { type ErrorCode, ERROR_CODES } from '../error-codes.ts';
import { classifyFaultWithoutStatus, classifyUpstreamFault, readUpstreamFault, redactFault } from './upstream-error.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);

describe('readUpstreamFault', () => {
  test.each([
    [{ error: { message: 'm', type: 't', param: 'p', code: 'c' } }, { message: 'm', type: 't', param: 'p', code: 'c' }],
    [
      { type: 'error', error: { type: 't', message: 'm' }, request_id: 'r' },
      { message: 'm', type: 't' },
    ],
    [{ error: { message: 'm', type: null, param: null, code: null } }, { message: 'm' }],
    [{ error: { message: 'm', code: 400 } }, { message: 'm', code: '400' }],
    [{ error: { message: '', code: 'c' } }, { message: 'c', code: 'c' }],
    [{ error: { type: 't' } }, { message: 't', type: 't' }],
    [{ error: {} }, { message: 'the upstream reported an error without a message' }],
    [{ error: { message: { deep: 1 }, type: 't' } }, { message: 't', type: 't' }],
    [{ error: 'm' }, { message: 'm' }],
    [
      { code: 'a sentence', error: 'm' },
      { message: 'm', code: 'a sentence' },
    ],
    [
      { object: 'error', message: 'm', type: 't', code: '3051' },
      { message: 'm', type: 't', code: '3051' },
    ],
    [{ detail: 'm' }, { message: 'm' }],
    [{ detail: [{ loc: ['body'], msg: 'm' }] }, { message: '[{"loc":["body"],"msg":"m"}]' }],
    [{ error: { detail: 'm' } }, { message: 'm' }],
    [[{ error: { message: 'm', code: 429 } }], { message: 'm', code: '429' }],
    [{ message: 'm' }, { message: 'm' }],
  ] as const)('%j', (body, fault) => {
    expect(readUpstreamFault(body)).toEqual(fault);
  });

  test.each([[null], [undefined], ['text'], [7], [[]], [{}], [{ error: null }], [{ detail: null }], [{ choices: [] }]])(
    '%j is no error',
    (body) => {
      expect(readUpstreamFault(body)).toBeUndefined();
    },
  );

  test('what a provider said behind a router is told with the router’s words', () => {
    const raw = JSON.stringify({ error: { message: 'Unsupported value', param: 'reasoning', code: null, type: 't' } });
    expect(readUpstreamFault({ error: { message: 'Provider returned error', code: 400, metadata: { raw } } })).toEqual({
      message: 'Provider returned error: Unsupported value',
      type: 't',
      code: '400',
      param: 'reasoning',
    });
    const words = 'qwen is temporarily rate-limited upstream. Please retry shortly';
    const limited = { message: 'Provider returned error', code: 429, type: 't', metadata: { raw: words } };
    expect(readUpstreamFault({ error: limited })).toEqual({
      message: `Provider returned error: ${words}`,
      code: '429',
      type: 't',
    });
    for (const useless of [
      '<html>',
      '',
      '7',
      '{}',
      '{"error":',
      'data: {}',
      JSON.stringify({ error: { message: 'x', metadata: { raw } } }),
    ]) {
      expect(readUpstreamFault({ error: { message: 'm', metadata: { raw: useless } } })).toEqual({ message: 'm' });
    }
  });

  test('fault 79: any JSON at all gives a fault with a message, or none', () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { error: fc.jsonValue(), message: fc.jsonValue(), detail: fc.jsonValue(), code: fc.jsonValue() },
        { requiredKeys: [] },
      ),
      fc.record({
        error: fc.dictionary(fc.constantFrom('message', 'type', 'code', 'param', 'metadata'), fc.jsonValue()),
      }),
    );
    fc.assert(
      fc.property(body, fc.integer({ min: 400, max: 599 }), (value, status) => {
        const fault = readUpstreamFault(value);
        if (fault === undefined) return;
        expect(fault.message.length).toBeGreaterThan(0);
        for (const text of [fault.type, fault.code, fault.param])
          expect(['string', 'undefined']).toContain(typeof text);
        expect(ERROR_CODES[classifyUpstreamFault(status, fault).code]).toBeDefined();
        expect(ERROR_CODES[classifyFaultWithoutStatus(fault).code]).toBeDefined();
      }),
      { numRuns: RUNS },
    );
  });
});

describe('redactFault', () => {
  test('takes the operator’s things out of the message and the member’s name, and leaves the rest', () => {
    const redact = (text: string) => text.replaceAll('secret', 'x');
    expect(redactFault({ message: 'at secret', param: 'secret.a', type: 't', code: 'c' }, redact)).toEqual({
      message: 'at x',
      param: 'x.a',
      type: 't',
      code: 'c',
    });
    expect(redactFault({ message: 'm' }, redact)).toEqual({ message: 'm' });
  });
});

describe('classifyUpstreamFault', () => {
  const seen = (status: number, message = 'no', more: { type?: string; code?: string; param?: string } = {}) =>
    classifyUpstreamFault(status, { message, ...more });

  const rows: readonly [status: number, code: ErrorCode][] = [
    [400, 'invalid_value'],
    [401, 'upstream_auth'],
    [403, 'upstream_auth'],
    [402, 'upstream_quota'],
    [404, 'upstream_misconfigured'],
    [408, 'upstream_timeout'],
    [409, 'invalid_value'],
    [412, 'invalid_value'],
    [422, 'unprocessable'],
    [413, 'request_too_large'],
    [429, 'upstream_rate_limited'],
    [500, 'upstream_error'],
    [501, 'upstream_error'],
    [502, 'upstream_error'],
    [503, 'upstream_overloaded'],
    [529, 'upstream_overloaded'],
    [504, 'upstream_timeout'],
    [524, 'upstream_timeout'],
    [418, 'upstream_error'],
    [520, 'upstream_error'],
    [508, 'loop_detected'],
  ];
  test.each([...rows])('fault 35: %d is %s', (status, code) => {
    expect(seen(status).code).toBe(code);
  });

  test('the client’s own mistakes keep their message and the member at fault', () => {
    for (const status of [400, 409, 412, 422]) {
      const error = seen(status, 'tools[0] is wrong', { param: 'tools[0]' });
      expect([error.message, error.details.param]).toEqual(['tools[0] is wrong', 'tools[0]']);
    }
    expect(seen(502, 'no', { param: 'x' }).details.param).toBeUndefined();
  });

  test.each([
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
    'prompt is too long: 203456 tokens > 200000 maximum',
    'request (2009 tokens) exceeds the available context size (512 tokens), try increasing it',
    'Input is too long for requested model.',
    "This model's maximum prompt length is 131072 but the request contains 625077 tokens.",
    'prompt too long; exceeded max context length by 1119046 tokens',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    'Range of input length should be [1, 129024]',
  ])('C050: %j is a context overflow', (message) => {
    for (const status of [400, 413]) {
      const error = seen(status, message);
      expect([error.code, error.details.param, error.message]).toEqual([
        'context_length_exceeded',
        'messages',
        message,
      ]);
    }
    expect(seen(500, message).code).toBe('upstream_error');
  });

  test('C050: so is one told by its code alone', () => {
    expect(seen(400, 'no', { code: 'context_length_exceeded' }).code).toBe('context_length_exceeded');
    expect(seen(400, 'The total length is too long.', { type: 'too_many_prompt_tokens' }).code).toBe(
      'context_length_exceeded',
    );
    expect(seen(400, '`max_tokens` must be greater. See #max-tokens-and-context-window').code).toBe('invalid_value');
  });

  test.each([
    ['no', { code: 'content_policy_violation' }],
    ['no', { code: 'content_filter' }],
    ['no', { code: 'data_inspection_failed' }],
    ["triggering Azure OpenAI's content management policy", {}],
    ['Output blocked by content filtering policy', {}],
  ])('%j %j is the content policy', (message, more) => {
    expect(seen(400, message, more).code).toBe('content_filter');
  });

  test('a thinking signature of another conversation gets a hint', () => {
    const { code, message } = seen(400, 'messages.1.content.0: Invalid `signature` in `thinking` block');
    expect(code).toBe('invalid_value');
    expect(message).toStartWith('messages.1.content.0: Invalid');
    expect(message).toContain('new conversation');
  });

  test('C049: our own credential, refused with whatever status, is not the client’s', () => {
    for (const [status, message] of [
      [401, 'Incorrect API key provided: sk-abc***yz'],
      [403, 'Forbidden'],
      [400, 'Incorrect API key provided: in***ey. You can obtain an API key from https://console.x.ai.'],
      [400, 'API key not valid. Please pass a valid API key.'],
    ] as const) {
      const error = seen(status, message);
      expect(error.code).toBe('upstream_auth');
      expect(error.message).toContain('operator');
      expect(error.message).not.toContain('***');
    }
  });

  test('our own empty account, told with whatever status, is not the client’s', () => {
    for (const [status, message, more] of [
      [402, 'Insufficient Balance', {}],
      [
        429,
        'You exceeded your current quota, please check your plan and billing details.',
        { type: 'insufficient_quota' },
      ],
      [400, 'Your credit balance is too low to access the Anthropic API.', { type: 'invalid_request_error' }],
      [400, 'Access denied, please make sure your account is in good standing.', { code: 'Arrearage' }],
    ] as const) {
      const error = seen(status, message, more);
      expect(error.code).toBe('upstream_quota');
      expect(error.message).toContain('operator');
    }
    // A rate that is called a quota is still a rate.
    expect(seen(429, 'Requests per second limit exceeded', { code: 'request_quota_exceeded' }).code).toBe(
      'upstream_rate_limited',
    );
  });

  test('a missing model is the operator’s mistake; a missing file is the client’s own', () => {
    expect(seen(404, 'model: claude-x', { type: 'not_found_error' }).code).toBe('upstream_misconfigured');
    expect(seen(404, 'File not found: file_123', { type: 'not_found_error' }).code).toBe('not_found');
    expect(seen(404, 'Not Found').code).toBe('upstream_misconfigured');
  });

  test('an overloaded upstream is told by its words, whatever the status', () => {
    for (const status of [429, 500, 503]) {
      expect(seen(status, 'no', { type: 'overloaded_error' }).code).toBe('upstream_overloaded');
      expect(seen(status, 'no', { code: 'engine_overloaded' }).code).toBe('upstream_overloaded');
    }
  });

  test('C048, fault 36: a limit of ours at the vendor carries a wait: the vendor’s own, else a second', () => {
    expect(seen(429).details.retryAfterS).toBe(1);
    expect(classifyUpstreamFault(429, { message: 'no' }, 7).details.retryAfterS).toBe(7);
    expect(classifyUpstreamFault(503, { message: 'no' }, 0.5).details.retryAfterS).toBe(0.5);
    expect(seen(500).details.retryAfterS).toBeUndefined();
  });
});

describe('classifyFaultWithoutStatus', () => {
  test.each([
    [{ code: '502' }, 'upstream_error'],
    [{ code: '429' }, 'upstream_rate_limited'],
    [{ code: '400' }, 'invalid_value'],
    [{ code: '401' }, 'upstream_auth'],
    [{ code: '200' }, 'upstream_error'],
    [{ code: '1305' }, 'upstream_error'],
    [{ type: 'rate_limit_error' }, 'upstream_rate_limited'],
    [{ code: 'rate_limit_exceeded' }, 'upstream_rate_limited'],
    [{ type: 'overloaded_error' }, 'upstream_overloaded'],
    [{ code: 'model_at_capacity' }, 'upstream_overloaded'],
    [{ type: 'timeout_error' }, 'upstream_timeout'],
    [{ code: 'insufficient_quota' }, 'upstream_quota'],
    [{ type: 'billing_error' }, 'upstream_quota'],
    [{ type: 'authentication_error' }, 'upstream_auth'],
    [{ code: 'invalid_api_key', type: 'invalid_request_error' }, 'upstream_auth'],
    [{ type: 'invalid_request_error' }, 'invalid_value'],
    [{ type: 'api_error' }, 'upstream_error'],
    [{ type: 'server_error' }, 'upstream_error'],
    [{}, 'upstream_error'],
  ] as const)('%j is %s', (more, code) => {
    expect(classifyFaultWithoutStatus({ message: 'no', ...more }).code).toBe(code);
  });
});

const corpus = loadCorpus();
describe.skipIf(corpus === undefined)('every recorded error', () => {
  const errors = (corpus ?? []).filter(({ status }) => status >= 400);

  test('C121: its message is found wherever the vendor put it', () => {
    const without: string[] = [];
    for (const entry of errors) {
      const text = Buffer.from(recordedResponse(entry)).toString('utf8');
      if (!entry.response.endsWith('.json')) continue;
      const fault = readUpstreamFault(JSON.parse(text));
      if (fault === undefined) {
        without.push(entry.path);
        continue;
      }
      expect(fault.message.length).toBeGreaterThan(3);
      expect(fault.message).not.toMatch(/<html|<!doctype/i);
      // The very words stand in the body, but for what was put together from two of its texts.
      const words = (part: string) => part.replaceAll(/\\u[0-9a-f]{4}|[^a-z]/gi, '');
      expect(words(text)).toContain(words(fault.message.replace(/^Provider returned error: /, '').slice(0, 40)));
    }
    expect(errors.length).toBeGreaterThan(90);
    expect(without).toEqual(['openai-chat/portkey-gateway/e401-test-portkey-data-extraction-f33fcf']);
  });

  test('C049: it never reaches the client as its own 401, 402, 403 or 429', () => {
    for (const entry of errors) {
      const text = Buffer.from(recordedResponse(entry)).toString('utf8');
      const fault = entry.response.endsWith('.json') ? readUpstreamFault(JSON.parse(text)) : undefined;
      const error = classifyUpstreamFault(entry.status, fault ?? { message: 'no' });
      expect(error).toBeInstanceOf(ApiError);
      expect([entry.path, [401, 402, 403, 404, 429].includes(ERROR_CODES[error.code].status)]).toEqual([
        entry.path,
        false,
      ]);
    }
  });

  test.each([
    ['e400-1212-handles-context-length-exceeded-errors-6d0981', 'context_length_exceeded'],
    ['e400-120b-handles-context-length-exceeded-errors-6091', 'context_length_exceeded'],
    ['e400-sonar-handles-context-length-exceeded-errors', 'context_length_exceeded'],
    ['e400-context-overflow-blocking-d599a4', 'context_length_exceeded'],
    ['e400-non-reasoning-raises-appropriate-auth-error-3c2d1e', 'upstream_auth'],
    ['e429-content-image-url-8f04e7', 'upstream_quota'],
    ['e400-async-a2a86d', 'content_filter'],
    ['e400-openrouter-pdf-remote-no-plugin-feae1a', 'invalid_value'],
    ['e529-opic-claude-3-5-haiku', 'upstream_overloaded'],
  ] as const)('%s is %s', (id, code) => {
    const entry = errors.find(({ path }) => path.includes(id));
    const fault = readUpstreamFault(JSON.parse(Buffer.from(recordedResponse(entry!)).toString('utf8')));
    expect(classifyUpstreamFault(entry!.status, fault!).code).toBe(code);
  });
});

import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { ApiError } from './api-error.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import { clampRetryAfter, renderError, renderStreamError } from './render-error.ts';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];
const decoder = new TextDecoder();

describe('renderError', () => {
  test.each(CODES)('%s: both shapes have every key their SDKs read', (code) => {
    const row = ERROR_CODES[code];
    const error = new ApiError(code, 'It is wrong "here"\n🌍', { param: 'messages[2].content[0].type' });
    const openai = renderError('openai', error, 'req_th_1');
    expect(openai.status).toBe(row.status);
    expect(JSON.parse(openai.body)).toEqual({
      error: {
        message: 'It is wrong "here"\n🌍',
        type: row.openaiType,
        param: 'messages[2].content[0].type',
        code: row.openaiCode,
      },
    });
    const anthropic = renderError('anthropic', error, 'req_th_1');
    expect(anthropic.status).toBe(row.anthropicStatus);
    expect(JSON.parse(anthropic.body)).toEqual({
      type: 'error',
      error: {
        type: row.anthropicType,
        message: `${code === 'context_length_exceeded' ? 'prompt is too long' : 'messages.2.content.0.type'}: It is wrong "here"\n🌍`,
      },
      request_id: 'req_th_1',
    });
    for (const { headers } of [openai, anthropic]) {
      expect(headers['x-should-retry']).toBe(String(row.retry));
      expect(headers['content-type']).toStartWith('application/json');
    }
  });

  test('no param is null for OpenAI and nothing for Anthropic', () => {
    const error = new ApiError('invalid_json', 'no');
    expect(JSON.parse(renderError('openai', error, 'r').body)).toMatchObject({ error: { param: null } });
    expect(JSON.parse(renderError('anthropic', error, 'r').body)).toMatchObject({ error: { message: 'no' } });
  });

  test('C050: Claude Code compacts on the words "prompt is too long", whatever the upstream called it', () => {
    const told = (message: string) =>
      (
        JSON.parse(
          renderError('anthropic', new ApiError('context_length_exceeded', message, { param: 'messages' }), 'r').body,
        ) as { error: { message: string } }
      ).error.message;
    expect(told('prompt is too long: 9 tokens > 8 maximum')).toBe('prompt is too long: 9 tokens > 8 maximum');
    expect(told('maximum context length is 8')).toBe('prompt is too long: maximum context length is 8');
    for (const words of [
      "This model's maximum context length is 8 tokens. However, your messages resulted in 9 tokens. Shorten them.",
      "This model's maximum context length is 8 tokens. However, you requested 9 tokens (5 in the messages, 4 in the completion).",
      'request (9 tokens) exceeds the available context size (8 tokens), try increasing it',
      "This model's maximum prompt length is 8 but the request contains 9 tokens.",
      'The input token count (9) exceeds the maximum number of tokens allowed (8).',
    ]) {
      expect(told(words)).toBe('prompt is too long: 9 tokens > 8 maximum');
    }
  });

  test('details.error_code is for Anthropic alone', () => {
    const error = new ApiError('invalid_encoding', 'no', { anthropicErrorCode: 'request_body_encoding_invalid' });
    expect(JSON.parse(renderError('anthropic', error, 'r').body)).toMatchObject({
      error: { details: { error_code: 'request_body_encoding_invalid' } },
    });
    expect(renderError('openai', error, 'r').body).not.toContain('error_code');
  });

  test('a 405 names the methods', () => {
    const error = new ApiError('method_not_allowed', 'no', { allow: ['POST', 'OPTIONS'] });
    expect(renderError('openai', error, 'r').headers.allow).toBe('POST, OPTIONS');
  });

  test('fault 36, C023: retry-after is 1 to 60 whole seconds, in both headers', () => {
    for (const [seconds, expected] of [
      [0, 1],
      [-5, 1],
      [0.2, 1],
      [1, 1],
      [1.01, 2],
      [59.5, 60],
      [61, 60],
      [315_360_000, 60],
      [Number.POSITIVE_INFINITY, 1],
      [Number.NaN, 1],
    ] as const) {
      const { headers } = renderError(
        'openai',
        new ApiError('rate_limit_exceeded', 'no', { retryAfterS: seconds }),
        'r',
      );
      expect(headers).toMatchObject({ 'retry-after': String(expected), 'retry-after-ms': String(expected * 1000) });
    }
    expect(
      renderError('openai', new ApiError('rate_limit_exceeded', 'no'), 'r').headers['retry-after'],
    ).toBeUndefined();
    fc.assert(
      fc.property(fc.double(), (seconds) => {
        const clamped = clampRetryAfter(seconds);
        expect(Number.isInteger(clamped) && clamped >= 1 && clamped <= 60).toBe(true);
      }),
    );
  });
});

describe('renderStreamError', () => {
  test('one event in the client’s shape, ended by a blank line, on one line whatever the message', () => {
    const error = new ApiError('upstream_eof', 'cut\nhere\r\n"x"');
    const openai = decoder.decode(renderStreamError('openai', error, 'req_th_1'));
    expect(openai).toMatch(/^data: [^\r\n]+\n\n$/);
    expect(JSON.parse(openai.slice(6))).toEqual({
      error: { message: error.message, type: 'server_error', param: null, code: 'upstream_eof' },
    });
    const anthropic = decoder.decode(renderStreamError('anthropic', error, 'req_th_1'));
    expect(anthropic).toMatch(/^event: error\ndata: [^\r\n]+\n\n$/);
    expect(JSON.parse(anthropic.split('data: ')[1]!)).toEqual({
      type: 'error',
      error: { type: 'api_error', message: error.message },
      request_id: 'req_th_1',
    });
  });
});

import { describe, expect, test } from 'bun:test';
import { loadCorpus, recordedResponse } from '../../../test/support/corpus.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { ERROR_CODES } from '../../protocol/error-codes.ts';
import { redactFault } from '../../protocol/transcode/upstream-error.ts';
import { connectionError, readErrorAnswer, readRetryAfter } from './errors.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const same = (text: string) => text;
const read = (
  status: number,
  body: ConstructorParameters<typeof Response>[0],
  headers: Record<string, string> = {},
  redact = same,
) => readErrorAnswer(new Response(body, { status, headers }), (fault) => redactFault(fault, redact), NOW);

describe('fault 36: the upstream’s wish to wait', () => {
  test.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '1.5' }, 1.5],
    [{ 'retry-after': ' 7 ' }, 7],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '-3' }, undefined],
    [{ 'retry-after': 'garbage' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': '315360000' }, 315_360_000],
    [{ 'retry-after': '1e400' }, undefined],
    [{ 'retry-after': 'Infinity' }, undefined],
    [{ 'retry-after': 'NaN' }, undefined],
    [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:05 GMT' }, 5],
    [{ 'retry-after': 'Mon, 23 Nov 2026 11:59:00 GMT' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '1500' }, 1.5],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1.5],
    [{ 'retry-after-ms': 'x', 'retry-after': '9' }, 9],
    [{ 'retry-after-ms': '-1', 'retry-after': '9' }, 9],
    [{ 'retry-after-ms': '', 'retry-after': '9' }, 9],
    [{}, undefined],
  ] as const)('%j is %p seconds', (headers, seconds) => {
    expect(readRetryAfter(new Headers(headers), NOW)).toBe(seconds as never);
  });
});

describe('readErrorAnswer', () => {
  test('tells the upstream’s own words, redacted, and where the mistake is', async () => {
    const body = JSON.stringify({ error: { message: 'secret is wrong', type: 't', param: 'tools[0]', code: 'c' } });
    const error = await read(400, body, {}, (text) => text.replace('secret', 'tools[0]'));
    expect([error.code, error.message, error.details.param]).toEqual([
      'invalid_value',
      'tools[0] is wrong',
      'tools[0]',
    ]);
  });

  test.each([
    ['<html><body>502 nginx</body></html>', 502],
    ['<!DOCTYPE html>\n<title>x</title>', 503],
    ['  \n<?xml version="1.0"?>', 500],
    ['Error: <b>bad</b>', 500],
    ['', 500],
    ['{"error":', 500],
    ['{"unknown":"shape"}', 500],
    ['[]', 500],
  ])('C121: of %j nothing is echoed', async (body, status) => {
    const { message } = await read(status, body);
    expect(message).not.toContain('<');
    expect(message).toBe(`The upstream returned a non-JSON error (HTTP ${status})`);
  });

  test('plain words are passed on, redacted and not at length: some vendors explain a 422 so', async () => {
    const words = 'Failed to deserialize the JSON body: missing field `messages` at line 1 column 144';
    expect((await read(422, `${words}\n`)).message).toBe(words);
    expect((await read(422, 'at secret', {}, (text) => text.replace('secret', '[redacted]'))).message).toBe(
      'at [redacted]',
    );
    expect((await read(422, 'x'.repeat(50_000))).message.length).toBeLessThan(1100);
    // What an operator has to do is said in the gateway's words all the same.
    expect((await read(401, 'bad key sk-123')).message).toContain('operator');
  });

  test('fault 37: a redirect is an error and is not followed', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const error = await readErrorAnswer(
        new Response(null, { status, headers: { location: 'http://10.0.0.1/?key=1' } }),
        (fault) => fault,
        NOW,
      );
      expect(error.code).toBe('upstream_error');
      expect(error.message).not.toContain('10.0.0.1');
    }
  });

  test('a body without end is not read to the end, and is closed', async () => {
    let cancelled = false;
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        sent += 10_000;
        controller.enqueue(new Uint8Array(10_000).fill(0x78));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    expect((await read(500, body)).code).toBe('upstream_error');
    expect(cancelled).toBe(true);
    expect(sent).toBeLessThan(200_000);
  });

  test('a body that breaks off costs its message, not the error', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"error":{"mess')),
      pull: () => Promise.reject(new Error('ECONNRESET')),
    });
    expect((await read(429, body, { 'retry-after': '9' })).details.retryAfterS).toBe(9);
  });

  test('a message cut within a character stays readable', async () => {
    const bytes = new TextEncoder().encode('{"error":{"message":"🌍"}}');
    const body = new ReadableStream({
      start: (controller) => {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect((await read(400, body)).message).toBe('🌍');
  });

  const corpus = loadCorpus();
  test.skipIf(corpus === undefined)('every recorded error becomes one a client understands', async () => {
    for (const entry of (corpus ?? []).filter(({ status }) => status >= 400)) {
      const error = await read(entry.status, Uint8Array.from(recordedResponse(entry)));
      expect(error).toBeInstanceOf(ApiError);
      expect(error.message).not.toMatch(/<html|<!doctype|<script/i);
      expect(error.message.length).toBeGreaterThan(3);
      expect([401, 402, 403, 404, 429]).not.toContain(ERROR_CODES[error.code].status);
    }
  });
});

describe('connectionError', () => {
  const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });
  const cases: Record<string, [cause: unknown, words: string]> = {
    'refused by Bun': [
      coded('ConnectionRefused', 'Unable to connect. Is the computer able to access the url?'),
      'reached',
    ],
    'an unknown host': [coded('ENOTFOUND'), 'reached'],
    'a bad certificate': [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify'), 'reached'],
    'a failure told by Deno': [
      new TypeError('error sending request for url (http://10.0.0.1:9/): dns error'),
      'reached',
    ],
    'refused, told by Deno': [
      new TypeError('fetch failed', {
        cause: new Error(
          'error sending request for url (http://10.0.0.1:9/): client error (Connect): tcp connect error: Connection refused (os error 111)',
        ),
      }),
      'reached',
    ],
    'a port that Deno does not connect to': [
      new TypeError('Fetch failed: Requests to port 6667 are blocked'),
      'reached',
    ],
    'a reset, told by Deno, whatever the host is called': [
      new TypeError('fetch failed', {
        cause: new Error(
          'error sending request for url (https://tls.example/): Connection reset by peer (os error 104)',
        ),
      }),
      'closed',
    ],
    'a reset': [coded('ECONNRESET', 'The socket connection was closed unexpectedly.'), 'closed'],
    'a close told by Deno': [new Error('connection closed before message completed'), 'closed'],
    'nothing at all': [undefined, 'closed'],
    'a text': ['text', 'closed'],
  };
  for (const [name, [cause, words]] of Object.entries(cases)) {
    test(`fault 34: ${name} is told without a host`, () => {
      const error = connectionError(cause);
      expect(error.code).toBe('upstream_unavailable');
      expect(error.message).toContain(words);
      expect(error.message).not.toContain('10.0.0.1');
    });
  }

  test('an error that is classified already stays what it is', () => {
    const error = new ApiError('upstream_timeout', 'late');
    expect(connectionError(error)).toBe(error);
  });
});

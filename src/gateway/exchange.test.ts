import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import type { Price } from '../accounts/pricing.ts';
import { ApiError } from '../protocol/api-error.ts';
import { Oddities } from '../protocol/transcode/oddities.ts';
import { NO_USAGE } from '../protocol/usage.ts';
import { Exchange, mintRequestId } from './exchange.ts';
import { Tried } from './attempts/tried.ts';
import { ManualUpstream, targetOf } from './upstream/manual-upstream.fixture.ts';

// The first strings of any characters take seconds on a busy machine.
setDefaultTimeout(30_000);

function triedAt(name: string, model: string, price?: Price): Tried {
  const target = targetOf(new ManualUpstream());
  return new Tried({ ...target, provider: { ...target.provider, name }, model, price }, 0, 0);
}

describe('Exchange', () => {
  test('every answer bears one id in the three places SDKs look for it', () => {
    for (const shape of ['openai', 'anthropic'] as const) {
      const exchange = new Exchange('POST', '/v1/x', shape);
      const headers = exchange.headers();
      expect(headers['x-th-request-id']).toMatch(/^req_th_[0-9a-f]{32}$/);
      expect([headers['x-request-id'], headers['request-id']]).toEqual(Array(2).fill(headers['x-th-request-id']));
      expect(headers['x-th-steering-applied']).toBe('none');
      expect(headers['x-th-provider']).toBeUndefined();
    }
  });

  test('ids are unique and sort by time', () => {
    const ids = Array.from({ length: 2000 }, mintRequestId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  test('O10: who answered is in the headers, refusals included', async () => {
    const exchange = new Exchange('POST', '/v1/x', 'openai');
    exchange.tried = triedAt('dashscope', 'qwen/qwen3-max');
    exchange.attempts = 2;
    const expected = { 'x-th-provider': 'dashscope', 'x-th-upstream-model': 'qwen/qwen3-max', 'x-th-attempts': '2' };
    expect(exchange.headers()).toMatchObject(expected);
    const response = exchange.refuse(new ApiError('upstream_error', 'no'));
    expect(Object.fromEntries(response.headers)).toMatchObject(expected);
  });

  test('fault 29: a model id of any text fits into a header, and breaks nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('\ud800', 'a\udc00b', 'a\r\nx: y', '\u0000', '漢🌍', '%', ''),
        ),
        (model) => {
          const exchange = new Exchange('POST', '/v1/x', 'openai');
          exchange.tried = triedAt('p', model);
          const response = exchange.refuse(new ApiError('upstream_error', 'no'));
          const told = response.headers.get('x-th-upstream-model')!;
          expect(told).toMatch(/^[\x20-\x7e]*$/);
          if (/^[\x21-\x7e]*$/.test(model)) expect(told).toBe(model);
          else if (/[^\x20-\x7e]/.test(model)) expect(decodeURIComponent(told)).toBe(model.toWellFormed());
        },
      ),
    );
  });

  test('a refusal is told in the client’s shape, and counted in bytes', async () => {
    for (const [shape, status] of [
      ['openai', 503],
      ['anthropic', 529],
    ] as const) {
      const exchange = new Exchange('POST', '/v1/x', shape);
      const response = exchange.refuse(new ApiError('upstream_overloaded', 'no 🌍', { retryAfterS: 3 }));
      expect([response.status, exchange.status]).toEqual([status, status]);
      expect(response.headers.get('retry-after')).toBe('3');
      expect(response.headers.get('x-should-retry')).toBe('true');
      const bytes = await response.bytes();
      expect(exchange.bytesOut).toBe(bytes.length);
      if (shape === 'anthropic') {
        expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject({ request_id: exchange.requestId });
      }
    }
  });

  test('a lost try that said nothing is told to have used something only where it may have', () => {
    for (const mayCost of [false, true]) {
      const exchange = new Exchange('POST', '/v1/x', 'openai');
      const lost = triedAt('slow', 'm', { input: 1n, output: 1n, cacheRead: 0n, cacheWrite: 0n });
      const usage = { ...NO_USAGE, inputTokens: 10 };
      lost.told = { usage, reported: undefined, usageEstimated: true, hasOutput: false, oddities: new Oddities() };
      exchange.lose(lost, 'upstream_error', mayCost, 7);
      expect(exchange.lost.map((one) => one.usage)).toEqual([mayCost ? usage : undefined]);
      const counted = triedAt('slow', 'm', { input: 1n, output: 1n, cacheRead: 0n, cacheWrite: 0n });
      counted.told = { usage, reported: usage, usageEstimated: true, hasOutput: false, oddities: new Oddities() };
      exchange.lose(counted, 'upstream_error', mayCost, 7);
      expect(exchange.lost.at(-1)?.usage).toBe(usage);
    }
  });

  test('what a lost try used is told once, and not as what the request used', () => {
    const exchange = new Exchange('POST', '/v1/x', 'openai');
    const price = { input: 1n, output: 1n, cacheRead: 0n, cacheWrite: 0n };
    const lost = triedAt('slow', 'm', price);
    const usage = { ...NO_USAGE, inputTokens: 10 };
    lost.told = { usage, reported: usage, usageEstimated: false, hasOutput: true, oddities: new Oddities() };
    exchange.tried = lost;
    exchange.lose(lost, 'hedge_lost', true, 7);
    exchange.lose(lost, 'upstream_error', false, 8);
    const told = exchange.finished('upstream_error', undefined);
    const rest = { startedMs: lost.startedMs - exchange.startedMs, spanId: undefined };
    expect(told.lost).toEqual([
      {
        provider: 'slow',
        upstreamModel: 'm',
        errorCode: 'hedge_lost',
        tookMs: 7,
        usage,
        price,
        mayCost: true,
        ...rest,
      },
    ]);
    expect(told.usage).toBeUndefined();
  });

  test('what is told of it at the end is what happened', () => {
    const exchange = new Exchange('POST', '/v1/chat/completions', 'openai');
    exchange.model = 'm';
    exchange.stream = true;
    exchange.refuse(new ApiError('upstream_eof', 'cut'));
    const told = exchange.finished('upstream_cut', undefined);
    expect(told).toMatchObject({
      requestId: exchange.requestId,
      method: 'POST',
      route: '/v1/chat/completions',
      model: 'm',
      stream: true,
      status: 502,
      outcome: 'upstream_cut',
      errorCode: 'upstream_eof',
    });
    expect(told.durationMs).toBeGreaterThanOrEqual(0);
  });
});

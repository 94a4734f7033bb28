import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../protocol/api-error.ts';
import { Attempt, ClientGone } from './attempt.ts';
import { ManualTicker } from '../manual-ticker.fixture.ts';
import { ManualUpstream, targetOf } from '../upstream/manual-upstream.fixture.ts';
import type { Timeouts } from '../upstream/dialects.ts';

const REQUEST = {
  shape: 'openai',
  path: '/chat/completions',
  headers: undefined,
  body: new Uint8Array(3),
  key: 0,
} as const;
const NEVER = new Promise<void>(() => undefined);

function begin(upstream: ManualUpstream, timeouts: Partial<Timeouts> = {}) {
  const clock = new ManualTicker();
  const client = new AbortController();
  let slow = 0;
  const attempt = new Attempt(targetOf(upstream, timeouts), clock.ticker, client.signal, () => slow++);
  return { attempt, clock, client, slow: () => slow };
}

const codeOf = (error: unknown) => (error instanceof ApiError ? error.code : (error as Error).name);
const failed = (promise: Promise<unknown>) => promise.then(() => 'no failure', codeOf);

describe('Attempt', () => {
  test('hands the request on and gives the answer', async () => {
    const upstream = new ManualUpstream();
    const { attempt, clock } = begin(upstream);
    const answer = await attempt.send(REQUEST);
    expect(answer.status).toBe(200);
    expect(upstream.request).toMatchObject(REQUEST);
    attempt.close();
    expect(clock.watching).toBe(0);
  });

  test('fault 38: an upstream that does not answer in time is aborted', async () => {
    const upstream = new ManualUpstream({}, NEVER);
    const { attempt, clock } = begin(upstream, { firstByteMs: 3000 });
    const answer = failed(attempt.send(REQUEST));
    clock.advance(2900);
    expect(upstream.aborted).toBe(false);
    clock.advance(200);
    expect(await answer).toBe('upstream_timeout');
    expect(upstream.aborted).toBe(true);
    attempt.close();
    expect(clock.watching).toBe(0);
  });

  test('G2, G3: a client that leaves before the first byte aborts the upstream at once', async () => {
    const upstream = new ManualUpstream({}, NEVER);
    const { attempt, client } = begin(upstream);
    const answer = failed(attempt.send(REQUEST));
    client.abort();
    expect(await answer).toBe('ClientGone');
    expect(upstream.aborted).toBe(true);
  });

  test('a client that has left already is not asked for', async () => {
    const upstream = new ManualUpstream();
    const client = new AbortController();
    client.abort();
    const attempt = new Attempt(targetOf(upstream), new ManualTicker().ticker, client.signal, () => undefined);
    expect(await failed(attempt.send(REQUEST))).toBe('ClientGone');
    expect(upstream.request).toBeUndefined();
  });

  test('the whole answer has an end, however much is sent', async () => {
    const upstream = new ManualUpstream();
    const { attempt, clock } = begin(upstream, { totalMs: 10_000, idleMs: 60_000 });
    const body = failed(attempt.readBody(await attempt.send(REQUEST)));
    clock.advance(9000);
    await upstream.write('{"half":');
    clock.advance(1500);
    expect(await body).toBe('upstream_timeout');
  });

  test('a body that stops is given up after the idle time', async () => {
    for (const headers of [{}, { 'content-length': '100' }]) {
      const upstream = new ManualUpstream(headers);
      const { attempt, clock } = begin(upstream, { idleMs: 2000 });
      const body = failed(attempt.readBody(await attempt.send(REQUEST)));
      await upstream.write('{"half":');
      clock.advance(1900);
      expect(upstream.aborted).toBe(false);
      clock.advance(200);
      expect(await body).toBe('upstream_timeout');
      expect(upstream.aborted).toBe(true);
    }
  });

  test('an error whose body stops is told by its status, soon', async () => {
    const upstream = new ManualUpstream();
    const { attempt, clock } = begin(upstream, { idleMs: 120_000 });
    const answer = await attempt.send(REQUEST);
    const error = attempt.readError(new Response(answer.body, { status: 429 }), (fault) => fault);
    await upstream.write('{"error":');
    clock.advance(5100);
    expect((await error).code).toBe('upstream_rate_limited');
    expect(upstream.aborted).toBe(true);
  });

  describe('fault 34: connect', () => {
    /** An upstream that says nothing, and a probe that a test answers. */
    function beginProbed(ready: Promise<void> = NEVER) {
      const upstream = new ManualUpstream({}, ready);
      const asked: [sinceMs: number, withinMs: number][] = [];
      const verdict = Promise.withResolvers<boolean>();
      const isReachable = async (sinceMs: number, withinMs: number) => {
        asked.push([sinceMs, withinMs]);
        return verdict.promise;
      };
      const probed = Object.assign(upstream, { probe: { isReachable } });
      return { upstream, asked, verdict, ...begin(probed, { connectMs: 2000, firstByteMs: 60_000 }) };
    }

    test('a host that cannot be connected to is given up; nothing was sent, so any other may be asked', async () => {
      const { attempt, clock, asked, verdict, upstream } = beginProbed();
      const sentMs = clock.time();
      const answer = attempt.send(REQUEST).catch((error: unknown) => error as ApiError);
      clock.advance(300);
      expect(asked).toEqual([]);
      clock.advance(200);
      expect(asked).toEqual([[sentMs, 1600]]);
      verdict.resolve(false);
      const error = (await answer) as ApiError;
      expect([error.code, error.failover]).toEqual(['upstream_unavailable', 'next']);
      expect(error.message).toBe('The upstream could not be connected to within 2 s');
      expect(upstream.aborted).toBe(true);
      attempt.close();
      expect(clock.watching).toBe(0);
    });

    test('a host that is only slow is waited for, and looked at once', async () => {
      const { attempt, clock, asked, verdict, upstream } = beginProbed();
      const answer = failed(attempt.send(REQUEST));
      clock.advance(500);
      verdict.resolve(true);
      for (let i = 0; i < 50; i++) {
        clock.advance(1000);
        await Bun.sleep(0);
      }
      expect(asked).toHaveLength(1);
      expect(upstream.aborted).toBe(false);
      clock.advance(10_000);
      expect(await answer).toBe('upstream_timeout');
    });

    test('a verdict that comes after the answer changes nothing', async () => {
      const headers = Promise.withResolvers<void>();
      const { attempt, clock, verdict, upstream } = beginProbed(headers.promise);
      const answer = attempt.send(REQUEST);
      clock.advance(500);
      headers.resolve();
      await answer;
      verdict.resolve(false);
      await Bun.sleep(0);
      clock.advance(500);
      expect(upstream.aborted).toBe(false);
    });

    test('where there is no connection to be made, none is', async () => {
      const { attempt, clock } = begin(new ManualUpstream({}, NEVER), { connectMs: 10 });
      const answer = failed(attempt.send(REQUEST));
      clock.advance(4000);
      await Bun.sleep(0);
      clock.advance(1500);
      expect(await answer).toBe('upstream_timeout');
    });
  });

  test('an upstream that keeps its connection alive with white space is waited for', async () => {
    const upstream = new ManualUpstream();
    const { attempt, clock } = begin(upstream, { idleMs: 150 });
    const body = attempt.readBody(await attempt.send(REQUEST));
    body.catch(() => undefined);
    for (let i = 0; i < 6; i++) {
      await upstream.write('         \n');
      await Bun.sleep(50);
      clock.catchUp();
    }
    await upstream.write('{"choices":[]}');
    await upstream.end();
    expect(new TextDecoder().decode(await body).trim()).toBe('{"choices":[]}');
  });

  test('an error answer that never ends is told without its message, after the idle time', async () => {
    const upstream = new ManualUpstream();
    const { attempt, clock } = begin(upstream, { idleMs: 2000 });
    const { body } = await attempt.send(REQUEST);
    const error = attempt.readError(
      new Response(body, { status: 503, headers: { 'retry-after': '9' } }),
      (text) => text,
    );
    await upstream.write('{"error":');
    clock.advance(2100);
    expect(await error).toMatchObject({ code: 'upstream_overloaded', details: { retryAfterS: 9 } });
    expect(upstream.aborted).toBe(true);
  });

  test('a connection that breaks within the body is an upstream’s failure', async () => {
    const upstream = new ManualUpstream();
    const { attempt } = begin(upstream);
    const body = failed(attempt.readBody(await attempt.send(REQUEST)));
    await upstream.write('{"half":');
    await upstream.break(new Error('ECONNRESET at 10.0.0.1'));
    expect(await body).toMatch(/^upstream_/);
  });

  test('once it is slow, the runtime is told, once', async () => {
    const upstream = new ManualUpstream();
    const { attempt, clock, slow } = begin(upstream);
    await attempt.send(REQUEST);
    clock.advance(1000);
    expect(slow()).toBe(0);
    for (let i = 0; i < 4; i++) clock.advance(5000);
    expect(slow()).toBe(1);
    attempt.close();
  });

  test('after its end nothing touches it any more', async () => {
    const upstream = new ManualUpstream();
    const { attempt, clock, client } = begin(upstream);
    await attempt.send(REQUEST);
    attempt.close();
    client.abort();
    clock.advance(10_000_000);
    expect(upstream.aborted).toBe(false);
  });

  test('the reason of an abort is told, whatever the runtime made of it', async () => {
    const { attempt } = begin(new ManualUpstream());
    const reason = new ApiError('upstream_timeout', 'late');
    attempt.abort(reason);
    expect(attempt.reasonOf(new DOMException('aborted', 'AbortError'))).toBe(reason);
    const other = begin(new ManualUpstream()).attempt;
    expect(codeOf(other.reasonOf(new Error('reset')))).toBe('upstream_unavailable');
    const gone = new ClientGone('left');
    other.abort(gone);
    expect(other.reasonOf(new Error('reset'))).toBe(gone);
  });
});

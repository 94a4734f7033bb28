import { describe, expect, test } from 'bun:test';
import { ApiError } from '../protocol/api-error.ts';
import { Oddities } from '../protocol/transcode/oddities.ts';
import type { StreamTranscoder } from '../protocol/transcode/stream.ts';
import { NO_USAGE } from '../protocol/usage.ts';
import { ClientGone } from './attempts/attempt.ts';
import { DONE, FINISH, PING, start, TEXT } from './pump.fixture.ts';

const decoder = new TextDecoder();

describe('Pump', () => {
  test('what the upstream sends comes out frame by frame, and a whole answer ends well', async () => {
    const { upstream, next, pump, ends, clock } = await start();
    const half = TEXT.length / 2;
    await upstream.write(TEXT.slice(0, half));
    await upstream.write(TEXT.slice(half) + TEXT);
    expect(await next()).toBe(TEXT + TEXT);
    await upstream.write(FINISH + DONE);
    expect(await next()).toBe(FINISH + DONE);
    expect(await next()).toBe('END');
    await upstream.end();
    await Bun.sleep(5);
    expect(ends).toEqual([undefined]);
    expect(pump.bytesOut).toBe((TEXT + TEXT + FINISH + DONE).length);
    expect(upstream.aborted).toBe(false);
    expect(clock.watching).toBe(0);
  });

  test('N1, N2: a heartbeat comes when nothing else has for its time, and never within a frame', async () => {
    const { upstream, clock, next, isQuiet } = await start();
    expect(await isQuiet()).toBe(true);
    clock.advance(900);
    expect(await isQuiet()).toBe(true);
    clock.advance(200);
    expect(await next()).toBe(PING);
    await upstream.write(TEXT.slice(0, 20));
    // Half a frame is held back, so a comment may stand before it.
    clock.advance(1100);
    expect(await next()).toBe(PING);
    await upstream.write(TEXT.slice(20));
    expect(await next()).toBe(TEXT);
    clock.advance(900);
    expect(await isQuiet()).toBe(true);
    clock.advance(200);
    expect(await next()).toBe(PING);
  });

  test('a busy stream has no heartbeat, and 0 turns it off', async () => {
    const busy = await start();
    for (let i = 0; i < 5; i++) {
      await busy.upstream.write(TEXT);
      expect(await busy.next()).toBe(TEXT);
      busy.clock.advance(600);
      expect(await busy.isQuiet()).toBe(true);
    }
    const off = await start({ heartbeatMs: 0 });
    off.clock.advance(9000);
    expect(await off.isQuiet()).toBe(true);
  });

  test('an upstream that sends nothing for the idle time is given up: error event, abort, one end', async () => {
    const { upstream, clock, next, isQuiet, ends } = await start({ idleMs: 3000 });
    await upstream.write(TEXT);
    expect(await next()).toBe(TEXT);
    for (let i = 0; i < 2; i++) {
      await isQuiet();
      clock.advance(1400);
      expect(await next()).toBe(PING);
    }
    await isQuiet();
    clock.advance(400);
    expect(await next()).toContain('"code":"upstream_timeout"');
    expect(await next()).toBe('END');
    expect(upstream.aborted).toBe(true);
    expect(ends).toHaveLength(1);
    expect((ends[0] as ApiError).code).toBe('upstream_timeout');
    expect(clock.watching).toBe(0);
  });

  test('keep-alive comments of the upstream count as life', async () => {
    const { upstream, clock, next, isQuiet, ends } = await start({ idleMs: 3000, heartbeatMs: 0 });
    for (let i = 0; i < 6; i++) {
      await isQuiet();
      clock.advance(2000);
      await upstream.write(': OPENROUTER PROCESSING\n\n');
      expect(await next()).toBe(': OPENROUTER PROCESSING\n\n');
    }
    expect(ends).toEqual([]);
  });

  test('a client that was slow is not held against the upstream', async () => {
    const { upstream, clock, next, isQuiet, ends } = await start({ idleMs: 3000, heartbeatMs: 0 });
    await upstream.write(TEXT);
    await Bun.sleep(5);
    // The answer so far lies unread for nearly the idle time; then the client reads on.
    clock.advance(2900);
    expect(await next()).toBe(TEXT);
    await isQuiet();
    clock.advance(2900);
    expect(ends).toEqual([]);
    await upstream.write(TEXT);
    expect(await next()).toBe(TEXT);
  });

  test('G1, G7: a client that leaves takes the upstream with it, once', async () => {
    const { upstream, reader, ends, clock } = await start();
    await upstream.write(TEXT);
    await reader.cancel();
    await Bun.sleep(1);
    expect(upstream.aborted).toBe(true);
    expect(ends).toHaveLength(1);
    expect(ends[0]).toBeInstanceOf(ClientGone);
    expect(clock.watching).toBe(0);
    clock.advance(100_000);
    expect(ends).toHaveLength(1);
  });

  test('an upstream that goes on after a whole answer is given up, by its signal and as a stream', async () => {
    const { upstream, next, ends, isCancelled } = await start();
    await upstream.write(FINISH + DONE);
    expect(await next()).toBe(FINISH + DONE);
    expect(await next()).toBe('END');
    expect([upstream.aborted, isCancelled()]).toEqual([false, false]);
    await upstream.write(TEXT);
    await Bun.sleep(5);
    expect([upstream.aborted, isCancelled()]).toEqual([true, true]);
    expect(ends).toEqual([undefined]);
  });

  test('N3: the client’s signal alone does the same', async () => {
    const { upstream, client, next, isQuiet, ends } = await start();
    await isQuiet();
    client.abort();
    expect(await next().catch((error: Error) => error.name)).toBe('ClientGone');
    expect(upstream.aborted).toBe(true);
    expect(ends).toHaveLength(1);
    expect(ends[0]).toBeInstanceOf(ClientGone);
  });

  test('fault 15: a client that stops reading stops the upstream, and is given up after the idle time', async () => {
    const { upstream, clock, ends, reader } = await start({ idleMs: 3000 });
    for (let i = 0; i < 50; i++) await upstream.write(TEXT);
    const { pulls } = upstream;
    expect(pulls).toBeLessThan(5);
    clock.advance(2000);
    expect(ends).toEqual([]);
    await Bun.sleep(5);
    expect(upstream.pulls).toBe(pulls);
    clock.advance(1500);
    expect(ends).toHaveLength(1);
    expect(ends[0]).toBeInstanceOf(ClientGone);
    expect(upstream.aborted).toBe(true);
    const rest: string[] = [];
    const failed = await (async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        rest.push(decoder.decode(value));
      }
    })().catch((error: unknown) => error);
    // It ends as broken, never like a finished answer.
    expect(failed).toBeInstanceOf(Error);
    expect(rest.join('')).not.toContain('[DONE]');
  });

  test('no heartbeat is queued up for a client that does not read', async () => {
    const { clock, pump } = await start({ idleMs: 1_000_000 });
    await Bun.sleep(1);
    for (let i = 0; i < 20; i++) clock.advance(1100);
    expect(pump.bytesOut).toBeLessThanOrEqual(PING.length);
  });

  test('fault 30: a connection that breaks within the answer is told as a broken answer', async () => {
    const { upstream, next, isQuiet, ends } = await start();
    await upstream.write(TEXT);
    expect(await next()).toBe(TEXT);
    await isQuiet();
    await upstream.break(
      Object.assign(new Error('The socket connection to 10.0.0.1 was closed'), { code: 'ECONNRESET' }),
    );
    const told = await next();
    expect(told).toContain('"type":"server_error"');
    expect(told).not.toContain('10.0.0.1');
    // It had answered: that it "closed the connection before it answered" would be untrue.
    expect(told).not.toContain('before it answered');
    expect(told).toContain('"code":"upstream_eof"');
    expect(await next()).toBe('END');
    expect(ends).toHaveLength(1);
    expect((ends[0] as ApiError).code).toBe('upstream_eof');
  });

  test('fault 31: an end without a word is an error', async () => {
    const { upstream, next, ends } = await start();
    await upstream.write(TEXT);
    expect(await next()).toBe(TEXT);
    await upstream.end();
    expect(await next()).toContain('"code":"upstream_eof"');
    expect(await next()).toBe('END');
    expect(ends).toHaveLength(1);
    expect((ends[0] as ApiError).code).toBe('upstream_eof');
  });

  test('fault 32: an upstream that goes on behind its end is cut off, and the client is not kept waiting', async () => {
    const { upstream, next, ends } = await start();
    await upstream.write(FINISH + DONE + TEXT);
    expect(await next()).toBe(FINISH + DONE);
    expect(await next()).toBe('END');
    await upstream.write(TEXT);
    await Bun.sleep(5);
    expect(upstream.aborted).toBe(true);
    expect(ends).toEqual([undefined]);
  });

  test('an error within the stream ends it and the upstream', async () => {
    const { upstream, next, ends } = await start();
    await upstream.write(`${TEXT}data: {"error":{"message":"no","code":502}}\n\n${TEXT}`);
    expect(await next()).toContain('"message":"no"');
    expect(await next()).toBe('END');
    expect(upstream.aborted).toBe(true);
    expect((ends[0] as ApiError).code).toBe('upstream_error');
  });

  test('a fault of the gateway’s own within the answer is told as that, and not as the upstream’s', async () => {
    let told: ApiError | undefined;
    const transcoder: StreamTranscoder = {
      state: 'open',
      hasContent: false,
      awaitsEnd: false,
      usage: NO_USAGE,
      reported: undefined,
      usageEstimated: false,
      hasOutput: false,
      kept: undefined,
      oddities: new Oddities(),
      error: undefined,
      push: () => {
        throw new TypeError('a bug');
      },
      end: () => new Uint8Array(0),
      fail: (error) => {
        told = error;
        return new TextEncoder().encode(`error: ${error.code}\n\n`);
      },
    };
    const { upstream, next, ends } = await start({ transcoder });
    await upstream.write(TEXT);
    expect(await next()).toBe('error: internal_error\n\n');
    expect(await next()).toBe('END');
    expect(told?.message).not.toContain('a bug');
    expect(ends).toHaveLength(1);
    expect(upstream.aborted).toBe(true);
  });

  test('fault 39: an event beyond the limit ends the stream with an error', async () => {
    const { upstream, next, ends } = await start();
    const piece = 'x'.repeat(1 << 20);
    for (let i = 0; i < 18 && ends.length === 0; i++) await upstream.write(i === 0 ? `data: ${piece}` : piece);
    expect(await next()).toContain('"code":"upstream_error"');
    expect(await next()).toBe('END');
    expect((ends[0] as ApiError).code).toBe('upstream_error');
    expect(upstream.aborted).toBe(true);
  });

  test('fault 64: an interruption ends the stream with its error, whoever waits', async () => {
    const error = new ApiError('service_unavailable', 'shutting down');
    const waiting = await start();
    await waiting.isQuiet();
    waiting.pump.interrupt(error);
    expect(await waiting.next()).toContain('"code":"service_unavailable"');
    expect(await waiting.next()).toBe('END');
    waiting.pump.interrupt(error);
    expect(waiting.ends).toEqual([error]);
    expect(waiting.upstream.aborted).toBe(true);

    const unread = await start();
    await unread.upstream.write(TEXT);
    await Bun.sleep(5);
    unread.pump.interrupt(error);
    expect(await unread.next()).toBe(TEXT);
    expect(await unread.next()).toContain('"code":"service_unavailable"');
    expect(await unread.next()).toBe('END');
    expect(unread.ends).toEqual([error]);
  });

  test('an answer that is whole does not wait long for what may stand beside it', async () => {
    const { upstream, next, isQuiet, clock, ends } = await start({ heartbeatMs: 0 });
    await upstream.write(TEXT + FINISH);
    expect(await next()).toBe(TEXT + FINISH);
    await isQuiet();
    clock.advance(4000);
    expect(await isQuiet()).toBe(true);
    clock.advance(1500);
    expect(await next()).toBe(DONE);
    expect(await next()).toBe('END');
    expect(ends).toEqual([undefined]);
  });
});

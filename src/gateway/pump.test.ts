import { describe, expect, test } from 'bun:test';
import { ApiError } from '../protocol/api-error.ts';
import { OpenAiSameShapeStream } from '../protocol/transcode/same-shape/openai-stream.ts';
import { Oddities } from '../protocol/transcode/oddities.ts';
import type { StreamTranscoder } from '../protocol/transcode/stream.ts';
import { Attempt, ClientGone } from './attempt.ts';
import { type ByteReader, readerOf } from './byte-reader.ts';
import { HEARTBEAT } from './heartbeat.ts';
import { ManualTicker } from './manual-ticker.fixture.ts';
import { Pump } from './pump.ts';
import { ManualUpstream, targetOf } from './upstream/manual-upstream.fixture.ts';

const PING = ': ping\n\n';
const ROLE = 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n';
const TEXT = 'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n';
const FINISH = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const DONE = 'data: [DONE]\n\n';
const decoder = new TextDecoder();

interface Rig {
  readonly upstream: ManualUpstream;
  readonly clock: ManualTicker;
  readonly pump: Pump;
  readonly client: AbortController;
  readonly reader: ByteReader;
  readonly transcoder: StreamTranscoder;
  /** Every end the pump told, one at most. */
  readonly ends: (Error | undefined)[];
  /** The next thing the client gets. */
  next(): Promise<string>;
  /** Whether the client has nothing to read now. */
  isQuiet(): Promise<boolean>;
}

interface RigOptions {
  readonly heartbeatMs?: number;
  readonly idleMs?: number;
  readonly transcoder?: StreamTranscoder;
}

/** A pump whose stream has not been handed out. */
async function build(options: RigOptions = {}) {
  const upstream = new ManualUpstream();
  const clock = new ManualTicker();
  const client = new AbortController();
  const attempt = new Attempt(targetOf(upstream), clock.ticker, client.signal, () => undefined);
  const answer = await attempt.send({
    shape: 'openai',
    path: '/',
    headers: undefined,
    body: new Uint8Array(0),
    key: 0,
  });
  const ends: (Error | undefined)[] = [];
  const transcoder =
    options.transcoder ??
    new OpenAiSameShapeStream({
      publicModel: 'm',
      requestId: 'req_th_1',
      hideUsage: false,
      eofWithoutDone: 'error',
      redact: (text) => text,
    });
  const pump = new Pump({
    source: readerOf(answer.body!),
    transcoder,
    attempt,
    ticker: clock.ticker,
    heartbeat: HEARTBEAT.openai,
    heartbeatMs: options.heartbeatMs ?? 1000,
    idleMs: options.idleMs ?? 10_000,
    onEnd: (reason) => ends.push(reason),
  });
  return { upstream, clock, pump, client, transcoder, ends };
}

async function start(options: RigOptions = {}): Promise<Rig> {
  const rig = await build(options);
  const { pump } = rig;
  const reader = readerOf(pump.open());
  let pending: Promise<string> | undefined;
  const read = async () => {
    const { done, value } = await reader.read();
    return done ? 'END' : decoder.decode(value);
  };
  const next = () => {
    const now = pending ?? read();
    pending = undefined;
    return now;
  };
  const isQuiet = async () => {
    pending ??= read();
    pending.catch(() => undefined);
    return (await Promise.race([pending, Bun.sleep(10).then(() => 'quiet')])) === 'quiet';
  };
  return { ...rig, reader, next, isQuiet };
}

/** The code of what it rejects with. */
function failureOf(promise: Promise<void>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (cause: ApiError) => cause.code,
  );
}

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
      usage: undefined,
      usageEstimated: false,
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

  test('C5: an error before the first byte is told to whoever can still set a status', async () => {
    const { upstream, pump, ends } = await build();
    const failed = failureOf(pump.begin());
    await upstream.write('data: {"error":{"message":"full","code":503}}\n\n');
    expect(await failed).toBe('upstream_overloaded');
    expect(upstream.aborted).toBe(true);
    // No stream was handed out, so its end is not told.
    expect(ends).toEqual([]);
  });

  test('a connection that breaks, and a silence, before the first byte are told likewise', async () => {
    const broken = await build();
    const failed = failureOf(broken.pump.begin());
    await broken.upstream.break(new TypeError('socket closed'));
    expect(await failed).toBe('upstream_eof');

    const silent = await build({ idleMs: 1000 });
    const timedOut = failureOf(silent.pump.begin());
    await Bun.sleep(1);
    silent.clock.advance(1300);
    expect(await timedOut).toBe('upstream_timeout');
    expect(silent.upstream.aborted).toBe(true);
    expect(silent.clock.watching).toBe(0);
  });

  test('C4: what comes before any content is held back, and an error behind it is told to whoever can set a status', async () => {
    const { upstream, pump, ends } = await build();
    const failed = failureOf(pump.begin());
    let isOver = false;
    void failed.then(() => (isOver = true));
    await upstream.write(`: comment\n\n${ROLE}`);
    await Bun.sleep(5);
    expect(isOver).toBe(false);
    await upstream.write('data: {"error":{"message":"full","code":503}}\n\n');
    expect(await failed).toBe('upstream_overloaded');
    expect([upstream.aborted, ends]).toEqual([true, []]);
  });

  test('what was held back comes first, in one piece with the content', async () => {
    const { upstream, pump } = await build();
    const began = pump.begin();
    await upstream.write(ROLE);
    await upstream.write(TEXT);
    await began;
    const reader = readerOf(pump.open());
    expect(decoder.decode((await reader.read()).value)).toBe(ROLE + TEXT);
    expect(pump.bytesOut).toBe((ROLE + TEXT).length);
  });

  test('what was held back goes out when the status line does, and nothing of it twice', async () => {
    const { upstream, pump, clock } = await build();
    const began = pump.begin();
    await upstream.write(ROLE);
    clock.advance(1600);
    await began;
    const reader = readerOf(pump.open());
    expect(decoder.decode((await reader.read()).value)).toBe(ROLE);
    await upstream.write(TEXT);
    expect(decoder.decode((await reader.read()).value)).toBe(TEXT);
    await upstream.write('data: {"error":{"message":"full","code":503}}\n\n');
    expect(decoder.decode((await reader.read()).value)).toContain('"error"');
    expect((await reader.read()).done).toBe(true);
  });

  test('a flood of comments is not held back without end', async () => {
    const { upstream, pump } = await build();
    const began = pump.begin();
    for (let i = 0; i < 80; i++) await upstream.write(`: ${'x'.repeat(1000)}\n\n`);
    await began;
  });

  test('the first bytes are the first thing the client gets; nothing is read twice or lost', async () => {
    const { upstream, pump } = await build();
    const began = pump.begin();
    await upstream.write(TEXT);
    await began;
    const reader = readerOf(pump.open());
    expect(decoder.decode((await reader.read()).value)).toBe(TEXT);
    await upstream.write(FINISH + DONE);
    expect(decoder.decode((await reader.read()).value)).toBe(FINISH + DONE);
  });

  test('the status line does not wait for ever for the first bytes', async () => {
    const { upstream, pump, clock } = await build();
    const began = pump.begin();
    await Bun.sleep(1);
    clock.advance(1600);
    await began;
    const reader = readerOf(pump.open());
    const first = reader.read();
    clock.advance(1000);
    expect(decoder.decode((await first).value)).toBe(PING);
    await upstream.write(TEXT);
    expect(decoder.decode((await reader.read()).value)).toBe(TEXT);
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
